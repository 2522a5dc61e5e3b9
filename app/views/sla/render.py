"""A clock as it is shown (docs/api.md §3). Instants stay instants, lengths are written out."""

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
"""The calendar of an id and version, where it is at hand."""


def calendars_of_the_pack(calendar_id: str, version: int) -> CalendarVersion | None:
    """What every tenant has from the start takes no look-up, and most clocks need no more."""
    found = DEFAULT_PACK.get(calendar_id)
    return found if found and found.version == version else None


def clock_views(
    clocks: Clocks, now: datetime | None = None, calendars: Calendars = calendars_of_the_pack
) -> list[dict[str, Any]]:
    """Without `now`, or where a running clock's calendar is not at hand, what has passed is told
    as of its last event."""
    return [clock_view(clock, now, calendars) for clock in clocks]


def unknown_calendars(clocks: Clocks) -> set[str]:
    """The calendars that `clock_views` could use and would have to be read for it."""
    return {
        clock.calendar_id
        for clock in clocks
        if not clock.is_over
        and calendars_of_the_pack(clock.calendar_id, clock.calendar_version) is None
    }


def clock_view(
    clock: Clock, now: datetime | None = None, calendars: Calendars = calendars_of_the_pack
) -> dict[str, Any]:
    elapsed_us, overrun_us = _passed(clock, now, calendars)
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
    """`PT48H` is open time; `P2D` are days by the calendar, which are something else."""
    return f"P{target.days}D" if target.seconds is None else iso_of_us(target.seconds * 1_000_000)


def _passed(clock: Clock, now: datetime | None, calendars: Calendars) -> tuple[int, int | None]:
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
