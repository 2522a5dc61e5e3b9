"""What one person decides to give: sums, the allowance for good faith, and what is strange."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain import decider as domain
from app.domain.authority.staff_exposure import (
    KEPT_DECISIONS,
    STAFF_EXPOSURE,
    Flag,
    Grant,
    flags_for,
    given_today_fen,
    good_faith_loss,
    is_good_faith_within,
    staff_decided,
)
from app.domain.decider import On
from app.domain.records.household import HOUSEHOLD
from app.domain.records.staff import STAFF
from app.events.base import Actor, Fact
from app.events.household import HouseholdRecorded, Member
from app.events.staff import StaffRecorded
from app.events.staff_exposure import GoodFaithLossRecorded, StaffDecided
from tests.given_when_then import NOW, SHANGHAI

LIN = Actor(subject="u-lin", role="csr")
HOME = "h-3-1201"
DAY = timedelta(days=1)
OF_LIN = STAFF_EXPOSURE.stream("u-lin")

GRANT = Grant(
    compensation_id="c-9",
    household_id=HOME,
    ticket_id="t-9",
    benefit="gift",
    amount_fen=10_000,
    limit_fen=50_000,
)


def decided(
    amount_fen: int = 10_000, *, household: str | None = HOME, ago: timedelta = DAY
) -> Fact[Any]:
    at = NOW - ago
    event = StaffDecided(
        compensation_id="c-1",
        household_id=household,
        ticket_id="t-1",
        benefit="gift",
        amount_fen=amount_fen,
        limit_fen=50_000,
        day=at.astimezone(SHANGHAI).date(),
    )
    return Fact(event, at, LIN)


def given(
    *facts: Fact[Any],
    at: datetime = NOW,
    household_id: str | None = None,
    records: Mapping[str, Any] = MappingProxyType({}),
) -> domain.Given:
    household = HouseholdRecorded(
        household_id=HOME,
        phone="0210001",
        members=(Member(subject="o-zhang", name="张阿姨", phone="1390001"),),
    )
    states = {
        OF_LIN.id: STAFF_EXPOSURE.fold(STAFF_EXPOSURE.initial, facts),
        HOUSEHOLD.stream(HOME).id: HOUSEHOLD.fold(None, [Fact(household, NOW, LIN)]),
        STAFF.stream("u-lin").id: None,
    }
    return domain.Given(
        actor=LIN,
        now=at,
        occurred_at=at,
        zone=SHANGHAI,
        household_id=household_id,
        states={**states, **records},
    )


def test_a_decision_is_recorded_with_the_local_day() -> None:
    evening = datetime.fromisoformat("2024-03-05T16:30:00+00:00")
    assert staff_decided(given(at=evening), GRANT) == On(
        OF_LIN,
        StaffDecided(
            compensation_id="c-9",
            household_id=HOME,
            ticket_id="t-9",
            benefit="gift",
            amount_fen=10_000,
            limit_fen=50_000,
            day=date(2024, 3, 6),
        ),
    )


def test_the_sum_of_a_day_ends_with_the_local_day() -> None:
    facts = [decided(ago=timedelta(hours=2)), decided(5_000, ago=timedelta(hours=1))]
    assert given_today_fen(given(*facts), "u-lin") == 15_000
    midnight = datetime.fromisoformat("2024-03-06T00:00:00+08:00")
    assert given_today_fen(given(*facts, at=midnight - timedelta(seconds=1)), "u-lin") == 15_000
    assert given_today_fen(given(*facts, at=midnight), "u-lin") == 0
    again = Fact(replace(facts[0].event, day=date(2024, 3, 6)), midnight, LIN)
    assert given_today_fen(given(*facts, again, at=midnight), "u-lin") == 10_000


def test_more_than_three_of_one_pair_in_thirty_days_are_strange() -> None:
    assert flags_for(given(decided(), decided()), GRANT) == ()
    three = [decided(), decided(), decided(ago=30 * DAY - timedelta(seconds=1))]
    assert flags_for(given(*three), GRANT) == (Flag(flag="frequent_pair", detail="4"),)
    old = [decided(ago=30 * DAY), decided(), decided()]
    assert flags_for(given(*old), GRANT) == ()
    others = [decided(household=f"h-{n}") for n in range(9)]
    assert flags_for(given(*others), GRANT) == ()


def test_without_a_household_there_is_no_pair() -> None:
    nowhere = [decided(household=None)] * 5
    assert flags_for(given(*nowhere), replace(GRANT, household_id=None)) == ()


@pytest.mark.parametrize(
    ("amounts", "now_fen", "is_strange"),
    [
        ((48_000, 50_000), 49_000, True),
        ((48_000, 50_000), 47_999, False),
        ((47_999, 50_000), 49_000, False),
        ((50_001, 50_000), 49_000, False),
        ((48_000,), 48_000, False),
    ],
)
def test_three_close_to_the_limit_are_strange(
    amounts: tuple[int, ...],
    now_fen: int,
    is_strange: bool,  # noqa: FBT001
) -> None:
    facts = [decided(each, household=f"h-{each}") for each in amounts]
    found = flags_for(given(*facts), replace(GRANT, amount_fen=now_fen))
    assert found == ((Flag(flag="near_limit", detail="3"),) if is_strange else ())


def test_the_own_household_and_a_shared_telephone_are_strange() -> None:
    own = Flag(flag="own_household", detail=HOME)
    assert flags_for(given(household_id=HOME), GRANT) == (own,)
    by_record = HouseholdRecorded(household_id=HOME, members=(Member(subject="u-lin", name="林"),))
    state = HOUSEHOLD.fold(None, [Fact(by_record, NOW, LIN)])
    assert flags_for(given(records={f"household-{HOME}": state}), GRANT) == (own,)
    for phone in ("0210001", "1390001"):
        record = StaffRecorded(subject="u-lin", name="小林", phone=phone, max_load=5)
        person = STAFF.fold(None, [Fact(record, NOW, LIN)])
        relative = Flag(flag="relative_household", detail=HOME)
        assert flags_for(given(records={"staff-u-lin": person}), GRANT) == (relative,)


def test_money_after_the_close_and_for_reopening_is_strange() -> None:
    assert flags_for(given(), replace(GRANT, ticket_is_closed=True)) == (
        Flag(flag="after_close", detail="t-9"),
    )
    reopened = replace(GRANT, ticket_was_reopened=True)
    assert flags_for(given(), reopened) == ()
    assert flags_for(given(), replace(reopened, was_given_before=True)) == (
        Flag(flag="reopened_for_money", detail="t-9"),
    )


def lost(amount_fen: int, month: str = "2024-03") -> Fact[Any]:
    event = GoodFaithLossRecorded(compensation_id="c-1", amount_fen=amount_fen, month=month)
    return Fact(event, NOW, LIN)


@pytest.mark.parametrize(
    ("before", "loss_fen", "is_within"),
    [
        ((), 20_000, True),
        ((), 20_001, False),
        ((20_000, 20_000), 20_000, True),
        ((20_000, 20_000, 1), 20_000, False),
    ],
)
def test_good_faith_has_an_allowance_a_case_and_a_month(
    before: tuple[int, ...],
    loss_fen: int,
    is_within: bool,  # noqa: FBT001
) -> None:
    facts = [lost(each) for each in before]
    assert is_good_faith_within(given(*facts), "u-lin", loss_fen) is is_within


def test_a_new_month_begins_at_nothing() -> None:
    april = datetime.fromisoformat("2024-04-01T00:00:00+08:00")
    look = given(lost(60_000), at=april)
    assert is_good_faith_within(look, "u-lin", 20_000)
    assert good_faith_loss(look, "u-lin", "c-2", 7) == On(
        OF_LIN, GoodFaithLossRecorded(compensation_id="c-2", amount_fen=7, month="2024-04")
    )


def test_the_memory_of_one_person_is_bounded() -> None:
    state = STAFF_EXPOSURE.fold(STAFF_EXPOSURE.initial, [decided()] * (KEPT_DECISIONS + 9))
    assert len(state.decisions) == KEPT_DECISIONS
