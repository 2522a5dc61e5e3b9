"""Clocks that are put forward and back: lengths are those of the line of UTC."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendars.arithmetic import (
    COUNTED,
    OUTSIDE_HOURS,
    Segment,
    add,
    elapsed,
    is_open,
    segments,
)
from app.domain.calendars.pack import ALWAYS
from app.domain.calendars.tables import day_number, first_reading, instant_of, offsets
from tests.domain.sla.calendar_samples import (
    NEW_YORK_MORNINGS,
    calendar,
    every_day,
    new_york,
    shanghai,
    utc,
)

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "length"), [("2024-03-10", 9), ("2024-11-03", 11), ("2024-07-01", 10)]
)
def test_a_morning_is_as_long_as_it_was(day: str, length: int) -> None:
    opens, closes = new_york(f"{day} 00:00"), new_york(f"{day} 10:00")
    assert elapsed(NEW_YORK_MORNINGS, opens, closes) == length * HOUR
    assert add(NEW_YORK_MORNINGS, opens, length * HOUR) == closes


def test_a_day_around_the_clock_is_24_hours_whatever_the_wall_says() -> None:
    around_the_clock = calendar(every_day("00:00-24:00"), "America/New_York")
    for one in (around_the_clock, ALWAYS):
        due = add(one, new_york("2024-03-09 18:00"), 24 * HOUR)
        assert due == new_york("2024-03-10 19:00")
        assert due.astimezone(ZoneInfo("America/New_York")).isoformat() == (
            "2024-03-10T19:00:00-04:00"
        )


def test_an_interval_that_the_wall_skips_is_not_there() -> None:
    skipped = calendar(every_day("02:00-03:00"), "America/New_York")
    assert elapsed(skipped, new_york("2024-03-10 00:00"), new_york("2024-03-11 00:00")) == 0 * HOUR
    due = add(skipped, new_york("2024-03-09 02:30"), HOUR)
    assert due == new_york("2024-03-11 02:30")


def test_an_interval_that_begins_in_the_skipped_hour_begins_after_it() -> None:
    half_skipped = calendar(every_day("02:30-04:00"), "America/New_York")
    assert segments(half_skipped, utc("2024-03-10 06:00"), utc("2024-03-10 09:00")) == [
        Segment(utc("2024-03-10 06:00"), utc("2024-03-10 07:00"), OUTSIDE_HOURS),
        Segment(utc("2024-03-10 07:00"), utc("2024-03-10 08:00"), COUNTED),
        Segment(utc("2024-03-10 08:00"), utc("2024-03-10 09:00"), OUTSIDE_HOURS),
    ]


def test_an_hour_that_the_wall_shows_twice_counts_twice() -> None:
    half_of_it = calendar(every_day("00:00-01:30"), "America/New_York")
    assert segments(half_of_it, utc("2024-11-03 04:00"), utc("2024-11-03 07:00")) == [
        Segment(utc("2024-11-03 04:00"), utc("2024-11-03 05:30"), COUNTED),
        Segment(utc("2024-11-03 05:30"), utc("2024-11-03 06:00"), OUTSIDE_HOURS),
        Segment(utc("2024-11-03 06:00"), utc("2024-11-03 06:30"), COUNTED),
        Segment(utc("2024-11-03 06:30"), utc("2024-11-03 07:00"), OUTSIDE_HOURS),
    ]
    for fold in (0, 1):
        assert is_open(half_of_it, new_york("2024-11-03 01:15", fold=fold))
        assert not is_open(half_of_it, new_york("2024-11-03 01:45", fold=fold))


def test_shanghai_put_its_clocks_forward_in_the_summer_of_1990() -> None:
    office = calendar(every_day("08:30-18:00"))
    assert add(office, shanghai("1990-07-02 08:30"), HOUR) == utc("1990-07-02 00:30")
    assert add(office, shanghai("2024-07-02 08:30"), HOUR) == utc("2024-07-02 01:30")
    nights = calendar(every_day("00:00-06:00"))
    forward, back = shanghai("1986-05-04 00:00"), shanghai("1986-09-14 00:00")
    assert elapsed(nights, forward, forward + timedelta(days=1)) == 5 * HOUR
    assert elapsed(nights, back, back + timedelta(days=1)) == 7 * HOUR


def test_lord_howe_moves_by_half_an_hour() -> None:
    nights = calendar(every_day("00:00-06:00"), "Australia/Lord_Howe")
    zone = ZoneInfo("Australia/Lord_Howe")
    for day, length in ((date(2024, 10, 6), 5.5), (date(2024, 4, 7), 6.5)):
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        assert elapsed(nights, midnight, midnight + timedelta(days=1)) == length * HOUR


def test_a_day_that_apia_never_had_has_no_hours() -> None:
    mornings = calendar(every_day("08:00-12:00"), "Pacific/Apia")
    due = add(mornings, datetime(2011, 12, 29, 8, tzinfo=ZoneInfo("Pacific/Apia")), 5 * HOUR)
    assert due == datetime(2011, 12, 31, 9, tzinfo=ZoneInfo("Pacific/Apia"))


def test_offsets_are_found_to_the_second() -> None:
    assert [
        (instant_of(since), offset // 3_600_000_000)
        for since, _, offset in offsets("America/New_York", 2024)
    ] == [
        (datetime(2024, 1, 1, tzinfo=UTC), -5),
        (datetime(2024, 3, 10, 7, tzinfo=UTC), -4),
        (datetime(2024, 11, 3, 6, tzinfo=UTC), -5),
    ]


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("America/New_York", "2024-03-10 01:30", "2024-03-10 06:30"),
        ("America/New_York", "2024-03-10 02:30", "2024-03-10 07:00"),  # skipped
        ("America/New_York", "2024-11-03 01:30", "2024-11-03 05:30"),  # shown twice
        ("America/New_York", "2024-11-03 02:00", "2024-11-03 07:00"),
        ("Asia/Shanghai", "2024-01-01 00:00", "2023-12-31 16:00"),
        ("America/New_York", "2023-12-31 20:00", "2024-01-01 01:00"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),  # a whole day skipped
        ("Africa/Cairo", "2024-04-26 00:00", "2024-04-25 22:00"),  # midnight skipped
        ("Africa/Cairo", "2024-11-01 00:00", "2024-10-31 22:00"),  # the hour before it twice
    ],
)
def test_a_wall_time_is_when_the_wall_first_reads_it_or_a_later_one(
    zone: str, wall: str, instant: str
) -> None:
    said = datetime.fromisoformat(wall)
    microseconds = (
        day_number(said.date()) * 86_400_000_000 + (said.hour * 60 + said.minute) * 60_000_000
    )
    assert instant_of(first_reading(zone, microseconds)) == utc(instant)
