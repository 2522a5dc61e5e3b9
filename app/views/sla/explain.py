"""Explains a clock: every segment of its run, and whether it counted (docs/domain.md §3.7)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.domain.calendars.arithmetic import segments
from app.domain.calendars.version import CalendarVersion
from app.domain.sla.clock import Clock
from app.domain.sla.clock_line import StretchKind
from app.views.sla.render import render_clock

PAUSED: StretchKind = "paused"
SECOND = timedelta(seconds=1)


class Segment(NamedTuple):
    """`counted`, `outside_hours` or `paused`, the last with its reason."""

    since: datetime
    until: datetime
    kind: StretchKind
    reason: str | None = None

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def explain(clock: Clock, calendar: CalendarVersion, now: datetime) -> list[Segment]:
    """Without gaps, from the start until the clock stopped, or until now. A clock keeps only its
    latest pauses: what lies before them is left out."""
    end = clock.stopped_at or now
    return [one for one in _segments(clock, calendar, end) if one.since < one.until]


def _segments(clock: Clock, calendar: CalendarVersion, end: datetime) -> Iterator[Segment]:
    reached = min(clock.origin_at, end)
    for pause in clock.pauses:
        since = min(max(pause.since, reached), end)
        yield from _running(calendar, reached, since)
        reached = min(max(pause.until or end, since), end)
        yield Segment(since, reached, PAUSED, pause.reason)
    yield from _running(calendar, reached, end)


def _running(calendar: CalendarVersion, since: datetime, until: datetime) -> Iterator[Segment]:
    for one in segments(calendar, since, until):
        yield Segment(one.since, one.until, one.kind)


def render_explanation(clock: Clock, calendar: CalendarVersion, now: datetime) -> dict[str, Any]:
    """The rendered clock with its `segments`."""
    return {
        **render_clock(clock, now, lambda _id, _version: calendar),
        "policy_id": clock.policy_id,
        "calendar_id": clock.calendar_id,
        "segments": [
            {
                "from": one.since,
                "to": one.until,
                "kind": one.kind,
                "reason": one.reason,
                "seconds": _seconds(one.length),
            }
            for one in explain(clock, calendar, now)
        ],
    }


def _seconds(length: timedelta) -> int | float:
    return length.total_seconds() if length % SECOND else length // SECOND
