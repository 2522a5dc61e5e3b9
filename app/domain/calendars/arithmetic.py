"""Calendar arithmetic: the open time between two instants, and the instant after some open time.

Instants are aware; results are in UTC. The cost grows with the years of a span, at most ten, not
with its days, and is constant for a calendar that is always open.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from app.domain.calendars.tables import CompiledCalendar, compiled, in_microseconds, instant_of
from app.domain.calendars.version import FIRST_YEAR, LAST_YEAR, CalendarVersion, CalendarVersions
from app.domain.errors import Unacceptable
from app.events.calendar import CalendarExceptions, Interval, MakeUpDay, SpecialHours

__all__ = [
    "COUNTED",
    "LONGEST_SEARCH",
    "OUTSIDE_HOURS",
    "CalendarExceptions",
    "CalendarVersion",
    "CalendarVersions",
    "Interval",
    "MakeUpDay",
    "Segment",
    "SegmentKind",
    "SpecialHours",
    "add",
    "elapsed",
    "is_open",
    "next_open",
    "segments",
]

NOTHING = timedelta()
LONGEST_SEARCH = timedelta(days=3653)  # ten years

SegmentKind = Literal["counted", "outside_hours"]
COUNTED: SegmentKind = "counted"
OUTSIDE_HOURS: SegmentKind = "outside_hours"


class Segment(NamedTuple):
    """A span of a clock's run, counted or outside hours."""

    since: datetime
    until: datetime
    kind: SegmentKind


def add(calendar: CalendarVersion, start: datetime, duration: timedelta) -> datetime:
    """The earliest instant by which `duration` of open time has passed since `start`."""
    start = within_range(start)
    if duration < NOTHING:
        raise Unacceptable("out_of_range", min=0, max=LONGEST_SEARCH.days * 86_400)
    if duration > LONGEST_SEARCH:
        raise _exhausted()
    table = compiled(calendar)
    if table.is_always_open:
        return start + duration
    wanted = duration // timedelta(microseconds=1)
    return instant_of(_earliest(table, start, wanted)) if wanted else start


def elapsed(calendar: CalendarVersion, since: datetime, until: datetime) -> timedelta:
    """The open time from `since` to `until`; zero if `until` is before `since`."""
    since, until = within_range(since), within_range(until)
    if until <= since:
        return NOTHING
    table = compiled(calendar)
    if table.is_always_open:
        return until - since
    whole_years = sum(table.year(year).total for year in range(since.year, until.year))
    return timedelta(
        microseconds=whole_years
        + table.year(until.year).open_before(in_microseconds(until))
        - table.year(since.year).open_before(in_microseconds(since))
    )


def is_open(calendar: CalendarVersion, at: datetime) -> bool:
    at = within_range(at)
    table = compiled(calendar)
    return table.is_always_open or table.year(at.year).is_open(in_microseconds(at))


def next_open(calendar: CalendarVersion, at: datetime) -> datetime:
    """`at` itself if it is open, else the next opening."""
    at = within_range(at)
    for opens, _ in _open_spans(compiled(calendar), at, at + LONGEST_SEARCH):
        return instant_of(opens)
    raise _exhausted()


def segments(calendar: CalendarVersion, since: datetime, until: datetime) -> list[Segment]:
    """The whole span without gaps, split where the calendar opens and closes."""
    since, until = within_range(since), within_range(until)
    found: list[Segment] = []
    reached = since
    for start, end in _open_spans(compiled(calendar), since, until):
        opens, closes = instant_of(start), instant_of(end)
        if reached < opens:
            found.append(Segment(reached, opens, OUTSIDE_HOURS))
        found.append(Segment(opens, closes, COUNTED))
        reached = closes
    if reached < until:
        found.append(Segment(reached, until, OUTSIDE_HOURS))
    return found


def within_range(instant: datetime) -> datetime:
    """The instant in UTC. The range is checked first: years 1 and 9999 may not convert to UTC."""
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise Unacceptable("out_of_range", min=FIRST_YEAR, max=LAST_YEAR)
    return instant.astimezone(UTC)


def _earliest(table: CompiledCalendar, start: datetime, wanted: int) -> int:
    latest = start + LONGEST_SEARCH
    wanted += table.year(start.year).open_before(in_microseconds(start))
    for year in range(start.year, latest.year + 1):
        total = table.year(year).total
        if wanted <= total:
            found = table.year(year).earliest_with(wanted)
            if found <= in_microseconds(latest):
                return found
        wanted -= total
    raise _exhausted()


def _open_spans(
    table: CompiledCalendar, since: datetime, until: datetime
) -> Iterator[tuple[int, int]]:
    """The open spans from `since` to `until`, in order; adjacent spans are merged."""
    first, last = in_microseconds(since), in_microseconds(until)
    if first >= last:
        return
    if table.is_always_open:
        yield first, last
        return
    held: tuple[int, int] | None = None
    for year in range(since.year, until.year + 1):
        for start, end in table.year(year).within(first, last):
            if held and held[1] == start:
                held = held[0], end
                continue
            if held:
                yield held
            held = start, end
    if held:
        yield held


def _exhausted() -> Unacceptable:
    return Unacceptable("calendar_search_exhausted", days=LONGEST_SEARCH.days)
