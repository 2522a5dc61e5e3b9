"""The clocks of a ticket as lists of tickets need them: when the next one is due, and whether any
was breached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.events.sla import (
    SlaBreached,
    SlaBreachRetracted,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockRetargeted,
    SlaClockStarted,
)

CLOCK_EVENTS = (
    SlaClockStarted,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockMet,
    SlaBreached,
    SlaClockCancelled,
    SlaClockRetargeted,
    SlaBreachRetracted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClock:
    """`due_at` of one that runs; `breaches_at` of one that runs or stands still, unless it is
    breached already. A clock that is over stays only if it was breached."""

    clock: str
    cycle: int
    due_at: datetime | None = None
    breaches_at: datetime | None = None
    breached: bool = False
    over: bool = False
    late: bool = False


Clocks = tuple[TicketClock, ...]


def stored(clocks: Sequence[dict[str, Any]]) -> Clocks:
    """As they come back from the database."""
    return tuple(
        TicketClock(
            **{
                **each,
                "due_at": _instant(each["due_at"]),
                "breaches_at": _instant(each["breaches_at"]),
            }
        )
        for each in clocks
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def next_due(clocks: Clocks) -> datetime | None:
    return min((one.due_at for one in clocks if one.due_at), default=None)


def next_breach(clocks: Clocks) -> datetime | None:
    return min((one.breaches_at for one in clocks if one.breaches_at), default=None)


def is_breached(clocks: Clocks) -> bool:
    return any(one.breached for one in clocks)


def clocks_after(clocks: Clocks, event: Any) -> Clocks:
    key = (event.clock, event.cycle)
    others = tuple(one for one in clocks if (one.clock, one.cycle) != key)
    known = next((one for one in clocks if (one.clock, one.cycle) == key), None)
    if isinstance(event, SlaClockStarted):
        known = TicketClock(clock=event.clock, cycle=event.cycle)
    elif known is None:
        return clocks
    changed = _after(known, event)
    if changed.over and not changed.breached and not changed.late:
        return others
    return (*others, changed)


def _after(  # noqa: PLR0911 - one table, to be read downwards
    known: TicketClock, event: Any
) -> TicketClock:
    match event:
        case SlaClockStarted(due_at=due_at) | SlaClockRetargeted(due_at=due_at):
            return _running(known, due_at)
        case SlaClockResumed(due_at=due_at) if not known.over:
            return _running(known, due_at)
        case SlaClockPaused(then=then) if not known.over:
            late = known.due_at is not None and known.due_at < event.paused_at
            then_at = known.due_at if late else (then.due_at if then else None)
            return replace(known, due_at=None, breaches_at=None if known.breached else then_at)
        case SlaClockMet(result=result, due_at=due_at):
            late = result == "late"
            unrecorded = due_at if late and not known.breached else None
            return replace(known, over=True, late=late, due_at=None, breaches_at=unrecorded)
        case SlaClockCancelled():
            return replace(known, over=True, due_at=None, breaches_at=None)
        case SlaBreached():
            return replace(known, breached=True, breaches_at=None)
        case SlaBreachRetracted():
            breaches_at = None if known.over else known.due_at
            return replace(known, breached=False, late=False, breaches_at=breaches_at)
        case _:
            return known


def _running(known: TicketClock, due_at: datetime) -> TicketClock:
    return replace(known, due_at=due_at, breaches_at=None if known.breached else due_at)
