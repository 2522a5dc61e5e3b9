"""The row of a clock for lists and figures, and how each event changes it. It checks no rules."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.events.base import Recorded, Value
from app.events.by_type import unchanged
from app.events.registry import NAME_OF
from app.events.sla import (
    SlaBreached,
    SlaBreachRetracted,
    SlaBreachWaived,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockRetargeted,
    SlaClockStarted,
)
from app.events.ticket import (
    AssignmentAccepted,
    FirstResponsibleHandedOver,
    FirstResponsibleSet,
    OfferedToPool,
    TicketAssigned,
    TicketClaimed,
    TicketReclassified,
    TicketReopened,
    TicketReported,
)
from app.projections.ticket_clocks import next_breach_of

TICKET_ROW = ""
"""Instead of a clock: the row of the ticket itself, copied into its clocks."""


class Row(Value, frozen=True, kw_only=True):
    """`breaches_at` is when it will breach if nothing happens; None once it has. `then_due_at` is
    when a paused clock is due if its pause ends by itself. A clock that is over keeps its service
    class and people, whatever happens to the ticket."""

    tenant_id: UUID
    ticket_id: str
    clock: str
    cycle: int
    number: str
    kind: str
    category: str
    service_class: str
    community: str
    household_id: str | None = None
    assignee: str | None = None
    first_responsible: str | None = None
    state: str | None = None
    started_at: datetime | None = None
    target_seconds: int | None = None
    target_days: int | None = None
    budget_us: int | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    breaches_at: datetime | None = None
    paused_at: datetime | None = None
    then_due_at: datetime | None = None
    breached_at: datetime | None = None
    detected_at: datetime | None = None
    retracted: bool = False
    waived: bool = False
    verdict: str | None = None
    stopped_at: datetime | None = None
    elapsed_us: int | None = None
    overrun_us: int | None = None
    policy_id: str | None = None
    policy_version: int | None = None
    calendar_id: str | None = None
    calendar_version: int | None = None
    provisional: bool = False

    @property
    def is_breached(self) -> bool:
        return self.breached_at is not None and not self.retracted


def reported(tenant_id: UUID, event: TicketReported) -> Row:
    return Row(
        tenant_id=tenant_id,
        ticket_id=event.ticket_id,
        clock=TICKET_ROW,
        cycle=0,
        number=event.number,
        kind=event.kind,
        category=event.category,
        service_class=event.service_class,
        community=event.location.community,
        household_id=event.household_id,
    )


def ticket_after(row: Row, event: Any) -> Row:
    return TICKETS[type(event)](row, event)


def _reclassified(row: Row, event: TicketReclassified) -> Row:
    return replace(row, service_class=event.service_class)


def _taken(row: Row, event: TicketClaimed | AssignmentAccepted) -> Row:
    return replace(row, assignee=event.engineer)


def _without_assignee(row: Row, _event: OfferedToPool | TicketAssigned | TicketReopened) -> Row:
    return replace(row, assignee=None)


def _first_responsible(row: Row, event: FirstResponsibleSet) -> Row:
    return replace(row, first_responsible=event.subject)


def _handed_over(row: Row, event: FirstResponsibleHandedOver) -> Row:
    return replace(row, first_responsible=event.to)


def with_ticket(row: Row, ticket: Row) -> Row:
    if row.verdict is not None:
        return row
    return replace(
        row,
        service_class=ticket.service_class,
        assignee=ticket.assignee,
        first_responsible=ticket.first_responsible,
    )


def started(ticket: Row, event: SlaClockStarted) -> Row:
    row = replace(ticket, clock=event.clock, cycle=event.cycle, started_at=event.started_at)
    return _judged(_with_terms(row, event))


def clock_after(row: Row, recorded: Recorded[Any]) -> Row:
    return _judged(CLOCKS[type(recorded.event)](row, recorded))


def _paused(row: Row, recorded: Recorded[SlaClockPaused]) -> Row:
    paused_at, then = recorded.event.paused_at, recorded.event.then
    since = row.paused_at or paused_at
    return replace(row, paused_at=since, then_due_at=then.due_at if then else None)


def _resumed(row: Row, recorded: Recorded[SlaClockResumed]) -> Row:
    event = recorded.event
    return replace(
        row,
        paused_at=None,
        due_at=event.due_at,
        warn_at=event.warn_at,
        provisional=event.provisional,
    )


def _retargeted(row: Row, recorded: Recorded[SlaClockRetargeted]) -> Row:
    return _with_terms(row, recorded.event)


def _met(row: Row, recorded: Recorded[SlaClockMet]) -> Row:
    event = recorded.event
    return replace(
        row,
        paused_at=None,
        verdict=event.result,
        stopped_at=event.stopped_at,
        due_at=event.due_at,
        elapsed_us=event.elapsed_us,
        overrun_us=event.overrun_us,
    )


def _cancelled(row: Row, recorded: Recorded[SlaClockCancelled]) -> Row:
    event = recorded.event
    beyond = max(event.elapsed_us - (row.budget_us or 0), 0)
    return replace(
        row,
        paused_at=None,
        verdict="cancelled",
        stopped_at=event.cancelled_at,
        elapsed_us=event.elapsed_us,
        overrun_us=beyond if row.is_breached else None,
    )


def _breached(row: Row, recorded: Recorded[SlaBreached]) -> Row:
    return replace(
        row,
        breached_at=recorded.event.due_at,
        detected_at=recorded.recorded_at,
        retracted=False,
    )


def _not_breached(row: Row, _recorded: Recorded[SlaBreachRetracted]) -> Row:
    return replace(row, retracted=True, waived=False)


def _waived(row: Row, _recorded: Recorded[SlaBreachWaived]) -> Row:
    return replace(row, waived=True)


def _with_terms(row: Row, event: SlaClockStarted | SlaClockRetargeted) -> Row:
    return replace(
        row,
        target_seconds=event.target.seconds,
        target_days=event.target.days,
        budget_us=event.budget_us,
        due_at=event.due_at,
        warn_at=event.warn_at,
        policy_id=event.policy_id,
        policy_version=event.policy_version,
        calendar_id=event.calendar_id,
        calendar_version=event.calendar_version,
        provisional=event.provisional,
    )


def _judged(row: Row) -> Row:
    """Sets the derived fields: the state, and when it would breach."""
    breaches_at = None
    if row.due_at and not row.is_breached and row.verdict not in {"on_time", "cancelled"}:
        paused_at = None if row.verdict else row.paused_at
        breaches_at = next_breach_of(row.due_at, paused_at, row.then_due_at)
    return replace(row, state=_state(row), breaches_at=breaches_at)


def _state(row: Row) -> str:
    """running | paused | breached | breached_paused | met | met_late | cancelled"""
    if row.verdict == "cancelled":
        return "cancelled"
    if row.verdict is not None:
        return "met_late" if row.is_breached or row.verdict == "late" else "met"
    if row.is_breached:
        return "breached_paused" if row.paused_at else "breached"
    return "paused" if row.paused_at else "running"


CLOCKS: Mapping[type[Any], Callable[[Row, Recorded[Any]], Row]] = {
    SlaClockStarted: unchanged,  # `started` begins the row with it
    SlaClockPaused: _paused,
    SlaClockResumed: _resumed,
    SlaClockRetargeted: _retargeted,
    SlaClockMet: _met,
    SlaClockCancelled: _cancelled,
    SlaBreached: _breached,
    SlaBreachRetracted: _not_breached,
    SlaBreachWaived: _waived,
}
TICKETS: Mapping[type[Any], Callable[[Row, Any], Row]] = {
    TicketReported: unchanged,  # `reported` begins the row with it
    TicketReclassified: _reclassified,
    OfferedToPool: _without_assignee,
    TicketAssigned: _without_assignee,
    TicketReopened: _without_assignee,
    TicketClaimed: _taken,
    AssignmentAccepted: _taken,
    FirstResponsibleSet: _first_responsible,
    FirstResponsibleHandedOver: _handed_over,
}
TICKET_EVENTS = tuple(TICKETS)
TYPES = frozenset(NAME_OF[event] for event in (*CLOCKS, *TICKETS))
