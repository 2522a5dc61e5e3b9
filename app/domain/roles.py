"""Roles in groups, as the tables of the kinds name them (docs/api.md §1).

A superior may do what their people may, except the engineer's own work in the field.
"""

OWNER = frozenset({"owner"})
ENGINEER = frozenset({"engineer"})
SYSTEM = frozenset({"system"})
MANAGER = frozenset({"manager"})
SUPERIORS = frozenset({"supervisor"}) | MANAGER
CSR = frozenset({"csr"}) | SUPERIORS
DISPATCHER = frozenset({"dispatcher"}) | SUPERIORS
OFFICE = CSR | DISPATCHER
STAFF = OFFICE | ENGINEER | {"security", "finance"}

READERS = STAFF | {"owner", "auditor", "admin", "integration"}
ALL_BUT_OWNERS = READERS - OWNER
