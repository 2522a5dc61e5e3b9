"""The clocks of a ticket as its own history would have moved them under other policies or
calendars. Nothing is decided anew but the clocks."""

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

FOLLOWED = (
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


class Told(NamedTuple):
    """A fact, and when it became known."""

    fact: Fact[Any]
    recorded_at: datetime


def with_other_clocks(
    history: Sequence[Told], given_at: Callable[[Told], Given], now: datetime
) -> Ticket | None:
    """`given_at` says what was given when a fact was told, but for the terms to be tried."""
    ticket: Ticket | None = None
    for told in history:
        event = told.fact.event
        if isinstance(event, FOLLOWED) or (isinstance(event, EscalationRaised) and event.clock):
            continue
        ticket = _lapsed(ticket, told.recorded_at)
        follow = clock_events(ticket, [event], given_at(told))
        ticket = evolve(ticket, told.fact)
        for change in follow:
            if not isinstance(change, On):
                ticket = evolve(ticket, Fact(change, told.fact.occurred_at, told.fact.actor))
    return _lapsed(ticket, now)


def _lapsed(ticket: Ticket | None, now: datetime) -> Ticket | None:
    """With what comes of its clocks by itself; what else lapsed stands in the history."""
    while ticket is not None:
        timer = min(clock_timers(ticket.clocks), key=lambda each: each.lapses_at, default=None)
        if timer is None or timer.lapses_at > now:
            break
        for event in timer.events():
            ticket = evolve(ticket, Fact(event, timer.occurred_at, SYSTEM))
    return ticket
