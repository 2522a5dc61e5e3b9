"""When a target is due: open hours, workdays, calendar days, or a fixed instant.

Days are never converted to hours. The starting day is not counted, and a day ends at 24:00 local
time of the calendar's zone (Civil Code §201–203).
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from typing import Literal, assert_never, get_args
from zoneinfo import ZoneInfo

from app.domain.calendars.arithmetic import LONGEST_SEARCH, add, within_range
from app.domain.calendars.checks import CLOSING
from app.domain.calendars.tables import (
    DAY,
    CompiledCalendar,
    compiled,
    day_number,
    day_of,
    first_reading,
    instant_of,
    time_of_day,
)
from app.domain.calendars.version import FIRST_YEAR, LAST_YEAR, CalendarVersion
from app.domain.checks import one_of, within
from app.domain.errors import Unacceptable
from app.events.base import Value

CountRule = Literal["civil_code_201_203", "no_roll", "workdays"]
CIVIL_CODE: CountRule = "civil_code_201_203"
NO_ROLL: CountRule = "no_roll"
WORKDAYS: CountRule = "workdays"
COUNT_RULES: tuple[CountRule, ...] = get_args(CountRule)
MOST_DAYS = LONGEST_SEARCH.days


class Elapsed(Value, frozen=True, kw_only=True):
    """An amount of open time of the calendar."""

    seconds: int


class Workdays(Value, frozen=True, kw_only=True):
    """The n-th workday after the starting day, at `cut_off` ("HH:MM") or the close of business."""

    days: int
    cut_off: str | None = None


class CalendarDays(Value, frozen=True, kw_only=True):
    """The end of the n-th day after the starting day.

    A last day that is no workday moves to the next workday under `civil_code_201_203` and stays
    under `no_roll`; `workdays` counts only workdays.
    """

    days: int
    count_rule: str = CIVIL_CODE


class FixedInstant(Value, frozen=True, kw_only=True):
    at: datetime


Target = Elapsed | Workdays | CalendarDays | FixedInstant


class Due(Value, frozen=True, kw_only=True):
    """`provisional`: a holiday notice not published yet may move it."""

    at: datetime
    provisional: bool


def check_target(target: Target, pointer: str = "/target") -> None:
    """Checks the ranges of a target, for policies to call before they are recorded."""
    match target:
        case Elapsed(seconds=seconds):
            within(seconds, 0, MOST_DAYS * 86_400, f"{pointer}/seconds")
        case Workdays(days=days, cut_off=cut_off):
            within(days, 1, MOST_DAYS, f"{pointer}/days")
            if cut_off is not None and not CLOSING.fullmatch(cut_off):
                raise Unacceptable("malformed", pointer=f"{pointer}/cut_off")
        case CalendarDays(days=days, count_rule=rule):
            within(days, 1, MOST_DAYS, f"{pointer}/days")
            one_of(rule, COUNT_RULES, f"{pointer}/count_rule")
        case FixedInstant(at=at):
            within(at.year, FIRST_YEAR, LAST_YEAR, f"{pointer}/at")
        case _:
            assert_never(target)


def due(calendar: CalendarVersion, start: datetime, target: Target) -> Due:
    check_target(target)
    start = within_range(start)
    match target:
        case Elapsed(seconds=seconds):
            at = add(calendar, start, timedelta(seconds=seconds))
            return Due(at=at, provisional=calendar.is_provisional(start, at))
        case Workdays(days=days, cut_off=cut_off):
            last = nth_workday(calendar, _local_date(calendar, start), days)
            at = _cut_off(compiled(calendar), last, cut_off)
            return Due(at=at, provisional=calendar.is_provisional(start, at))
        case CalendarDays(days=days, count_rule=rule):
            return _calendar_days(calendar, start, days, rule)
        case FixedInstant(at=at):
            return Due(at=within_range(at), provisional=False)
        case _:
            assert_never(target)


def is_workday(calendar: CalendarVersion, day: date) -> bool:
    return bool(compiled(calendar).hours(day_number(day)))


def nth_workday(calendar: CalendarVersion, after: date, count: int) -> date:
    """The first workday after a date has `count` 1."""
    table = compiled(calendar)
    latest = after + LONGEST_SEARCH
    wanted = bisect_right(table.workdays(after.year), day_number(after)) + count - 1
    for year in range(after.year, latest.year + 1):
        days = table.workdays(year)
        if wanted < len(days) and days[wanted] <= day_number(latest):
            return day_of(days[wanted])
        wanted -= len(days)
    raise Unacceptable("calendar_search_exhausted", days=LONGEST_SEARCH.days)


def _calendar_days(calendar: CalendarVersion, start: datetime, days: int, rule: str) -> Due:
    """Provisional only if the last day may roll, or if workdays are counted."""
    first = _local_date(calendar, start)
    if rule == WORKDAYS:
        at = _end_of(calendar, nth_workday(calendar, first, days))
        return Due(at=at, provisional=calendar.is_provisional(start, at))
    last = first + timedelta(days=days)
    if rule == NO_ROLL:
        return Due(at=_end_of(calendar, last), provisional=False)
    rolled = nth_workday(calendar, last - timedelta(days=1), 1)
    at = _end_of(calendar, rolled)
    unrolled = _end_of(calendar, last) - timedelta(microseconds=1)
    return Due(at=at, provisional=calendar.is_provisional(unrolled, at))


def _local_date(calendar: CalendarVersion, at: datetime) -> date:
    return at.astimezone(ZoneInfo(calendar.zone)).date()


def _end_of(calendar: CalendarVersion, day: date) -> datetime:
    return instant_of(first_reading(calendar.zone, (day_number(day) + 1) * DAY))


def _cut_off(table: CompiledCalendar, day: date, cut_off: str | None) -> datetime:
    number = day_number(day)
    closes = table.hours(number)[-1][1] if cut_off is None else time_of_day(cut_off)
    return instant_of(first_reading(table.zone, number * DAY + closes))
