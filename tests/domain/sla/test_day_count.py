"""Days are counted as the Civil Code counts them, and are never so many hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.calendars.arithmetic import CalendarExceptions, SpecialHours
from app.domain.calendars.day_count import (
    CalendarDays,
    Due,
    Elapsed,
    FixedInstant,
    Target,
    Workdays,
    check_target,
    due,
    is_workday,
    nth_workday,
)
from app.domain.calendars.pack import ALWAYS, OFFICE
from app.domain.errors import Unacceptable
from tests.domain.sla.calendar_samples import SHANGHAI, calendar, every_day, hours, shanghai, utc


def settled(at: str) -> Due:
    return Due(at=shanghai(at), provisional=False)


def days(count: int, count_rule: str = "civil_code_201_203") -> CalendarDays:
    return CalendarDays(days=count, count_rule=count_rule)


def test_five_days_end_with_the_fifth_day_after_the_promise() -> None:
    promised = due(OFFICE, shanghai("2024-03-07 11:00"), days(5))
    assert promised == settled("2024-03-13 00:00")
    assert promised.at.astimezone(SHANGHAI).isoformat() == "2024-03-13T00:00:00+08:00"


@pytest.mark.parametrize("time_of_day", ["00:00", "11:00", "23:59:59.999999"])
def test_the_time_of_day_of_the_promise_does_not_matter(time_of_day: str) -> None:
    start = shanghai(f"2024-03-07 {time_of_day}")
    assert due(OFFICE, start, days(5)) == settled("2024-03-13 00:00")


@pytest.mark.parametrize(
    ("start", "count", "rule", "at"),
    [
        ("2024-05-12 10:00", 14, "no_roll", "2024-05-27 00:00"),
        ("2024-05-12 10:00", 14, "civil_code_201_203", "2024-05-28 00:00"),
        ("2024-05-12 10:00", 13, "civil_code_201_203", "2024-05-28 00:00"),  # a Saturday
        ("2024-05-12 10:00", 14, "workdays", "2024-05-31 00:00"),
        ("2024-04-27 10:00", 1, "civil_code_201_203", "2024-04-29 00:00"),  # a make-up Sunday
        ("2024-04-29 10:00", 2, "civil_code_201_203", "2024-05-07 00:00"),  # Labour Day
        ("2024-04-29 10:00", 2, "no_roll", "2024-05-02 00:00"),
        ("2024-04-29 10:00", 2, "workdays", "2024-05-07 00:00"),
        ("2024-04-26 10:00", 2, "workdays", "2024-04-30 00:00"),  # counts the make-up Sunday
        ("2024-09-30 10:00", 7, "civil_code_201_203", "2024-10-09 00:00"),
        ("2024-02-28 10:00", 1, "no_roll", "2024-03-01 00:00"),  # a leap day
    ],
)
def test_the_last_day_rolls_as_its_rule_says(start: str, count: int, rule: str, at: str) -> None:
    assert due(OFFICE, shanghai(start), days(count, rule)) == settled(at)


def test_a_calendar_without_days_of_rest_rolls_nothing() -> None:
    assert due(ALWAYS, shanghai("2024-05-12 10:00"), days(14)) == settled("2024-05-27 00:00")


@pytest.mark.parametrize(
    ("start", "count", "cut_off", "at"),
    [
        ("2024-03-07 11:00", 1, "12:00", "2024-03-08 12:00"),
        ("2024-03-07 11:00", 2, "12:00", "2024-03-11 12:00"),
        ("2024-03-07 23:00", 1, "24:00", "2024-03-09 00:00"),
        ("2024-03-07 11:00", 1, None, "2024-03-08 18:00"),
        ("2024-03-09 11:00", 1, None, "2024-03-11 18:00"),
        ("2024-04-26 11:00", 1, "17:00", "2024-04-28 17:00"),
        ("2024-04-30 11:00", 1, "17:00", "2024-05-06 17:00"),
        ("2026-09-30 11:00", 2, None, "2026-10-09 18:00"),
        ("2026-09-30 11:00", 3, None, "2026-10-10 18:00"),
    ],
)
def test_workdays_end_at_their_cut_off_or_at_the_close_of_business(
    start: str, count: int, cut_off: str | None, at: str
) -> None:
    assert due(OFFICE, shanghai(start), Workdays(days=count, cut_off=cut_off)) == settled(at)


def test_business_closes_when_that_day_closes() -> None:
    half = SpecialHours(on=date(2024, 3, 8), intervals=hours("08:30-12:00"))
    one = calendar(OFFICE.week, exceptions=CalendarExceptions(hours=(half,)))
    assert due(one, shanghai("2024-03-07 11:00"), Workdays(days=1)).at == shanghai(
        "2024-03-08 12:00"
    )


def test_hours_are_counted_on_the_calendar() -> None:
    start = shanghai("2024-03-05 20:14")
    assert due(OFFICE, start, Elapsed(seconds=8 * 3600)) == settled("2024-03-06 18:00")
    assert due(ALWAYS, start, Elapsed(seconds=900)) == settled("2024-03-05 20:29")


def test_a_fixed_instant_is_what_it_is() -> None:
    at = shanghai("2030-05-01 03:04:05")
    assert due(OFFICE, shanghai("2024-03-05 20:14"), FixedInstant(at=at)) == Due(
        at=at, provisional=False
    )


def test_a_day_ends_when_the_wall_of_the_zone_reads_midnight() -> None:
    york = calendar(every_day("08:00-18:00"), "America/New_York")
    assert due(york, utc("2024-03-09 12:00"), days(1)).at == utc("2024-03-11 04:00")
    cairo = calendar(every_day("08:00-18:00"), "Africa/Cairo")
    assert due(cairo, utc("2024-04-24 12:00"), days(1)).at == utc("2024-04-25 22:00")


@pytest.mark.parametrize(
    ("start", "target", "provisional"),
    [
        ("2026-12-31 09:00", Elapsed(seconds=3600), False),
        ("2026-12-31 17:00", Elapsed(seconds=3600), False),
        ("2026-12-31 17:00", Elapsed(seconds=3601), True),
        ("2027-06-01 09:00", Elapsed(seconds=0), True),
        ("2028-06-01 09:00", Elapsed(seconds=3600), True),
        ("2026-12-30 09:00", Workdays(days=1, cut_off="24:00"), False),
        ("2026-12-31 09:00", Workdays(days=1), True),
        ("2026-12-30 09:00", days(1), False),
        ("2026-12-31 09:00", days(1), True),
        ("2026-12-25 09:00", days(1), False),
        ("2026-12-30 09:00", days(1, "workdays"), False),
        ("2026-12-30 09:00", days(2, "workdays"), True),
        ("2026-12-30 09:00", days(30, "no_roll"), False),
        ("2026-12-30 09:00", FixedInstant(at=shanghai("2027-02-01 09:00")), False),
    ],
)
def test_a_due_that_a_notice_still_to_come_may_move_is_provisional(
    start: str, target: Target, *, provisional: bool
) -> None:
    assert due(OFFICE, shanghai(start), target).provisional is provisional


def test_only_the_last_day_matters_to_days_that_roll() -> None:
    one = replace(OFFICE, provisional_years=(2025, 2027))
    start = shanghai("2025-12-30 09:00")
    assert due(one, start, days(6)) == settled("2026-01-06 00:00")
    assert due(one, start, Workdays(days=3)).provisional


@pytest.mark.parametrize(
    ("target", "code", "pointer"),
    [
        (Elapsed(seconds=-1), "out_of_range", "/target/seconds"),
        (Elapsed(seconds=3653 * 86_400 + 1), "out_of_range", "/target/seconds"),
        (Workdays(days=0), "out_of_range", "/target/days"),
        (Workdays(days=1, cut_off="25:00"), "malformed", "/target/cut_off"),
        (Workdays(days=1, cut_off="9:00"), "malformed", "/target/cut_off"),
        (days(0), "out_of_range", "/target/days"),
        (days(3654), "out_of_range", "/target/days"),
        (days(1, "roll"), "not_one_of", "/target/count_rule"),
        (
            FixedInstant(at=datetime(2500, 1, 1, tzinfo=UTC)),
            "out_of_range",
            "/target/at",
        ),
    ],
)
def test_a_target_out_of_range_is_refused(target: Target, code: str, pointer: str) -> None:
    for ask in (
        lambda: check_target(target),
        lambda: due(OFFICE, shanghai("2024-03-07 11:00"), target),
    ):
        with pytest.raises(Unacceptable) as refused:
            ask()
        assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_the_search_for_a_workday_ends_after_ten_years() -> None:
    with pytest.raises(Unacceptable) as refused:
        due(OFFICE, shanghai("2024-03-07 11:00"), Workdays(days=3000))
    assert refused.value.code == "calendar_search_exhausted"
    last = SpecialHours(on=date(2024, 3, 7) + timedelta(days=3653), intervals=hours("08:30-12:00"))
    never = calendar(((),) * 7, exceptions=CalendarExceptions(hours=(last,)))
    assert nth_workday(never, date(2024, 3, 7), 1) == last.on
    with pytest.raises(Unacceptable):
        nth_workday(never, date(2024, 3, 6), 1)


@given(after=st.dates(date(2019, 12, 1), date(2027, 1, 31)), count=st.integers(1, 500))
@settings(max_examples=100, deadline=None)
def test_workdays_are_counted_one_by_one(after: date, count: int) -> None:
    day, left = after, count
    while left:
        day += timedelta(days=1)
        left -= is_workday(OFFICE, day)
    assert nth_workday(OFFICE, after, count) == day
