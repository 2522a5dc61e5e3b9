"""Checks of a calendar before it is recorded. Checked values are returned sorted."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.calendars.version import FIRST_YEAR, LAST_YEAR
from app.domain.checks import at_most, within
from app.domain.errors import Unacceptable
from app.events.calendar import CalendarExceptions, Interval, MakeUpDay, SpecialHours

OPENING = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
CLOSING = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
MOST_INTERVALS = 24  # a day
MOST_EXCEPTIONS = 1000  # the statutory calendar has about 36 a year
MOST_YEARS = 50

Week = tuple[tuple[Interval, ...], ...]


def known_zone(name: str, pointer: str) -> str:
    """ZoneInfo raises different errors for an unknown name, a path and a folder."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unacceptable("timezone_unknown", pointer=pointer) from error
    return name


def checked_week(week: Sequence[Sequence[Interval]], pointer: str) -> Week:
    within(len(week), 7, 7, pointer)
    checked = tuple(checked_intervals(day, f"{pointer}/{n}") for n, day in enumerate(week))
    if not any(checked):
        raise Unacceptable("calendar_never_open", pointer=pointer)
    return checked


def checked_intervals(intervals: Sequence[Interval], pointer: str) -> tuple[Interval, ...]:
    """The intervals of a day. They may touch but not overlap; split a night shift at midnight."""
    at_most(intervals, pointer, MOST_INTERVALS)
    for n, one in enumerate(intervals):
        if not OPENING.fullmatch(one.start):
            raise Unacceptable("malformed", pointer=f"{pointer}/{n}/start")
        if not CLOSING.fullmatch(one.end):
            raise Unacceptable("malformed", pointer=f"{pointer}/{n}/end")
        if one.start >= one.end:
            raise Unacceptable("interval_ends_early", pointer=f"{pointer}/{n}/end")
    in_order = sorted(enumerate(intervals), key=lambda each: each[1].start)
    for (n, one), (m, following) in pairwise(in_order):
        if following.start < one.end:
            raise Unacceptable("intervals_overlap", pointer=f"{pointer}/{max(n, m)}")
    return tuple(one for _, one in in_order)


def checked_exceptions(
    exceptions: CalendarExceptions, week: Week, pointer: str
) -> CalendarExceptions:
    """A date may occur only once, and a make-up day needs a weekday with open hours."""
    at_most([*exceptions.closed, *exceptions.hours, *exceptions.make_up], pointer, MOST_EXCEPTIONS)
    _distinct_dates(exceptions, pointer)
    hours = [
        SpecialHours(
            on=one.on,
            intervals=checked_intervals(one.intervals, f"{pointer}/hours/{n}/intervals"),
        )
        for n, one in enumerate(exceptions.hours)
    ]
    for n, one in enumerate(hours):
        if not one.intervals:
            raise Unacceptable("too_few", pointer=f"{pointer}/hours/{n}/intervals", min=1)
    for n, make_up in enumerate(exceptions.make_up):
        within(make_up.weekday, 0, 6, f"{pointer}/make_up/{n}/weekday")
        if not week[make_up.weekday]:
            raise Unacceptable("weekday_closed", pointer=f"{pointer}/make_up/{n}/weekday")
    return CalendarExceptions(
        closed=tuple(sorted(exceptions.closed)),
        hours=tuple(sorted(hours, key=_date_of)),
        make_up=tuple(sorted(exceptions.make_up, key=_date_of)),
    )


def checked_years(years: Sequence[int], pointer: str) -> tuple[int, ...]:
    at_most(years, pointer, MOST_YEARS)
    for n, year in enumerate(years):
        within(year, FIRST_YEAR, LAST_YEAR, f"{pointer}/{n}")
    return tuple(sorted(set(years)))


def _distinct_dates(exceptions: CalendarExceptions, pointer: str) -> None:
    dates = [
        *((f"{pointer}/closed/{n}", day) for n, day in enumerate(exceptions.closed)),
        *((f"{pointer}/hours/{n}/on", one.on) for n, one in enumerate(exceptions.hours)),
        *((f"{pointer}/make_up/{n}/on", one.on) for n, one in enumerate(exceptions.make_up)),
    ]
    met: set[date] = set()
    for where, day in dates:
        within(day.year, FIRST_YEAR, LAST_YEAR, where)
        if day in met:
            raise Unacceptable("duplicate_entry", pointer=where)
        met.add(day)


def _date_of(one: SpecialHours | MakeUpDay) -> date:
    return one.on
