"""A visit of a series becomes a follow-up when its date is near (docs/domain.md §6.3)."""

from collections.abc import Sequence
from typing import Any

from app.domain.follow_up_series.decider import FOLLOW_UP_SERIES
from app.domain.ticket.commands.follow_up import ScheduleFollowUp
from app.domain.ticket.decider import TICKET
from app.events.base import Recorded
from app.events.follow_up_series import VisitScheduled
from app.events.registry import NAME_OF
from app.reactors.base import Look, Order, Reactor


async def react(event: Recorded[Any], look: Look) -> Sequence[Order]:
    """Reads the series as it is now: what it is about never changes."""
    visit: VisitScheduled = event.event
    key = event.stream_id.removeprefix(f"{FOLLOW_UP_SERIES.category}-")
    series = await look.state_of(FOLLOW_UP_SERIES.stream(key))
    if series is None:
        return []
    command = ScheduleFollowUp(
        ticket_id=visit.visit_id,
        purpose=series.purpose,
        parent_id=series.ticket_id,
        due_at=visit.due_at,
        reason=series.reason,
        series_id=series.id,
        household_id=series.household_id,
        location=series.location,
        assigned_to=series.assigned_to.subject,
    )
    stream = TICKET.stream(visit.visit_id)
    return [Order(stream=stream, command=command, occurred_at=event.occurred_at)]


SCHEDULE_VISITS = Reactor(
    name="schedule_visits", types=frozenset({NAME_OF[VisitScheduled]}), react=react
)
