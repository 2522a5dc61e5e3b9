"""A ticket's history with its clocks recomputed under other policies or calendars. Nothing else
is decided anew."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.decider import Given, On
from app.domain.sla.clock_timers import clock_timers
from app.domain.ticket.clocks.consequences import clock_events
from app.domain.ticket.fold.evolve import evolve
from app.domain.ticket.state.ticket import Ticket
from app.events.base import SYSTEM, Fact
from app.events.sla import (
    NotificationQueued,
    SlaBreached,
    SlaBreachRetracted,
    SlaBreachWaived,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockRetargeted,
    SlaClockStarted,
    SlaWarningRaised,
    SlaWarningSkipped,
)
from app.events.ticket import EscalationRaised

RECOMPUTED = (
    SlaClockStarted,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockMet,
    SlaWarningRaised,
    SlaWarningSkipped,
    SlaBreached,
    SlaClockCancelled,
    SlaClockRetargeted,
    SlaBreachRetracted,
    SlaBreachWaived,
    NotificationQueued,
)


class KnownFact(NamedTuple):
    """A fact, and when it was recorded."""

    fact: Fact[Any]
    recorded_at: datetime


def with_other_clocks(
    history: Sequence[KnownFact], given_at: Callable[[KnownFact], Given], now: datetime
) -> Ticket | None:
    """`given_at` returns what a decision had at that fact, with the terms to try."""
    ticket: Ticket | None = None
    for known in history:
        event = known.fact.event
        if isinstance(event, RECOMPUTED) or (isinstance(event, EscalationRaised) and event.clock):
            continue
        ticket = _lapsed(ticket, known.recorded_at)
        follow = clock_events(ticket, [event], given_at(known))
        ticket = evolve(ticket, known.fact)
        for change in follow:
            if not isinstance(change, On):
                ticket = evolve(ticket, Fact(change, known.fact.occurred_at, known.fact.actor))
    return _lapsed(ticket, now)


def _lapsed(ticket: Ticket | None, now: datetime) -> Ticket | None:
    """With the clock events that lapse by `now`; other lapses are in the history already."""
    while ticket is not None:
        timer = min(clock_timers(ticket.clocks), key=lambda each: each.lapses_at, default=None)
        if timer is None or timer.lapses_at > now:
            break
        for event in timer.events():
            ticket = evolve(ticket, Fact(event, timer.occurred_at, SYSTEM))
    return ticket
