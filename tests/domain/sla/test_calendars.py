"""The arithmetic on calendars, by examples: the field's own dates."""

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from app.domain.calendars.arithmetic import (
    COUNTED,
    OUTSIDE_HOURS,
    CalendarExceptions,
    CalendarVersion,
    MakeUpDay,
    Segment,
    SpecialHours,
    add,
    elapsed,
    is_open,
    next_open,
    segments,
)
from app.domain.calendars.pack import ALWAYS, OFFICE
from app.domain.errors import Unacceptable
from tests.domain.sla.calendar_samples import (
    SUBTRACT_ONLY,
    calendar,
    every_day,
    hours,
    shanghai,
    utc,
    weekdays,
)

HOUR, MINUTE, MICROSECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)

MAKE_UP_DAYS = [
    ("2024-04-26 17:00", 8, "2024-04-28 17:00"),
    ("2024-04-30 17:30", 8, "2024-05-06 17:30"),
    ("2024-04-03 16:00", 8, "2024-04-07 16:00"),
    ("2024-02-09 17:00", 8, "2024-02-18 17:00"),
    ("2026-09-30 17:00", 8, "2026-10-08 17:00"),
    ("2026-10-09 16:00", 8, "2026-10-10 16:00"),
    ("2024-05-11 09:00", 2, "2024-05-11 11:00"),
]


@pytest.mark.parametrize(("start", "business_hours", "due"), MAKE_UP_DAYS)
def test_holidays_do_not_count_and_make_up_days_do(
    start: str, business_hours: int, due: str
) -> None:
    assert add(OFFICE, shanghai(start), business_hours * HOUR) == shanghai(due)
    assert elapsed(OFFICE, shanghai(start), shanghai(due)) == business_hours * HOUR


def test_a_calendar_that_only_takes_days_away_gets_the_make_up_days_wrong() -> None:
    wrong = [
        start
        for start, business_hours, due in MAKE_UP_DAYS
        if add(SUBTRACT_ONLY, shanghai(start), business_hours * HOUR) != shanghai(due)
    ]
    assert len(wrong) == 5
    assert add(SUBTRACT_ONLY, shanghai("2024-04-26 17:00"), 8 * HOUR) == shanghai(
        "2024-04-29 17:00"
    )


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2024-03-05 12:30", 30 * MINUTE, "2024-03-05 14:00"),
        ("2024-03-05 11:50", 15 * MINUTE, "2024-03-05 13:35"),
        ("2024-03-05 11:50", 10 * MINUTE, "2024-03-05 12:00"),
        ("2024-03-11 09:30", 7 * HOUR, "2024-03-11 18:00"),
        ("2024-03-11 09:30", 7 * HOUR + MICROSECOND, "2024-03-12 08:30:00.000001"),
        ("2024-03-05 20:14", 8 * HOUR, "2024-03-06 18:00"),
        ("2024-03-09 10:00", HOUR, "2024-03-11 09:30"),
        ("2024-03-05 08:00", timedelta(), "2024-03-05 08:00"),
        ("2024-03-05 18:00", MICROSECOND, "2024-03-06 08:30:00.000001"),
        ("2024-03-05 09:00:00.000007", HOUR, "2024-03-05 10:00:00.000007"),
    ],
)
def test_a_due_is_the_earliest_instant_with_so_much_behind_it(
    start: str, duration: timedelta, due: str
) -> None:
    assert add(OFFICE, shanghai(start), duration) == shanghai(due)
    assert elapsed(OFFICE, shanghai(start), shanghai(due)) == duration


def test_an_hour_from_friday_afternoon_ends_on_monday() -> None:
    nine_to_five = calendar(weekdays("09:00-17:00"))
    due = add(nine_to_five, shanghai("2024-03-08 16:30"), HOUR)
    assert due == shanghai("2024-03-11 09:30")


def test_a_day_of_special_hours_has_those_and_no_others() -> None:
    short = CalendarExceptions(
        hours=(SpecialHours(on=date(2024, 3, 5), intervals=hours("10:00-11:00")),)
    )
    one = calendar(OFFICE.week, exceptions=short)
    assert add(one, shanghai("2024-03-05 08:00"), 2 * HOUR) == shanghai("2024-03-06 09:30")


def test_a_make_up_day_has_the_hours_of_the_weekday_that_it_names() -> None:
    week = (hours("08:00-09:00"), *(hours("10:00-12:00"),) * 4, (), ())
    like_a_friday = CalendarExceptions(make_up=(MakeUpDay(on=date(2024, 3, 9), weekday=4),))
    one = calendar(week, exceptions=like_a_friday)
    assert next_open(one, shanghai("2024-03-09 00:00")) == shanghai("2024-03-09 10:00")
    assert add(one, shanghai("2024-03-09 00:00"), 2 * HOUR) == shanghai("2024-03-09 12:00")


def test_a_holiday_does_not_move_a_clock_that_runs_around_the_clock() -> None:
    start = shanghai("2024-05-01 02:10")
    assert add(ALWAYS, start, 15 * MINUTE) == shanghai("2024-05-01 02:25")
    assert add(ALWAYS, start, 30 * MINUTE) == utc("2024-04-30 18:40")
    late = shanghai("2024-05-01 02:40:01")
    assert elapsed(ALWAYS, start, late) - 30 * MINUTE == timedelta(seconds=1)
    assert is_open(ALWAYS, start)
    assert next_open(ALWAYS, start) == start
    assert segments(ALWAYS, start, late) == [Segment(start, late, COUNTED)]


def test_answers_are_in_utc() -> None:
    for one in (OFFICE, ALWAYS):
        for duration in (HOUR, timedelta()):
            assert add(one, shanghai("2024-03-05 09:00"), duration).utcoffset() == timedelta()


@pytest.mark.parametrize("one", [OFFICE, ALWAYS])
def test_what_ends_before_it_begins_took_no_time(one: CalendarVersion) -> None:
    later, earlier = shanghai("2024-03-05 11:00"), shanghai("2024-03-05 09:00")
    assert elapsed(one, later, earlier) == timedelta()
    assert elapsed(one, later, later) == timedelta()
    assert segments(one, later, earlier) == []
    assert segments(one, later, later) == []


@pytest.mark.parametrize(
    ("at", "is_so", "opening"),
    [
        ("2024-03-05 08:29:59.999999", False, "2024-03-05 08:30"),
        ("2024-03-05 08:30", True, "2024-03-05 08:30"),
        ("2024-03-05 11:59:59.999999", True, "2024-03-05 11:59:59.999999"),
        ("2024-03-05 12:00", False, "2024-03-05 13:30"),
        ("2024-03-08 18:00", False, "2024-03-11 08:30"),
        ("2024-09-30 18:00", False, "2024-10-08 08:30"),
        ("2026-09-20 09:00", True, "2026-09-20 09:00"),
    ],
)
def test_an_interval_is_open_from_its_start_until_before_its_end(
    at: str, *, is_so: bool, opening: str
) -> None:
    assert is_open(OFFICE, shanghai(at)) is is_so
    assert next_open(OFFICE, shanghai(at)) == shanghai(opening)


def test_segments_tell_what_counted_and_what_did_not() -> None:
    cuts = ["03-08 17:00", "03-08 18:00", "03-11 08:30", "03-11 12:00", "03-11 13:00"]
    instants = [shanghai(f"2024-{cut}") for cut in cuts]
    assert segments(OFFICE, instants[0], instants[-1]) == [
        Segment(instants[0], instants[1], COUNTED),
        Segment(instants[1], instants[2], OUTSIDE_HOURS),
        Segment(instants[2], instants[3], COUNTED),
        Segment(instants[3], instants[4], OUTSIDE_HOURS),
    ]


def test_intervals_that_touch_are_one() -> None:
    shifts = calendar((hours("00:00-08:00", "08:00-24:00"), *every_day("00:00-24:00")[1:]))
    start, end = shanghai("2023-12-25 00:00"), shanghai("2024-01-08 00:00")
    assert segments(shifts, start, end) == [Segment(start, end, COUNTED)]
    dusk = calendar(every_day("07:00-09:00", "22:00-24:00", "00:00-05:00"))
    assert segments(dusk, utc("2023-12-31 14:00"), utc("2023-12-31 23:00")) == [
        Segment(shanghai("2023-12-31 22:00"), shanghai("2024-01-01 05:00"), COUNTED),
        Segment(shanghai("2024-01-01 05:00"), shanghai("2024-01-01 07:00"), OUTSIDE_HOURS),
    ]


def test_a_span_that_a_new_year_of_utc_cuts_is_told_as_one() -> None:
    early = calendar(every_day("07:00-09:00"))  # 08:00 in Shanghai is midnight in UTC
    opens, closes = shanghai("2024-01-01 07:00"), shanghai("2024-01-01 09:00")
    assert segments(early, opens, closes) == [Segment(opens, closes, COUNTED)]
    assert add(early, opens, 2 * HOUR) == closes
    assert elapsed(early, opens, closes) == 2 * HOUR


def test_one_holiday_makes_an_open_calendar_an_ordinary_one() -> None:
    closed = CalendarExceptions(closed=(date(2024, 5, 1),))
    one = replace(ALWAYS, exceptions=closed)
    assert add(one, shanghai("2024-04-30 23:00"), 2 * HOUR) == shanghai("2024-05-02 01:00")


@pytest.mark.parametrize(
    ("one", "duration", "code"),
    [
        (OFFICE, timedelta(days=1100), "calendar_search_exhausted"),
        (OFFICE, timedelta(days=4000), "calendar_search_exhausted"),
        (ALWAYS, timedelta(days=3654), "calendar_search_exhausted"),
        (ALWAYS, timedelta.max, "calendar_search_exhausted"),
        (OFFICE, -MICROSECOND, "out_of_range"),
        (ALWAYS, -MICROSECOND, "out_of_range"),
    ],
)
def test_a_search_ends_after_ten_years(
    one: CalendarVersion, duration: timedelta, code: str
) -> None:
    with pytest.raises(Unacceptable) as refused:
        add(one, shanghai("2024-03-05 09:00"), duration)
    assert refused.value.code == code


def test_a_search_ends_even_where_nothing_ever_opens() -> None:
    never = calendar(((),) * 7)
    at = shanghai("2024-03-05 09:00")
    with pytest.raises(Unacceptable, match="calendar_search_exhausted"):
        add(never, at, MICROSECOND)
    with pytest.raises(Unacceptable, match="calendar_search_exhausted"):
        next_open(never, at)
    assert elapsed(never, at, shanghai("2034-03-05 09:00")) == timedelta()


def test_the_last_day_of_the_ten_years_is_still_found() -> None:
    start = shanghai("2024-03-05 09:00")
    opening = (start + timedelta(days=3653)).date()
    only = CalendarExceptions(hours=(SpecialHours(on=opening, intervals=hours("08:00-10:00")),))
    one = calendar(((),) * 7, exceptions=only)
    assert add(one, start, HOUR) == start + timedelta(days=3653)
    with pytest.raises(Unacceptable):
        add(one, start, HOUR + MICROSECOND)
    assert next_open(one, start) == start + timedelta(days=3653) - HOUR


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_an_instant_out_of_all_range_is_refused(year: int) -> None:
    at = datetime(year, 1 if year < 2000 else 12, 31, tzinfo=shanghai("2024-01-01").tzinfo)
    for ask in (
        lambda: add(ALWAYS, at, HOUR),
        lambda: elapsed(OFFICE, shanghai("2024-01-01"), at),
        lambda: is_open(OFFICE, at),
        lambda: next_open(OFFICE, at),
        lambda: segments(OFFICE, at, at),
    ):
        with pytest.raises(Unacceptable) as refused:
            ask()
        assert refused.value.code == "out_of_range"


def test_centuries_are_summed_though_only_some_years_are_kept() -> None:
    first, last = shanghai("1970-06-01 00:00"), shanghai("2199-06-01 00:00")
    whole = elapsed(OFFICE, first, last)
    middle = shanghai("2024-03-05 10:00")
    assert whole == elapsed(OFFICE, first, middle) + elapsed(OFFICE, middle, last)
