"""The row of a clock for lists and figures, and how each event changes it. It checks no rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.events.base import Recorded, Value
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

CLOCK_EVENTS = (
    SlaClockStarted,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockMet,
    SlaBreached,
    SlaClockCancelled,
    SlaClockRetargeted,
    SlaBreachRetracted,
    SlaBreachWaived,
)
TICKET_EVENTS = (
    TicketReported,
    TicketReclassified,
    OfferedToPool,
    TicketAssigned,
    TicketClaimed,
    AssignmentAccepted,
    TicketReopened,
    FirstResponsibleSet,
    FirstResponsibleHandedOver,
)
TYPES = frozenset(NAME_OF[event] for event in (*CLOCK_EVENTS, *TICKET_EVENTS))

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
    match event:
        case TicketReclassified(service_class=service_class):
            return replace(row, service_class=service_class)
        case TicketClaimed(engineer=engineer) | AssignmentAccepted(engineer=engineer):
            return replace(row, assignee=engineer)
        case OfferedToPool() | TicketAssigned() | TicketReopened():
            return replace(row, assignee=None)
        case FirstResponsibleSet(subject=subject) | FirstResponsibleHandedOver(to=subject):
            return replace(row, first_responsible=subject)
        case _:
            return row


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
    return _judged(_after(row, recorded.event, recorded.recorded_at))


def _after(  # noqa: PLR0911 - one table, to be read downwards
    row: Row, event: Any, recorded_at: datetime
) -> Row:
    match event:
        case SlaClockPaused(paused_at=paused_at, then=then):
            since = row.paused_at or paused_at
            return replace(row, paused_at=since, then_due_at=then.due_at if then else None)
        case SlaClockResumed(due_at=due_at, warn_at=warn_at, provisional=provisional):
            return replace(
                row, paused_at=None, due_at=due_at, warn_at=warn_at, provisional=provisional
            )
        case SlaClockRetargeted():
            return _with_terms(row, event)
        case SlaClockMet():
            return replace(
                row,
                paused_at=None,
                verdict=event.result,
                stopped_at=event.stopped_at,
                due_at=event.due_at,
                elapsed_us=event.elapsed_us,
                overrun_us=event.overrun_us,
            )
        case SlaClockCancelled(cancelled_at=at, elapsed_us=elapsed_us):
            beyond = max(elapsed_us - (row.budget_us or 0), 0)
            return replace(
                row,
                paused_at=None,
                verdict="cancelled",
                stopped_at=at,
                elapsed_us=elapsed_us,
                overrun_us=beyond if row.is_breached else None,
            )
        case SlaBreached(due_at=due_at):
            return replace(row, breached_at=due_at, detected_at=recorded_at, retracted=False)
        case SlaBreachRetracted():
            return replace(row, retracted=True, waived=False)
        case SlaBreachWaived():
            return replace(row, waived=True)
        case _:
            return row


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
