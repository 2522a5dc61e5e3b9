"""The row of a ticket for lists, and how each event changes it. It checks no rules."""

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
_OTHER_EVENTS: tuple[type[Any], ...] = (
    TicketReclassified,
    TicketHeld,
    TicketResumed,
    FirstResponsibleSet,
    HandOverOffered,
    FirstResponsibleHandedOver,
    ComplaintLodged,
    ComplaintSupported,
)


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


TYPES = frozenset(NAME_OF[event] for event in (*STATUS_AFTER, *_OTHER_EVENTS, *CLOCK_EVENTS))


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


def evolve(row: Row, event: Any) -> Row:  # noqa: C901, PLR0911, PLR0912 - one table, to be read downwards
    if isinstance(event, CLOCK_EVENTS):
        return _with_clocks(row, clocks_after(row.clocks, event))
    row = replace(row, status=STATUS_AFTER.get(type(event), row.status))
    match event:
        case OfferedToPool():
            return replace(_without_engineer(row), offered_to=None)
        case TicketAssigned(engineer=engineer):
            return replace(_without_engineer(row), offered_to=engineer)
        case AssignmentTransferred(engineer=engineer):
            return replace(row, offered_to=engineer)
        case TicketClaimed(engineer=engineer) | AssignmentAccepted(engineer=engineer):
            return replace(_without_engineer(row, engineer), assignee=engineer, offered_to=None)
        case AssignmentReturned(returned_to=giver):
            return replace(row, offered_to=None, status="accepted" if giver else row.status)
        case TicketHeld() | TicketResumed():
            return replace(row, on_hold=isinstance(event, TicketHeld))
        case TicketReclassified(service_class=service_class):
            return replace(row, service_class=service_class)
        case FirstResponsibleSet(subject=subject):
            return replace(row, first_responsible=subject)
        case HandOverOffered(to=subject):
            return replace(row, hand_over_to=subject)
        case FirstResponsibleHandedOver(to=subject):
            return replace(row, first_responsible=subject, hand_over_to=None)
        case ComplaintLodged(subject_of_complaint=subject, anonymous=anonymous):
            return replace(row, complained_about=subject, anonymous=anonymous)
        case ComplaintSupported(household_id=household_id):
            others = tuple(one for one in row.supporting if one != household_id)
            return replace(row, supporting=(*others, household_id))
        case InvestigationStarted(investigator=subject):
            return replace(row, investigator=subject)
        case TicketReopened():
            return replace(_without_engineer(row), offered_to=None, on_hold=False)
        case (
            TicketRejected()
            | TicketCancelled()
            | TicketClosed()
            | TicketMerged()
            | ComplaintWithdrawn()
        ):
            return replace(row, offered_to=None, on_hold=False, hand_over_to=None)
        case _:
            return row


def _with_clocks(row: Row, clocks: Clocks) -> Row:
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
