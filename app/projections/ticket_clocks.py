"""The clocks of a ticket for ticket lists: when the next is due, and whether any is breached."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from app.events.base import Value
from app.events.by_type import unchanged
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


class TicketClock(Value, frozen=True, kw_only=True):
    """`then_due_at` is when a paused clock is due if its pause ends by itself. A clock that is over
    is kept only if it was late or breached."""

    clock: str
    cycle: int
    due_at: datetime
    paused_at: datetime | None = None
    then_due_at: datetime | None = None
    breached: bool = False
    over: bool = False
    late: bool = False

    @property
    def runs_until(self) -> datetime | None:
        return None if self.over or self.paused_at else self.due_at

    @property
    def breaches_at(self) -> datetime | None:
        """When it will breach if nothing happens; None once it has."""
        if self.breached or (self.over and not self.late):
            return None
        return next_breach_of(self.due_at, None if self.over else self.paused_at, self.then_due_at)


def next_breach_of(
    due_at: datetime, paused_at: datetime | None, then_due_at: datetime | None
) -> datetime | None:
    """The due time; that after the pause, if the pause began before it was due."""
    return due_at if paused_at is None or due_at < paused_at else then_due_at


Clocks = tuple[TicketClock, ...]


def clocks_from_json(clocks: Sequence[dict[str, Any]]) -> Clocks:
    """Clocks from the JSON column."""
    return tuple(
        TicketClock(
            **{
                **each,
                "due_at": datetime.fromisoformat(each["due_at"]),
                "paused_at": _instant(each["paused_at"]),
                "then_due_at": _instant(each["then_due_at"]),
            }
        )
        for each in clocks
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def next_due(clocks: Clocks) -> datetime | None:
    return min((at for one in clocks if (at := one.runs_until)), default=None)


def next_breach(clocks: Clocks) -> datetime | None:
    return min((at for one in clocks if (at := one.breaches_at)), default=None)


def is_breached(clocks: Clocks) -> bool:
    return any(one.breached for one in clocks)


def clocks_after(clocks: Clocks, event: Any) -> Clocks:
    key = (event.clock, event.cycle)
    others = tuple(one for one in clocks if (one.clock, one.cycle) != key)
    known = next((one for one in clocks if (one.clock, one.cycle) == key), None)
    if isinstance(event, SlaClockStarted):
        known = TicketClock(clock=event.clock, cycle=event.cycle, due_at=event.due_at)
    elif known is None:
        return clocks
    changed = FOLD[type(event)](known, event)
    if changed.over and not changed.breached and not changed.late:
        return others
    return (*others, changed)


def _retargeted(known: TicketClock, event: SlaClockRetargeted) -> TicketClock:
    return replace(known, due_at=event.due_at)


def _resumed(known: TicketClock, event: SlaClockResumed) -> TicketClock:
    return replace(known, due_at=event.due_at, paused_at=None)


def _paused(known: TicketClock, event: SlaClockPaused) -> TicketClock:
    since = known.paused_at or event.paused_at
    return replace(known, paused_at=since, then_due_at=event.then.due_at if event.then else None)


def _met(known: TicketClock, event: SlaClockMet) -> TicketClock:
    late = event.result == "late"
    return replace(known, due_at=event.due_at, paused_at=None, over=True, late=late)


def _cancelled(known: TicketClock, _event: SlaClockCancelled) -> TicketClock:
    return replace(known, paused_at=None, over=True, late=False)


def _breached(known: TicketClock, _event: SlaBreached) -> TicketClock:
    return replace(known, breached=True)


def _not_breached(known: TicketClock, _event: SlaBreachRetracted) -> TicketClock:
    return replace(known, breached=False)


FOLD: Mapping[type[Any], Callable[[TicketClock, Any], TicketClock]] = {
    SlaClockStarted: unchanged,  # `clocks_after` begins the clock with it
    SlaClockRetargeted: _retargeted,
    SlaClockResumed: _resumed,
    SlaClockPaused: _paused,
    SlaClockMet: _met,
    SlaClockCancelled: _cancelled,
    SlaBreached: _breached,
    SlaBreachRetracted: _not_breached,
}
CLOCK_EVENTS = tuple(FOLD)
