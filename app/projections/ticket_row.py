"""The row of a ticket for lists, and how each event changes it. It checks no rules."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.events.base import Recorded, Value
from app.events.complaint import (
    AnswerProposed,
    ComplaintDisputed,
    ComplaintLodged,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintSupported,
    ComplaintWithdrawn,
    InvestigationStarted,
    RemedyStarted,
)
from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpUnreachable,
)
from app.events.registry import NAME_OF
from app.events.ticket import (
    AccessFailed,
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    CompletionDisputed,
    CompletionSigned,
    EngineerArrived,
    EngineerDeparted,
    FirstResponsibleHandedOver,
    FirstResponsibleSet,
    HandOverOffered,
    OfferedToPool,
    SolutionAccepted,
    SolutionDeclined,
    SolutionProposed,
    SuggestionAccepted,
    SuggestionCompleted,
    SuggestionDeclined,
    TicketAcknowledged,
    TicketAssigned,
    TicketCancelled,
    TicketClaimed,
    TicketClosed,
    TicketHeld,
    TicketMerged,
    TicketReclassified,
    TicketRejected,
    TicketReopened,
    TicketReported,
    TicketResumed,
    WorkCompleted,
    WorkVerified,
)
from app.projections.ticket_clocks import (
    CLOCK_EVENTS,
    Clocks,
    clocks_after,
    is_breached,
    next_breach,
    next_due,
)

# A follow-up counts as reported by the system, not by the engineer whose event scheduled it.
FOLLOW_UP, AUTOMATIC = "follow_up", "system"
REMEMBERED = 10
"""Former engineers kept per ticket; they may still see it."""

STATUS_AFTER: dict[type[Any], str] = {
    TicketReported: "reported",
    TicketAcknowledged: "acknowledged",
    TicketRejected: "rejected",
    OfferedToPool: "pooled",
    TicketAssigned: "assigned",
    TicketClaimed: "accepted",
    AssignmentAccepted: "accepted",
    AssignmentReturned: "returned",
    AssignmentTransferred: "transferred",
    EngineerDeparted: "en_route",
    EngineerArrived: "on_site",
    AccessFailed: "no_access",
    SolutionProposed: "proposed",
    SolutionAccepted: "in_progress",
    SolutionDeclined: "on_site",
    WorkCompleted: "completed",
    WorkVerified: "verified",
    CompletionSigned: "confirmed",
    CompletionDisputed: "disputed",
    SuggestionAccepted: "accepted",
    SuggestionDeclined: "declined",
    SuggestionCompleted: "completed",
    InvestigationStarted: "investigating",
    AnswerProposed: "proposed",
    RemedyStarted: "remedying",
    ComplaintResponded: "responded",
    ComplaintSatisfied: "satisfied",
    ComplaintDisputed: "disputed",
    ComplaintWithdrawn: "withdrawn",
    TicketClosed: "closed",
    TicketReopened: "reopened",
    FollowUpAttempted: "attempting",
    FollowUpCompleted: "completed",
    FollowUpUnreachable: "unreachable",
    FollowUpRescheduled: "rescheduled",
    TicketMerged: "merged",
    TicketCancelled: "cancelled",
}


class Row(Value, frozen=True, kw_only=True):
    tenant_id: UUID
    ticket_id: str
    kind: str
    status: str
    category: str
    service_class: str
    household_id: str | None
    community: str
    reported_at: datetime
    reported_by: str
    due_at: datetime | None = None
    breaches_at: datetime | None = None
    breached: bool = False
    clocks: Clocks = ()
    on_hold: bool = False
    assignee: str | None = None
    offered_to: str | None = None
    first_responsible: str | None = None
    hand_over_to: str | None = None
    past: tuple[str, ...] = ()
    complained_about: str | None = None
    anonymous: bool = False
    supporting: tuple[str, ...] = ()
    investigator: str | None = None


def reported(tenant_id: UUID, recorded: Recorded[TicketReported]) -> Row:
    event = recorded.event
    return Row(
        tenant_id=tenant_id,
        ticket_id=event.ticket_id,
        kind=event.kind,
        status=event.status,
        category=event.category,
        service_class=event.service_class,
        household_id=event.household_id,
        community=event.location.community,
        reported_at=recorded.occurred_at,
        reported_by=AUTOMATIC if event.kind == FOLLOW_UP else recorded.actor.subject,
    )


def evolve(row: Row, event: Any) -> Row:
    kind = type(event)
    if status := STATUS_AFTER.get(kind):
        row = replace(row, status=status)
    step = STEPS.get(kind)
    return step(row, event) if step else row


def _pooled(row: Row, _event: OfferedToPool) -> Row:
    return replace(_without_engineer(row), offered_to=None)


def _assigned(row: Row, event: TicketAssigned) -> Row:
    return replace(_without_engineer(row), offered_to=event.engineer)


def _transferred(row: Row, event: AssignmentTransferred) -> Row:
    return replace(row, offered_to=event.engineer)


def _taken(row: Row, event: TicketClaimed | AssignmentAccepted) -> Row:
    engineer = event.engineer
    return replace(_without_engineer(row, engineer), assignee=engineer, offered_to=None)


def _returned(row: Row, event: AssignmentReturned) -> Row:
    return replace(row, offered_to=None, status="accepted" if event.returned_to else row.status)


def _held(row: Row, _event: TicketHeld) -> Row:
    return replace(row, on_hold=True)


def _resumed(row: Row, _event: TicketResumed) -> Row:
    return replace(row, on_hold=False)


def _reclassified(row: Row, event: TicketReclassified) -> Row:
    return replace(row, service_class=event.service_class)


def _first_responsible(row: Row, event: FirstResponsibleSet) -> Row:
    return replace(row, first_responsible=event.subject)


def _hand_over_offered(row: Row, event: HandOverOffered) -> Row:
    return replace(row, hand_over_to=event.to)


def _handed_over(row: Row, event: FirstResponsibleHandedOver) -> Row:
    return replace(row, first_responsible=event.to, hand_over_to=None)


def _lodged(row: Row, event: ComplaintLodged) -> Row:
    return replace(row, complained_about=event.subject_of_complaint, anonymous=event.anonymous)


def _supported(row: Row, event: ComplaintSupported) -> Row:
    others = tuple(one for one in row.supporting if one != event.household_id)
    return replace(row, supporting=(*others, event.household_id))


def _investigated(row: Row, event: InvestigationStarted) -> Row:
    return replace(row, investigator=event.investigator)


def _reopened(row: Row, _event: TicketReopened) -> Row:
    return replace(_without_engineer(row), offered_to=None, on_hold=False)


def _ended(
    row: Row,
    _event: TicketRejected | TicketCancelled | TicketClosed | TicketMerged | ComplaintWithdrawn,
) -> Row:
    return replace(row, offered_to=None, on_hold=False, hand_over_to=None)


def _with_clocks(row: Row, event: Any) -> Row:
    clocks = clocks_after(row.clocks, event)
    return replace(
        row,
        clocks=clocks,
        due_at=next_due(clocks),
        breaches_at=next_breach(clocks),
        breached=is_breached(clocks),
    )


def _without_engineer(row: Row, successor: str | None = None) -> Row:
    """Moves the assignee to the former engineers, the latest last."""
    if row.assignee is None or row.assignee == successor:
        return replace(row, assignee=None)
    others = tuple(subject for subject in row.past if subject != row.assignee)
    return replace(row, assignee=None, past=(*others, row.assignee)[-REMEMBERED:])


STEPS: Mapping[type[Any], Callable[[Row, Any], Row]] = {
    OfferedToPool: _pooled,
    TicketAssigned: _assigned,
    AssignmentTransferred: _transferred,
    TicketClaimed: _taken,
    AssignmentAccepted: _taken,
    AssignmentReturned: _returned,
    TicketHeld: _held,
    TicketResumed: _resumed,
    TicketReclassified: _reclassified,
    FirstResponsibleSet: _first_responsible,
    HandOverOffered: _hand_over_offered,
    FirstResponsibleHandedOver: _handed_over,
    ComplaintLodged: _lodged,
    ComplaintSupported: _supported,
    InvestigationStarted: _investigated,
    TicketReopened: _reopened,
    TicketRejected: _ended,
    TicketCancelled: _ended,
    TicketClosed: _ended,
    TicketMerged: _ended,
    ComplaintWithdrawn: _ended,
    **dict.fromkeys(CLOCK_EVENTS, _with_clocks),
}
"""What an event changes beside the status."""

TYPES = frozenset(NAME_OF[event] for event in (*STATUS_AFTER, *STEPS))
