"""Was it mended at the first visit, for good? Known when nothing happened for thirty days after the
work was done (docs/domain.md §5.1); what tells against it tells so at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.domain.decider import Given
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import (
    FirstTimeFixRefuted,
    TicketLinked,
    TicketReopened,
    WorkCompleted,
)

WINDOW = timedelta(days=30)  # docs/domain.md §5.1 (cfg)
CONFIRMED, REFUTED = "confirmed", "refuted"


def first_time_fix_events(
    ticket: Ticket | None, events: Sequence[Any], given: Given
) -> Sequence[FirstTimeFixRefuted]:
    """What these facts of the ticket itself say of it."""
    if ticket is None:
        return []
    for event in events:
        match event:
            case WorkCompleted() if cause := _not_at_once(ticket, given.occurred_at):
                return refuted(ticket, given.occurred_at, cause)
            case TicketReopened():
                return refuted(ticket, given.occurred_at, "reopened")
            case TicketLinked(kind="has_recurrence", ticket_id=other):
                return refuted(ticket, given.occurred_at, "recurrence", other)
    return []


def refuted(
    ticket: Ticket, at: datetime, cause: str, by_ticket: str | None = None
) -> Sequence[FirstTimeFixRefuted]:
    """Once, and within the window; a fact told late refutes what was confirmed meanwhile."""
    done_at = ticket.first_completed_at or at
    if ticket.first_time_fix == REFUTED or not done_at <= at < done_at + WINDOW:
        return []
    return [FirstTimeFixRefuted(cause=cause, by_ticket=by_ticket)]


def confirmed_at(ticket: Ticket) -> datetime | None:
    """When it will be certain; while the owner disputes the work, it is open."""
    if ticket.first_time_fix or ticket.first_completed_at is None:
        return None
    if ticket.status in {"disputed", "merged"}:
        return None
    return ticket.first_completed_at + WINDOW


def _not_at_once(ticket: Ticket, at: datetime) -> str | None:
    if ticket.first_completed_at is None:
        return "several_visits" if ticket.visits > 1 else None
    return "disputed" if ticket.cycle == 1 and at >= ticket.first_completed_at else None
