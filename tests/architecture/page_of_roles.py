"""docs/roles.md: role × what may be seen and done, from `app/domain/roles.py` and the tables of the
kinds of tickets."""

from collections.abc import Iterator

from app.domain.roles import (
    ESCALATION_LADDER,
    MAKES_FOLLOW_UP_CALLS,
    PERMISSIONS,
    REPORTS_WITHOUT_A_NAME,
    ROLE_NAMES,
    ROLES,
    SEES_ALL_COMPENSATIONS,
    SEES_CONFIDENTIAL_LINKS,
    SEES_SURVEY_LINKS,
    VOUCHES_FOR_LATE_FACTS,
    WATCHES_COMPENSATIONS,
    Permission,
    Roles,
)
from app.domain.ticket.access.permissions import COMMAND_PERMISSIONS, HOLDER_ONLY
from app.domain.ticket.kinds import KINDS
from tests.architecture.page_of_kinds import table

HEAD = """# Roles: who may see and do what

Written by `python -m tests.architecture.generated_pages` from `app/domain/roles.py` and the tables
in `app/domain/ticket/kinds/`; a test fails where this page, a route or a rule differs from them.
✓ may · ○ may for some kinds of tickets only.
"""

NARROWED = (
    (
        "owner",
        "the tickets of the own household; complaints that it supports, without the other"
        " household's data; own compensations, surveys and ledger; no internal notes of staff",
    ),
    (
        "engineer",
        "the pool, and tickets that they were offered, hold, held, reported, investigate or are"
        " first responsible for; the problems and series of these; never a complaint about them,"
        " never who complained anonymously or who declined",
    ),
    (
        "other staff, auditor, integration",
        "everything of the tenant, or of the communities that the token names (docs/api.md §1);"
        " security: only the series that they visit for",
    ),
    (
        "subject of a complaint",
        "the complaint, to comment on; if it is anonymous, neither who complained nor what hangs on"
        " it (compensation, surveys, problems)",
    ),
)

NARROWED_HEAD = """
## What is narrowed

A permitted role does not see everything of its tenant. What one may not see is reported as not
found: 404.
"""

NARROWED_FOOT = """
The rules: `app/domain/ticket/access/visibility.py` (tickets),
`app/domain/compensation/visibility.py`, `app/domain/problem/access.py`,
`app/domain/follow_up_series/access.py`, `app/domain/ticket/access/conflict.py`; what is redacted in
an answer: `app/views/redaction.py`; in the log and timelines: `app/views/audit/sight.py`. What a
command names beside its own resource: `app/domain/named.py`; tickets of two communities that are
linked: `app/views/tickets/beyond.py`.
"""


def page() -> str:
    return "\n".join(
        (
            HEAD,
            "## What each role is\n",
            table(("role", "中文", "English"), _names()),
            "\n## What may be seen and done\n",
            table(("permission", *ROLES, "API key", "source"), map(_row, PERMISSIONS)),
            "\n",
            table(("permission", "中文", "English"), _texts()),
            NARROWED_HEAD,
            table(("who", "sees"), iter(NARROWED)),
            NARROWED_FOOT,
            "## Commands on a ticket\n",
            "From which statuses: docs/domain.md §6. An engineer gives those marked * only for a"
            " ticket that they hold.\n",
            table(("command", *ROLES, "system"), _commands()),
            "\n## What rules ask of a role\n",
            table(("rule", "roles"), _asked()),
            "",
        )
    )


def _names() -> Iterator[tuple[str, ...]]:
    for role, name in ROLE_NAMES.items():
        yield f"`{role}`", name.zh, name.en


def _row(permission: Permission) -> tuple[str, ...]:
    marks = tuple("✓" if role in permission.who else "" for role in ROLES)
    scope = f"`{permission.scope}`" if permission.scope else "no key"
    return (f"`{permission.name}`", *marks, scope, permission.source)


def _texts() -> Iterator[tuple[str, ...]]:
    for permission in PERMISSIONS:
        yield f"`{permission.name}`", permission.zh, permission.en


def _commands() -> Iterator[tuple[str, ...]]:
    for command, permission in COMMAND_PERMISSIONS.items():
        holder = "*" if command in HOLDER_ONLY else ""
        marks = (_mark(command, role) for role in (*ROLES, "system"))
        yield (f"`{permission.name}`{holder}", *marks)


def _mark(command: type[object], role: str) -> str:
    knowing = [kind.rules[command] for kind in KINDS.values() if command in kind.rules]
    may = sum(role in rule.who for rule in knowing)
    return "" if not may else "✓" if may == len(knowing) else "○"


def _asked() -> Iterator[tuple[str, ...]]:
    unordered: dict[str, Roles] = {
        "reports without naming a reporter": REPORTS_WITHOUT_A_NAME,
        "may date a fact back without evidence": VOUCHES_FOR_LATE_FACTS,
        "sees links to an anonymous complaint": SEES_CONFIDENTIAL_LINKS,
        "sees all compensations, not only own proposals": SEES_ALL_COMPENSATIONS,
        "sees the link of a survey": SEES_SURVEY_LINKS,
        "makes follow-up calls": MAKES_FOLLOW_UP_CALLS,
    }
    for rule, roles in unordered.items():
        yield rule, ", ".join(role for role in ROLE_NAMES if role in roles)
    yield "escalation ladder, from the bottom up", " → ".join(ESCALATION_LADDER)
    yield "told of flags on compensations", ", ".join(WATCHES_COMPENSATIONS)
