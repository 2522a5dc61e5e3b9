"""First-time fix (docs/domain.md §5.1): refuted at once by whatever speaks against it, confirmed
if nothing did for thirty days after completion."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from app.domain.decider import Given
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import (
    FirstTimeFixRefuted,
    TicketEvent,
    TicketLinked,
    TicketReopened,
    WorkCompleted,
)

WINDOW = timedelta(days=30)  # docs/domain.md §5.1 (cfg)

FirstTimeFix = Literal["confirmed", "refuted"]
CONFIRMED: FirstTimeFix = "confirmed"
REFUTED: FirstTimeFix = "refuted"


def first_time_fix_events(
    ticket: Ticket | None, events: Sequence[TicketEvent], given: Given
) -> Sequence[FirstTimeFixRefuted]:
    """What this ticket's own events say about it; recurrences come from the fingerprint."""
    if ticket is None:
        return []
    for event in events:
        match event:
            case WorkCompleted() if cause := _refuting_cause(ticket, given.occurred_at):
                return refute(ticket, given.occurred_at, cause)
            case TicketReopened():
                return refute(ticket, given.occurred_at, "reopened")
            case TicketLinked(kind="has_recurrence", ticket_id=other):
                return refute(ticket, given.occurred_at, "recurrence", other)
    return []


def refute(
    ticket: Ticket, at: datetime, cause: str, by_ticket: str | None = None
) -> Sequence[FirstTimeFixRefuted]:
    """At most once, and only within the window; a late fact may refute what was confirmed
    meanwhile."""
    done_at = ticket.first_completed_at or at
    if ticket.first_time_fix == REFUTED or not done_at <= at < done_at + WINDOW:
        return []
    return [FirstTimeFixRefuted(cause=cause, by_ticket=by_ticket)]


def confirms_at(ticket: Ticket) -> datetime | None:
    """When the window ends; None while the work is disputed."""
    if ticket.first_time_fix or ticket.first_completed_at is None:
        return None
    if ticket.status in {"disputed", "merged"}:
        return None
    return ticket.first_completed_at + WINDOW


def _refuting_cause(ticket: Ticket, at: datetime) -> str | None:
    if ticket.first_completed_at is None:
        return "several_visits" if ticket.visits > 1 else None
    return "disputed" if ticket.cycle == 1 and at >= ticket.first_completed_at else None
