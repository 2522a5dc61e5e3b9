"""Renders clocks (docs/api.md §3): instants stay `datetime`, durations are ISO 8601."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.domain.calendars.durations import iso_of_us
from app.domain.calendars.pack import DEFAULT_PACK
from app.domain.calendars.version import CalendarVersion
from app.domain.sla.clock import Clock, Clocks
from app.domain.sla.clock_line import cut_at, line_of
from app.events.sla import ClockTarget

Calendars = Callable[[str, int], CalendarVersion | None]
"""The calendar of an id and version, if it is loaded."""


def calendars_of_the_pack(calendar_id: str, version: int) -> CalendarVersion | None:
    """The default pack; most clocks need no other calendar."""
    found = DEFAULT_PACK.get(calendar_id)
    return found if found and found.version == version else None


def render_clocks(
    clocks: Clocks, now: datetime | None = None, calendars: Calendars = calendars_of_the_pack
) -> list[dict[str, Any]]:
    """Without `now`, or without its calendar, a running clock's elapsed time is as of its last
    event."""
    return [render_clock(clock, now, calendars) for clock in clocks]


def render_clock(
    clock: Clock, now: datetime | None = None, calendars: Calendars = calendars_of_the_pack
) -> dict[str, Any]:
    elapsed_us, overrun_us = _elapsed(clock, now, calendars)
    return {
        "kind": clock.kind,
        "cycle": clock.cycle,
        "state": clock.state,
        "result": clock.result,
        "started_at": clock.started_at,
        "target": iso_of_us(clock.budget_us) if clock.target.at else iso_target(clock.target),
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "stopped_at": clock.stopped_at,
        "elapsed": iso_of_us(elapsed_us),
        "overrun": None if overrun_us is None else iso_of_us(overrun_us),
        "breached_at": clock.breached_at,
        "policy_version": clock.policy_version,
        "calendar_version": clock.calendar_version,
        "provisional": clock.provisional,
    }


def iso_target(target: ClockTarget) -> str:
    """`PT48H` is open time; `P2D` is two days by the calendar, which is not the same."""
    return f"P{target.days}D" if target.seconds is None else iso_of_us(target.seconds * 1_000_000)


def _elapsed(clock: Clock, now: datetime | None, calendars: Calendars) -> tuple[int, int | None]:
    if clock.is_over:
        return clock.elapsed_us, clock.overrun_us
    if clock.pause is not None:
        return _with_overrun(clock, clock.pause.consumed_us)
    calendar = calendars(clock.calendar_id, clock.calendar_version) if now else None
    if now is None or calendar is None:
        known_us = clock.pauses[-1].consumed_us if clock.pauses else clock.origin_us
        return _with_overrun(clock, known_us)
    return _with_overrun(clock, line_of(clock, calendar, cut_at(clock.pauses, now)).consumed(now))


def _with_overrun(clock: Clock, elapsed_us: int) -> tuple[int, int | None]:
    late = clock.breached_at is not None
    return elapsed_us, max(elapsed_us - clock.budget_us, 0) if late else None
