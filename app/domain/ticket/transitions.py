"""From which statuses each command is legal: the columns "From" of domain.md §6.1, in one table."""

from app.domain.errors import IllegalTransition
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
from app.domain.ticket.statuses import ALL, CARRIED, DONE, OPEN, UNFINISHED
from app.events.base import Actor


def _statuses(*names: str) -> frozenset[str]:
    return frozenset(names)


LEGAL_FROM: dict[type[object], frozenset[str]] = {
    ReportTicket: _statuses(),  # domain.md §6.1: — → reported
    # domain.md §6.1: reported → acknowledged; a reopened ticket may be taken notice of again
    Acknowledge: _statuses("reported", "reopened"),
    Reject: _statuses("reported", "acknowledged"),  # domain.md §6.1: reported/ack → rejected
    Reclassify: OPEN,  # domain.md §3.4: mid-ticket
    Cancel: UNFINISHED,  # domain.md §6.1: open → cancelled; what is done cannot be undone
    # domain.md §6.1: ack → pooled; a returned or reopened one is to be dispatched again
    OpenToPool: _statuses("acknowledged", "returned", "reopened"),
    # domain.md §6.1: ack → assigned; assigned: to another one instead; disputed: to another's work
    Assign: _statuses("acknowledged", "returned", "reopened", "pooled", "assigned", "disputed"),
    Claim: _statuses("pooled"),  # domain.md §6.1: pooled → accepted
    Accept: _statuses("assigned", "transferred"),  # domain.md §6.1: assigned → accepted
    Decline: _statuses("assigned", "transferred"),  # domain.md §6.1: assigned → returned
    Transfer: _statuses("accepted", "no_access"),  # domain.md §6.1: accepted → transferred
    # domain.md §6.1: accepted → en_route; again where nobody opened, or the owner is not content
    Depart: _statuses("accepted", "no_access", "disputed"),
    Arrive: _statuses("en_route"),  # domain.md §6.1: en_route → on_site
    RecordNoAccess: _statuses("on_site"),  # domain.md §6.1: on_site → no_access
    # domain.md §6.1: on_site → proposed; §1a row 35: a plan may be revised while at work
    ProposeSolution: _statuses("on_site", "in_progress"),
    AcceptSolution: _statuses("proposed"),  # domain.md §6.1: proposed → in_progress
    DeclineSolution: _statuses("proposed"),  # domain.md §6.1: proposed → declined
    Hold: OPEN,  # domain.md §6.1: any open ⇄ on_hold
    Release: OPEN,  # domain.md §6.1: any open ⇄ on_hold
    DeclareDelay: UNFINISHED | {"disputed"},  # domain.md §1a row 19
    UpdateProgress: CARRIED | {"disputed"},  # domain.md §1a row 21
    AddCost: _statuses("on_site", "proposed", "in_progress"),  # domain.md §1a rows 17, 35
    CheckItem: CARRIED - {"transferred"},  # domain.md §1a row 18
    # domain.md §6.1: in_progress → completed, from on_site without proposing, disputed: mended
    CompleteWork: _statuses("on_site", "in_progress", "disputed"),
    Verify: _statuses("completed"),  # domain.md §6.1: completed → verified
    # domain.md §6.1: completed → confirmed; verified on the way; a dispute may be dropped
    SignCompletion: _statuses("completed", "verified", "disputed"),
    Dispute: _statuses("completed", "verified"),  # domain.md §6.1: completed → disputed
    Close: _statuses("confirmed"),  # domain.md §6.1: confirmed → closed
    Reopen: DONE | {"closed"},  # domain.md §6.1: completed/closed → reopened
    SettleBill: OPEN,  # domain.md §6.1, guard of Close
    WaiveBill: OPEN,  # domain.md §6.1, guard of Close
    MergeInto: OPEN,  # domain.md §6.1: open → merged
    Link: OPEN,  # domain.md §1a row 66
    HandOver: OPEN,  # domain.md §1a row 27
    AcceptHandOver: OPEN,  # domain.md §1a row 27
    Urge: OPEN,  # domain.md §6.1: any
    Comment: ALL - {"merged"},  # on a merged one it would be lost: say where the ticket went
    Escalate: OPEN,  # domain.md §1b row 37
    WaiveBreach: ALL,  # domain.md §3.2: a breach stays, whatever became of the ticket
    MigratePolicy: ALL,  # domain.md §3.4: where no clock runs, nothing changes
}

# Where the command led already: given again it changes nothing.
REPEATED_AT: dict[type[object], frozenset[str]] = {
    Acknowledge: _statuses("acknowledged"),
    Reject: _statuses("rejected"),
    Cancel: _statuses("cancelled"),
    OpenToPool: _statuses("pooled"),
    Depart: _statuses("en_route"),
    Arrive: _statuses("on_site"),
    RecordNoAccess: _statuses("no_access"),
    # domain.md §6.1: after a solution that needed nobody's consent, or none at all
    AcceptSolution: _statuses("in_progress") | DONE,
    CompleteWork: _statuses("completed"),
    Verify: _statuses("verified"),
    SignCompletion: _statuses("confirmed"),
    Dispute: _statuses("disputed"),
    Close: _statuses("closed"),
    Reopen: _statuses("reopened"),
}


def is_repeat(command: object, ticket: Ticket, actor: Actor) -> bool:
    """It is already so: giving the command again changes nothing."""
    match command:
        case Claim() | Accept():
            return ticket.status == "accepted" and ticket.is_held_by(actor.subject)
        case Assign(engineer=engineer, eta=eta):
            offer = ticket.assignment.offer
            same = offer is not None and (offer.engineer.subject, offer.eta) == (engineer, eta)
            return ticket.status == "assigned" and same
        case Transfer(engineer=engineer):
            return ticket.status == "transferred" and ticket.is_offered_to(engineer)
        case MergeInto(into=into):
            return ticket.merged_into == into
        case _:
            return ticket.status in REPEATED_AT.get(type(command), ())


def check_transition(command: object, ticket: Ticket) -> None:
    if ticket.status in LEGAL_FROM[type(command)]:
        return
    assignee = ticket.assignment.assignee
    match command:
        case Claim() if assignee:
            raise IllegalTransition("already_claimed", owner=assignee.subject)
        case Comment() | Urge() | MergeInto() if ticket.merged_into:
            raise IllegalTransition("ticket_merged", into=ticket.merged_into)
        case _:
            name = type(command).__name__
            raise IllegalTransition("illegal_transition", command=name, status=ticket.status)
