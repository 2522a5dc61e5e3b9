"""How many days late: the table of docs/domain.md §4.3 at every instant, and what holds for any."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendars.late_days import days_after, late_day_begins, late_days
from app.domain.ticket.state.promise import amount_fen, capped_fen
from app.events.promise import PromisePenalty

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
PENALTY = PromisePenalty(
    amount_fen=50_000, per="started_day", cap_fen=500_000, benefit="fee_credit"
)
TICK = timedelta(microseconds=1)
BEGINNING = datetime(2023, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), timedelta(days=1100)).map(lambda after: BEGINNING + after)
ZONES = st.sampled_from([SHANGHAI, NEW_YORK, "Europe/London", "Australia/Lord_Howe", "UTC"])


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


DUE = at("2024-03-13T00:00:00")


@pytest.mark.parametrize(
    ("done", "days", "amount", "owed"),
    [
        ("2024-03-12T16:30:00", 0, 0, 0),
        ("2024-03-13T00:00:00", 0, 0, 0),
        ("2024-03-13T00:00:00.000001", 1, 50_000, 50_000),
        ("2024-03-13T00:00:01", 1, 50_000, 50_000),
        ("2024-03-13T23:59:59", 1, 50_000, 50_000),
        ("2024-03-14T00:00:00", 1, 50_000, 50_000),
        ("2024-03-14T00:00:01", 2, 100_000, 100_000),
        ("2024-03-14T10:00:00", 2, 100_000, 100_000),
        ("2024-03-23T00:00:00", 10, 500_000, 500_000),
        ("2024-03-23T00:00:01", 11, 550_000, 500_000),
        ("2024-03-25T09:00:00", 13, 650_000, 500_000),
    ],
)
def test_each_started_day_costs_its_amount_up_to_the_cap(
    done: str, days: int, amount: int, owed: int
) -> None:
    assert late_days(DUE, at(done), SHANGHAI) == days
    assert amount_fen(PENALTY, days) == amount
    assert capped_fen(PENALTY, days) == owed


def test_a_sum_that_no_event_can_hold_is_told_as_the_largest_that_it_can() -> None:
    dear = PromisePenalty(amount_fen=2**52, per="started_day", cap_fen=2**53 - 1, benefit="gift")
    assert amount_fen(dear, 3) == capped_fen(dear, 3) == 2**53 - 1


def test_what_has_no_penalty_costs_nothing() -> None:
    assert (amount_fen(None, 3), capped_fen(None, 3)) == (0, 0)


@pytest.mark.parametrize(
    ("due", "done", "days"),
    [
        ("2024-03-12T18:00", "2024-03-12T23:00", 1),
        ("2024-03-12T18:00", "2024-03-13T18:00", 1),
        ("2024-03-12T18:00", "2024-03-13T18:01", 2),
    ],
)
def test_a_due_time_in_the_middle_of_a_day_counts_days_from_there(
    due: str, done: str, days: int
) -> None:
    assert late_days(at(due), at(done), SHANGHAI) == days


@pytest.mark.parametrize(
    ("due", "hours", "days"),
    [
        ("2024-03-10T00:00", 23, 1),  # the day on which clocks go forward is over after 23 hours
        ("2024-03-10T00:00", 24, 2),
        ("2024-11-03T00:00", 25, 1),  # and the other one after 25
        ("2024-11-03T00:00", 26, 2),
    ],
)
def test_a_local_day_is_as_long_as_it_is(due: str, hours: int, days: int) -> None:
    start = at(due, NEW_YORK).astimezone(UTC)
    assert late_days(start, start + timedelta(hours=hours), NEW_YORK) == days


def test_a_time_that_the_wall_skips_is_the_next_that_it_shows() -> None:
    due = at("2024-03-09T02:30", NEW_YORK)
    assert days_after(due, 1, NEW_YORK) == at("2024-03-10T03:00", NEW_YORK)
    assert days_after(due, 2, NEW_YORK) == at("2024-03-11T02:30", NEW_YORK)


def test_no_day_later_is_the_instant_itself_also_in_an_hour_that_comes_twice() -> None:
    second = at("2024-11-03T01:30", NEW_YORK).replace(fold=1)
    assert days_after(second, 0, NEW_YORK) == second


@given(due=INSTANTS, late=st.timedeltas(timedelta(), timedelta(days=400)), zone=ZONES)
def test_a_day_late_begins_right_after_the_day_before(
    due: datetime, late: timedelta, zone: str
) -> None:
    done = due + late
    days = late_days(due, done, zone)
    if days:
        assert late_day_begins(due, days, zone) < done <= late_day_begins(due, days + 1, zone)
    else:
        assert done == due


@given(due=INSTANTS, days=st.integers(1, 400), zone=ZONES)
def test_accrual_starts_just_after_the_instant_that_a_day_begins_at(
    due: datetime, days: int, zone: str
) -> None:
    begins = late_day_begins(due, days, zone)
    assert late_days(due, begins, zone) == days - 1
    assert late_days(due, begins + TICK, zone) == days


@given(
    due=INSTANTS,
    first=st.timedeltas(timedelta(), timedelta(days=60)),
    more=st.timedeltas(timedelta(), timedelta(days=60)),
    zone=ZONES,
    amount=st.integers(1, 10**9),
    cap=st.integers(1, 10**10),
)
def test_what_accrues_never_shrinks_and_never_passes_the_cap(
    due: datetime, first: timedelta, more: timedelta, zone: str, amount: int, cap: int
) -> None:
    penalty = PromisePenalty(
        amount_fen=amount, per="started_day", cap_fen=cap, benefit="fee_credit"
    )
    earlier = capped_fen(penalty, late_days(due, due + first, zone))
    later = capped_fen(penalty, late_days(due, due + first + more, zone))
    assert 0 <= earlier <= later <= cap
