"""Compiled calendars: the sorted open spans of each UTC year, with running sums.

All times are whole microseconds since 1970: instants in UTC, wall times in local time. An instant
is open exactly if its local time is in an interval. So an hour that DST repeats counts twice, one
that it skips not at all, and no instant is in two intervals.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.domain.calendars.version import CalendarVersion
from app.events.base import Value
from app.events.calendar import Interval

MINUTE = 60_000_000
DAY = 1440 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
MICROSECOND, SECOND = timedelta(microseconds=1), timedelta(seconds=1)
MOST_YEARS_KEPT = 24  # twice the longest search

Hours = tuple[tuple[int, int], ...]


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH_DAY


def day_of(number: int) -> date:
    return date.fromordinal(number + EPOCH_DAY)


def time_of_day(text: str) -> int:
    return (int(text[:2]) * 60 + int(text[3:])) * MINUTE


def in_microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def instant_of(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


@lru_cache(maxsize=1024)
def offsets(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """The UTC year split into pieces of constant offset: (since, until, offset)."""
    clock = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta:
        return at.astimezone(clock).utcoffset() or timedelta()

    first, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    cuts = [first]
    for day in range((end - first).days):
        before, after = first + timedelta(days=day), first + timedelta(days=day + 1)
        while offset(before) != offset(after):
            same, other = before, after
            while other - same > SECOND:
                middle = same + (other - same) // SECOND // 2 * SECOND
                if offset(middle) == offset(before):
                    same = middle
                else:
                    other = middle
            cuts.append(other)
            before = other
    return tuple(
        (in_microseconds(since), in_microseconds(until), offset(since) // MICROSECOND)
        for since, until in pairwise([*cuts, end])
    )


def first_reading(zone: str, wall: int) -> int:
    """The first instant with this wall time; if DST skips it, with the first later one."""
    year = day_of(wall // DAY).year
    return next(
        max(since, wall - offset)
        for near in (year - 1, year, year + 1)
        for since, until, offset in offsets(zone, near)
        if wall < until + offset
    )


class OpenYear(Value, frozen=True):
    """The open spans of one UTC year; `sums[n]` is the open time up to the end of span n."""

    starts: Sequence[int]
    ends: Sequence[int]
    sums: Sequence[int]

    @property
    def total(self) -> int:
        return self.sums[-1] if self.sums else 0

    def open_before(self, at: int) -> int:
        span = bisect_right(self.starts, at) - 1
        return 0 if span < 0 else self.sums[span] - max(0, self.ends[span] - at)

    def earliest_with(self, opened: int) -> int:
        """The earliest instant by which `opened` > 0 of the year was open."""
        span = bisect_left(self.sums, opened)
        return self.ends[span] - (self.sums[span] - opened)

    def is_open(self, at: int) -> bool:
        span = bisect_right(self.starts, at) - 1
        return span >= 0 and at < self.ends[span]

    def within(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The part of each span from `first` to before `last`."""
        for span in range(bisect_right(self.ends, first), bisect_left(self.starts, last)):
            yield max(self.starts[span], first), min(self.ends[span], last)


class CompiledCalendar:
    """Compiles a year on first use, which takes about a millisecond, and caches it."""

    def __init__(self, calendar: CalendarVersion) -> None:
        self.zone = calendar.zone
        self._week = tuple(_hours(day) for day in calendar.week)
        exceptions = calendar.exceptions
        self._exceptions: dict[int, Hours] = {
            **{day_number(day): () for day in exceptions.closed},
            **{day_number(one.on): _hours(one.intervals) for one in exceptions.hours},
            **{day_number(one.on): self._week[one.weekday] for one in exceptions.make_up},
        }
        every_day = {*self._week, *self._exceptions.values()}
        self.is_always_open = every_day == {((0, DAY),)}
        self._years: dict[int, OpenYear] = {}
        self._workdays: dict[int, Sequence[int]] = {}

    def hours(self, day: int) -> Hours:
        """The open hours of a local date, in microseconds after local midnight."""
        found = self._exceptions.get(day)
        return self._week[(day + 3) % 7] if found is None else found  # 1970 began on a Thursday

    def year(self, year: int) -> OpenYear:
        found = self._years.get(year)
        if found is None:
            if len(self._years) >= MOST_YEARS_KEPT:
                self._years.clear()
            found = self._years[year] = self._open_year(year)
        return found

    def workdays(self, year: int) -> Sequence[int]:
        """The local dates of the year with any open hours."""
        found = self._workdays.get(year)
        if found is None:
            if len(self._workdays) >= MOST_YEARS_KEPT:
                self._workdays.clear()
            dates = range(day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1)))
            found = self._workdays[year] = array("q", (day for day in dates if self.hours(day)))
        return found

    def _open_year(self, year: int) -> OpenYear:
        starts, ends, sums = array("q"), array("q"), array("q")
        total = 0
        for since, until, offset in offsets(self.zone, year):
            for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
                midnight = day * DAY - offset
                for opens, closes in self.hours(day):
                    start, end = max(midnight + opens, since), min(midnight + closes, until)
                    if start < end:
                        total += end - start
                        starts.append(start)
                        ends.append(end)
                        sums.append(total)
        return OpenYear(starts, ends, sums)


def _hours(intervals: Sequence[Interval]) -> Hours:
    return tuple(sorted((time_of_day(one.start), time_of_day(one.end)) for one in intervals))


@lru_cache(maxsize=256)
def compiled(calendar: CalendarVersion) -> CompiledCalendar:
    return CompiledCalendar(calendar)
