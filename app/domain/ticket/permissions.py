"""Who may give which command: the column "Who" of domain.md §6.1, and nothing else decides it.

A superior may do what their people may, except the engineer's own work in the field.
"""

from app.domain.decider import Given
from app.domain.errors import NotPermitted
from app.domain.ticket.commands import (
    Accept,
    AcceptHandOver,
    AcceptSolution,
    Acknowledge,
    AddCost,
    Arrive,
    Assign,
    Cancel,
    CheckItem,
    Claim,
    Close,
    Comment,
    CompleteWork,
    DeclareDelay,
    Decline,
    DeclineSolution,
    Depart,
    Dispute,
    Escalate,
    HandOver,
    Hold,
    Link,
    MergeInto,
    MigratePolicy,
    OpenToPool,
    ProposeSolution,
    Reclassify,
    RecordNoAccess,
    Reject,
    Release,
    Reopen,
    ReportTicket,
    SettleBill,
    SignCompletion,
    Transfer,
    UpdateProgress,
    Urge,
    Verify,
    WaiveBill,
    WaiveBreach,
)
from app.domain.ticket.state import Ticket

SUPERIORS = frozenset({"supervisor", "manager"})
OWNER = frozenset({"owner"})
ENGINEER = frozenset({"engineer"})
CSR = frozenset({"csr"}) | SUPERIORS
DISPATCHER = frozenset({"dispatcher"}) | SUPERIORS
OFFICE = CSR | DISPATCHER
SYSTEM = frozenset({"system"})
STAFF = OFFICE | ENGINEER | {"security", "finance"}

PERMITTED: dict[type[object], frozenset[str]] = {
    # domain.md §6.1: O, CSR, SYS(iot); staff report on the owner's behalf (§1a row 1)
    ReportTicket: OWNER | OFFICE | ENGINEER | {"integration"} | SYSTEM,
    Acknowledge: OFFICE,  # domain.md §6.1: CSR, DSP
    Reject: CSR,  # domain.md §6.1: CSR + SUP
    Reclassify: OFFICE,  # domain.md §3.4 class change, by who triages: CSR, DSP
    Cancel: OWNER | SUPERIORS,  # domain.md §6.1: O, SUP
    OpenToPool: DISPATCHER | SYSTEM,  # domain.md §6.1: DSP, SYS round-robin
    Assign: DISPATCHER | SYSTEM,  # domain.md §6.1: DSP, SYS round-robin
    Claim: ENGINEER,  # domain.md §6.1: ENG
    Accept: ENGINEER,  # domain.md §6.1: ENG
    Decline: ENGINEER,  # domain.md §6.1: ENG
    Transfer: ENGINEER | DISPATCHER,  # domain.md §6.1: ENG, DSP
    Depart: ENGINEER,  # domain.md §6.1: ENG
    Arrive: ENGINEER,  # domain.md §6.1: ENG
    RecordNoAccess: ENGINEER,  # domain.md §6.1: ENG
    ProposeSolution: ENGINEER,  # domain.md §6.1: ENG
    AcceptSolution: OWNER | SUPERIORS,  # domain.md §6.1: O, MGR(fund); >¥200 approval §7
    DeclineSolution: OWNER | SUPERIORS,  # domain.md §6.1: O, MGR(fund)
    Hold: ENGINEER | DISPATCHER,  # domain.md §6.1: ENG, DSP; SUP if >24 h
    Release: ENGINEER | DISPATCHER,  # domain.md §6.1: ENG, DSP
    DeclareDelay: ENGINEER | OFFICE,  # domain.md §1a row 19
    UpdateProgress: ENGINEER,  # domain.md §1a row 21
    AddCost: ENGINEER,  # domain.md §1a rows 17, 35
    CheckItem: ENGINEER,  # domain.md §1a row 18
    CompleteWork: ENGINEER,  # domain.md §6.1: ENG
    Verify: SUPERIORS,  # domain.md §6.1: SUP, MGR
    SignCompletion: OWNER,  # domain.md §6.1: O
    Dispute: OWNER,  # domain.md §6.1: O
    Close: CSR | SYSTEM,  # domain.md §6.1: CSR, SYS
    Reopen: OWNER | CSR | SYSTEM,  # domain.md §6.1: O, CSR, FollowUp
    SettleBill: CSR | {"finance"},  # domain.md §6.1, guard of Close: billing settled
    WaiveBill: SUPERIORS,  # domain.md §6.1, guard of Close: or waived
    MergeInto: OFFICE,  # domain.md §6.1: CSR, DSP
    Link: OFFICE | SYSTEM,  # domain.md §1a row 66
    HandOver: STAFF,  # domain.md §1a row 27; only the first responsible or a superior
    AcceptHandOver: STAFF,  # domain.md §1a row 27; only the one who was asked
    Urge: OWNER,  # domain.md §6.1: O
    Comment: OWNER | STAFF,  # domain.md §1 roles: an auditor changes nothing
    Escalate: STAFF | SYSTEM,  # domain.md §1b row 37
    WaiveBreach: frozenset({"manager"}),  # domain.md §3.2: manager + reason
    MigratePolicy: SYSTEM | {"manager", "admin"},  # domain.md §3.4: an explicit bulk command
}

# An engineer may give these only for a ticket that he or she has.
HOLDER_ONLY = frozenset(
    {
        Transfer,
        Depart,
        Arrive,
        RecordNoAccess,
        ProposeSolution,
        Hold,
        Release,
        DeclareDelay,
        UpdateProgress,
        AddCost,
        CheckItem,
        CompleteWork,
    }
)


def check_permitted(command: object, given: Given) -> None:
    if given.actor.role not in PERMITTED[type(command)]:
        raise NotPermitted("role_not_permitted", role=given.actor.role)


def check_holder(command: object, ticket: Ticket, given: Given) -> None:
    if given.actor.role != "engineer" or type(command) not in HOLDER_ONLY:
        return
    if not ticket.is_held_by(given.actor.subject):
        raise NotPermitted("not_assigned_to_you")
