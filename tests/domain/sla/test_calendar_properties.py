"""What holds for every calendar (docs/domain.md §3.7), against a minute-by-minute oracle."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.calendars.arithmetic import (
    COUNTED,
    LONGEST_SEARCH,
    CalendarExceptions,
    CalendarVersion,
    Interval,
    MakeUpDay,
    SpecialHours,
    add,
    elapsed,
    is_open,
    next_open,
    segments,
)
from app.domain.calendars.tables import MINUTE, time_of_day
from tests.domain.sla.calendar_oracle import intervals_on, oracle
from tests.domain.sla.calendar_samples import calendar

MICROSECOND = timedelta(microseconds=1)

# Where clocks are put forward or back, where a day is missing, where a year of UTC ends.
PLACES = [
    ("America/New_York", date(2024, 3, 10)),
    ("America/New_York", date(2024, 11, 3)),
    ("Asia/Shanghai", date(1986, 5, 4)),
    ("Asia/Shanghai", date(1986, 9, 14)),
    ("Asia/Shanghai", date(1991, 4, 14)),
    ("Asia/Shanghai", date(1991, 9, 15)),
    ("Asia/Shanghai", date(2024, 1, 1)),
    ("Australia/Lord_Howe", date(2024, 4, 7)),
    ("Australia/Lord_Howe", date(2024, 10, 6)),
    ("America/Havana", date(2024, 11, 3)),
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Pacific/Apia", date(2011, 12, 30)),
]


@dataclass(frozen=True)
class Case:
    calendar: CalendarVersion
    middle: datetime
    start: datetime


def clock_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def day_intervals(draw: st.DrawFn, most: int = 3) -> tuple[Interval, ...]:
    edge = st.integers(0, 1440) | st.integers(0, 48).map(lambda n: n * 30)
    edges = sorted(draw(st.sets(edge, max_size=2 * most)))
    return tuple(
        Interval(start=clock_time(a), end=clock_time(b))
        for a, b in list(pairwise(edges))[:: draw(st.sampled_from([1, 2]))]
    )


def an_hour_or_more(intervals: tuple[Interval, ...]) -> bool:
    """Once a week: enough for every duration here to be found within ten years."""
    return sum(time_of_day(one.end) - time_of_day(one.start) for one in intervals) >= 60 * MINUTE


@st.composite
def exceptions(draw: st.DrawFn, around: date) -> CalendarExceptions:
    days = draw(st.lists(st.integers(-6, 6), unique=True, max_size=5))
    closed, special, make_up = [], [], []
    for day in (around + timedelta(days=n) for n in days):
        match draw(st.sampled_from("chm")):
            case "c":
                closed.append(day)
            case "h":
                special.append(SpecialHours(on=day, intervals=draw(day_intervals())))
            case _:
                make_up.append(MakeUpDay(on=day, weekday=draw(st.integers(0, 6))))
    return CalendarExceptions(closed=tuple(closed), hours=tuple(special), make_up=tuple(make_up))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, day = draw(st.sampled_from(PLACES))
    days = [(), *draw(st.lists(day_intervals().filter(an_hour_or_more), min_size=1, max_size=3))]
    pattern = draw(st.lists(st.integers(0, len(days) - 1), min_size=7, max_size=7).filter(any))
    week = [days[n] for n in pattern]
    middle = datetime(day.year, day.month, day.day, tzinfo=UTC)
    one = calendar(week, zone, exceptions=draw(exceptions(day)))
    return Case(one, middle, middle + draw(offsets))


whole_minutes = st.integers(-4 * 1440, 4 * 1440).map(lambda n: timedelta(minutes=n))
fine = st.integers(-4 * 86_400_000_000, 4 * 86_400_000_000).map(lambda n: n * MICROSECOND)
offsets = whole_minutes | fine
durations = (
    st.integers(0, 48).map(lambda n: timedelta(minutes=30 * n))
    | st.integers(0, 3 * 86_400_000_000).map(lambda n: n * MICROSECOND)
    | st.integers(0, 200).map(lambda n: timedelta(hours=n))
)


@given(case=cases(), duration=durations)
@settings(max_examples=100, deadline=None)
def test_a_due_is_what_the_oracle_says(case: Case, duration: timedelta) -> None:
    expected = oracle(case.calendar, case.middle).add(case.start, duration)
    if expected is not None:
        assert add(case.calendar, case.start, duration) == expected


@given(case=cases(), other=offsets)
@settings(max_examples=100, deadline=None)
def test_the_open_time_is_what_the_oracle_says(case: Case, other: timedelta) -> None:
    since, until = case.start, case.middle + other
    slow = oracle(case.calendar, case.middle)
    assert elapsed(case.calendar, since, until) == slow.elapsed(since, until)
    assert is_open(case.calendar, since) is slow.open_at(since)
    told = segments(case.calendar, since, until)
    for one in told:
        assert slow.elapsed(one.since, one.until) == (
            one.until - one.since if one.kind == COUNTED else timedelta()
        )
    assert [one.since for one in told[1:]] == [one.until for one in told[:-1]]
    assert all(one.kind != following.kind for one, following in pairwise(told))
    if told:
        assert (told[0].since, told[-1].until) == (since, until)


@given(case=cases(), duration=durations)
@settings(max_examples=100, deadline=None)
def test_a_due_has_its_duration_behind_it_and_stands_in_or_at_an_interval(
    case: Case, duration: timedelta
) -> None:
    at = add(case.calendar, case.start, duration)
    assert at >= case.start
    assert elapsed(case.calendar, case.start, at) == duration
    if duration:
        assert is_open(case.calendar, at - MICROSECOND)


@given(case=cases(), durations=st.tuples(durations, durations))
@settings(max_examples=100, deadline=None)
def test_durations_add_up_however_they_are_split(
    case: Case, durations: tuple[timedelta, timedelta]
) -> None:
    first, second = durations
    at = add(case.calendar, case.start, first)
    then = add(case.calendar, at, second)
    assert then == add(case.calendar, case.start, first + second)
    assert elapsed(case.calendar, case.start, then) == elapsed(
        case.calendar, case.start, at
    ) + elapsed(case.calendar, at, then)


@given(case=cases(), other=offsets, durations=st.tuples(durations, durations))
@settings(max_examples=100, deadline=None)
def test_later_and_longer_is_never_due_earlier(
    case: Case, other: timedelta, durations: tuple[timedelta, timedelta]
) -> None:
    sooner, later = sorted((case.start, case.middle + other))
    shorter, longer = sorted(durations)
    assert add(case.calendar, sooner, shorter) <= add(case.calendar, later, shorter)
    assert add(case.calendar, sooner, shorter) <= add(case.calendar, sooner, longer)


@given(case=cases(), duration=durations, day=st.integers(-6, 6))
@settings(max_examples=100, deadline=None)
def test_a_new_holiday_makes_no_due_earlier(case: Case, duration: timedelta, day: int) -> None:
    on = case.middle.date() + timedelta(days=day)
    others = without(case.calendar.exceptions, on)
    with_holiday = replace(case.calendar, exceptions=replace(others, closed=(*others.closed, on)))
    assert add(with_holiday, case.start, duration) >= add(case.calendar, case.start, duration)


@given(case=cases(), duration=durations, day=st.integers(-6, 6), weekday=st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_a_new_make_up_day_makes_no_due_later(
    case: Case, duration: timedelta, day: int, weekday: int
) -> None:
    on = case.middle.date() + timedelta(days=day)
    others = without(case.calendar.exceptions, on)
    before = case.calendar
    if intervals_on(before, on):
        before = replace(before, exceptions=replace(others, closed=(*others.closed, on)))
    made_up = (*others.make_up, MakeUpDay(on=on, weekday=weekday))
    after = replace(before, exceptions=replace(others, make_up=made_up))
    assert add(after, case.start, duration) <= add(before, case.start, duration)


@given(case=cases())
@settings(max_examples=100, deadline=None)
def test_the_next_opening_is_the_first_open_moment(case: Case) -> None:
    opening = next_open(case.calendar, case.start)
    assert is_open(case.calendar, opening)
    assert elapsed(case.calendar, case.start, opening) == timedelta()
    assert opening < add(case.calendar, case.start, MICROSECOND)


@given(case=cases(), days=st.integers(0, 3650), hours=st.integers(1, 20_000))
@settings(max_examples=100, deadline=None)
def test_years_are_the_sum_of_their_months(case: Case, days: int, hours: int) -> None:
    until = case.start + timedelta(days=days)
    cuts = [*(case.start + timedelta(days=n) for n in range(0, days, 31)), until]
    months = sum((elapsed(case.calendar, a, b) for a, b in pairwise(cuts)), timedelta())
    assert elapsed(case.calendar, case.start, until) == months
    if timedelta(hours=hours) <= elapsed(case.calendar, case.start, case.start + LONGEST_SEARCH):
        due = add(case.calendar, case.start, timedelta(hours=hours))
        assert elapsed(case.calendar, case.start, due) == timedelta(hours=hours)


def without(said: CalendarExceptions, on: date) -> CalendarExceptions:
    return CalendarExceptions(
        closed=tuple(day for day in said.closed if day != on),
        hours=tuple(one for one in said.hours if one.on != on),
        make_up=tuple(one for one in said.make_up if one.on != on),
    )
