"""The rows say what the domain's own fold of the same events says."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.sla.clock import Clock, clocks_after
from app.domain.sla.clock_timers import AFTER, clock_timers
from app.events.base import Recorded
from app.events.sla import SlaBreached
from app.projections import sla_clock_row as row_of
from app.projections import ticket_clocks
from tests.projections.clockwork import (
    at,
    breached,
    cancelled,
    met,
    paused,
    resumed,
    retargeted,
    retracted,
    started,
    waived,
)
from tests.projections.telling import LIN, reported

MINUTES = st.integers(-30, 300)
BREAK = st.tuples(MINUTES, st.none() | MINUTES, MINUTES, MINUTES).map(
    lambda drawn: [
        paused(since=drawn[0], then_due=drawn[1]),
        resumed(back=drawn[2], due=drawn[3]),
    ]
)
STEP: st.SearchStrategy[list[Any]] = st.one_of(
    BREAK,
    BREAK.map(lambda both: both[:1]),
    MINUTES.map(lambda minutes: [breached(due=minutes)]),
    MINUTES.map(lambda minutes: [retargeted(due=minutes)]),
    st.just([retracted()]),
    st.just([waived()]),
)
END: st.SearchStrategy[list[Any]] = st.one_of(
    st.just([]),
    st.tuples(MINUTES, MINUTES).map(lambda ends: [met(stopped=ends[0], due=ends[1])]),
    st.tuples(MINUTES, MINUTES).map(lambda ends: [met(stopped=ends[0], due=ends[1], over=1)]),
    MINUTES.map(lambda minutes: [cancelled(when=minutes)]),
    st.just([met(stopped=200, over=80), retracted(), met(stopped=200, due=210)]),
    st.just([met(stopped=200, over=80), breached(), waived()]),
)
HISTORIES = st.tuples(st.lists(STEP, max_size=6), END).map(
    lambda parts: [started(), *(event for step in parts[0] for event in step), *parts[1]]
)


def recorded(event: Any) -> Recorded[Any]:
    return Recorded(
        position=1,
        stream_id="ticket-t",
        version=1,
        event_id="",
        type="",
        schema_version=1,
        event=event,
        content="{}",
        occurred_at=at(0),
        recorded_at=at(1000),
        actor=LIN,
        channel=None,
        command_id="",
        correlation_id="",
        causation_id=None,
        leaf=b"",
    )


def next_breach(clock: Clock) -> datetime | None:
    """When the domain will find that it is breached, if nothing more happens."""
    clocks: tuple[Clock, ...] = (clock,)
    for _ in range(10):
        timer = min(clock_timers(clocks), key=lambda each: each.lapses_at, default=None)
        if timer is None:
            return None
        for event in timer.events():
            if isinstance(event, SlaBreached):
                assert timer.lapses_at - AFTER == event.due_at
                return event.due_at
            clocks = clocks_after(clocks, event) if hasattr(event, "clock") else clocks
    return None


@settings(max_examples=400, deadline=None)
@given(HISTORIES)
@example([started(), paused(since=60, then_due=None)])
@example([started(), paused(since=130, then_due=200)])
def test_a_row_says_what_the_fold_of_the_clock_says(history: list[Any]) -> None:
    matter = row_of.reported(UUID(int=1), reported("t"))
    row = row_of.started(matter, history[0])
    listed = ticket_clocks.clocks_after((), history[0])
    clocks = clocks_after((), history[0])
    for event in history[1:]:
        row = row_of.clock_after(row, recorded(event))
        if isinstance(event, ticket_clocks.CLOCK_EVENTS):
            listed = ticket_clocks.clocks_after(listed, event)
        clocks = clocks_after(clocks, event)
        [clock] = clocks
        assert row.state == clock.state
        assert row.due_at == clock.due_at
        assert row.is_breached == (clock.breached_at is not None)
        assert (row.breached_at if row.is_breached else None) == clock.breached_at
        assert row.waived == clock.waived
        assert (row.verdict, row.stopped_at) == (clock.verdict, clock.stopped_at)
        assert row.breaches_at == next_breach(clock)
        assert ticket_clocks.is_breached(listed) == (clock.breached_at is not None)
        running = not clock.is_over and clock.pause is None
        assert ticket_clocks.next_due(listed) == (clock.due_at if running else None)
        assert ticket_clocks.next_breach(listed) == row.breaches_at


def test_of_a_cancelled_clock_the_overrun_is_what_was_beyond_its_budget() -> None:
    matter = row_of.reported(UUID(int=1), reported("t"))
    row = row_of.started(matter, started(minutes=120))
    for event in (breached(), cancelled(when=150)):
        row = row_of.clock_after(row, recorded(event))
    assert row.overrun_us == timedelta(minutes=30) // timedelta(microseconds=1)
    assert row.detected_at == at(1000)
