"""Households: the record is the staff's, the preferences are the household's own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.records.household import HOUSEHOLD, Household, RecordHousehold, RecordPreferences
from app.events.base import Actor, Fact
from app.events.household import HouseholdRecorded, Member, PreferenceRecorded, QuietHours
from tests.given_when_then import Given

CSR = Actor(subject="u-chen", role="csr")
OWNER = Actor(subject="o-zhang", role="owner")
NOON = QuietHours(start="12:00", end="14:00")
NIGHT = QuietHours(start="22:00", end="07:00")
ZHANG = Member(subject="o-zhang", name="张阿姨", phone="13900000001")
SAID: dict[str, Any] = {
    "household_id": "h1",
    "members": (ZHANG,),
    "phone": "02100000001",
    "quiet_hours": (NOON,),
    "tags": ("独居老人",),
}
RECORDED = HouseholdRecorded(**SAID)
PREFERRED = PreferenceRecorded(household_id="h1", quiet_hours=(NIGHT,), tags=("请先打电话",))


def record(**changes: Any) -> RecordHousehold:
    return RecordHousehold(**{**SAID, **changes})


def prefer(*windows: QuietHours, household_id: str = "h1") -> RecordPreferences:
    return RecordPreferences(household_id=household_id, quiet_hours=windows, tags=("请先打电话",))


@pytest.mark.parametrize("role", ["admin", "manager", "csr", "dispatcher", "supervisor", "system"])
def test_a_household_is_recorded(role: str) -> None:
    Given(HOUSEHOLD).when(record(), by=Actor(subject="x", role=role)).then(RECORDED)


@pytest.mark.parametrize("role", ["engineer", "security", "finance", "auditor", "integration"])
def test_others_may_not_record_households_or_their_preferences(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(HOUSEHOLD).when(record(), by=by).then_refused("role_not_permitted")
    Given(HOUSEHOLD).when(prefer(NIGHT), by=by).then_refused("role_not_permitted")


def test_the_same_record_again_changes_nothing() -> None:
    Given(HOUSEHOLD, RECORDED).when(record(), by=CSR).then_nothing()


def test_a_record_replaces_the_whole() -> None:
    Given(HOUSEHOLD, RECORDED).when(RecordHousehold(household_id="h1"), by=CSR).then(
        HouseholdRecorded(household_id="h1")
    )


def test_an_owner_says_when_not_to_come() -> None:
    Given(HOUSEHOLD, RECORDED).when(prefer(NIGHT), by=OWNER, household_id="h1").then(PREFERRED)


def test_an_owner_need_not_be_recorded_first() -> None:
    Given(HOUSEHOLD).when(prefer(NIGHT), by=OWNER, household_id="h1").then(PREFERRED)


def test_the_staff_may_note_preferences_for_a_household() -> None:
    Given(HOUSEHOLD, RECORDED).when(prefer(NIGHT), by=CSR).then(PREFERRED)


def test_the_same_preferences_again_change_nothing() -> None:
    Given(HOUSEHOLD, RECORDED, PREFERRED).when(
        prefer(NIGHT), by=OWNER, household_id="h1"
    ).then_nothing()


def test_an_owner_may_not_change_the_rest() -> None:
    Given(HOUSEHOLD, RECORDED).when(record(), by=OWNER, household_id="h1").then_refused(
        "role_not_permitted"
    )


@pytest.mark.parametrize("own", ["h2", None])
def test_an_owner_may_not_speak_for_another_household(own: str | None) -> None:
    Given(HOUSEHOLD, RECORDED).when(prefer(NIGHT), by=OWNER, household_id=own).then_refused(
        "not_your_household"
    )


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("24:00", "07:00", "malformed"),
        ("7:00", "08:00", "malformed"),
        ("07:60", "08:00", "malformed"),
        ("07:00", "08:00\n", "malformed"),
        ("0٧:00", "08:00", "malformed"),
        ("07:00", "07:00", "empty_interval"),
    ],
)
def test_a_window_that_is_none_is_refused(start: str, end: str, code: str) -> None:
    window = QuietHours(start=start, end=end)
    Given(HOUSEHOLD).when(prefer(window), by=CSR).then_refused(code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"household_id": ""}, "malformed"),
        ({"members": (Member(name=""),)}, "blank"),
        ({"members": (Member(name="张", subject="a b"),)}, "malformed"),
        ({"members": (Member(name="张", phone="1" * 33),)}, "too_long"),
        ({"members": tuple(Member(name="张") for _ in range(51))}, "too_many"),
        ({"phone": " "}, "blank"),
        ({"tags": ("x" * 65,)}, "too_long"),
        ({"tags": tuple(f"t{n}" for n in range(51))}, "too_many"),
        ({"quiet_hours": (NOON,) * 11}, "too_many"),
        ({"communities": tuple(f"c{n}" for n in range(11))}, "too_many"),
    ],
)
def test_a_value_out_of_range_is_refused(changes: dict[str, Any], code: str) -> None:
    Given(HOUSEHOLD).when(record(**changes), by=CSR).then_refused(code)


def test_preferences_leave_the_rest_of_the_record_as_it_is() -> None:
    at = datetime(2024, 3, 5, 1, tzinfo=UTC)
    state = HOUSEHOLD.fold(None, [Fact(RECORDED, at, CSR), Fact(PREFERRED, at, OWNER)])
    assert state == Household(
        household_id="h1",
        members=(ZHANG,),
        phone="02100000001",
        quiet_hours=(NIGHT,),
        tags=("请先打电话",),
        communities=(),
    )
