"""China's holidays and make-up days are those that were published."""

from datetime import date, datetime, time, timedelta

import chinese_calendar  # type: ignore[import-untyped, unused-ignore]
import pytest

from app.domain.calendars.arithmetic import elapsed
from app.domain.calendars.day_count import is_workday
from app.domain.calendars.pack import ALWAYS, OFFICE
from app.domain.calendars.statutory_cn import PUBLISHED_YEARS
from tests.domain.sla.calendar_samples import SHANGHAI
from tests.domain.sla.make_statutory import TARGET, published_years, statutory_text

MAKE_UP_DAYS = [
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14"),
    *("2025-01-26", "2025-10-11", "2026-02-28", "2026-09-20", "2026-10-10"),
]
DAYS_OFF = [
    *("2024-02-10", "2024-04-04", "2024-05-01", "2024-10-07", "2024-04-27", "2024-05-12"),
    *("2025-01-28", "2026-02-23", "2026-10-07"),
]


def test_what_is_committed_is_what_the_package_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == statutory_text(), (
        "run: python -m tests.domain.sla.make_statutory"
    )


@pytest.mark.parametrize("year", PUBLISHED_YEARS)
def test_the_office_works_on_the_days_that_the_package_calls_workdays(year: int) -> None:
    dates = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [is_workday(OFFICE, day) for day in dates] == [
        chinese_calendar.is_workday(day) for day in dates
    ]


@pytest.mark.parametrize("day", MAKE_UP_DAYS)
def test_a_make_up_day_has_the_hours_of_a_monday(day: str) -> None:
    midnight = datetime.combine(date.fromisoformat(day), time(), SHANGHAI)
    assert elapsed(OFFICE, midnight, midnight + timedelta(days=1)) == timedelta(hours=8)


@pytest.mark.parametrize("day", DAYS_OFF)
def test_a_holiday_or_day_of_rest_has_no_hours(day: str) -> None:
    assert not is_workday(OFFICE, date.fromisoformat(day))


def test_the_years_after_the_last_notice_are_provisional() -> None:
    assert {2024, 2025, 2026} <= set(PUBLISHED_YEARS)
    for year in (PUBLISHED_YEARS[-1], PUBLISHED_YEARS[-1] + 1, PUBLISHED_YEARS[-1] + 2):
        noon = datetime(year, 6, 1, 12, tzinfo=SHANGHAI)
        assert OFFICE.is_provisional(noon, noon) is (year > PUBLISHED_YEARS[-1])
        assert not ALWAYS.is_provisional(noon, noon)


def test_new_years_eve_in_the_notice_of_the_year_before_is_no_notice() -> None:
    spring = [date(2026, 2, 15) + timedelta(days=n) for n in range(10)]
    assert published_years([*spring, date(2027, 1, 1), date(2027, 1, 2)]) == [2026]
