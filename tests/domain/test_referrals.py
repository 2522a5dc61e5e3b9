"""Recommendations: counted with the household, whoever enters them."""

from app.domain.records.household import (
    HOUSEHOLD,
    RecordHousehold,
    RecordPreferences,
    RecordReferral,
)
from app.events.base import Actor, Fact
from app.events.household import HouseholdRecorded, ReferralRecorded
from tests.given_when_then import NOW, Given

CSR = Actor(subject="xiaolin", role="csr")
OWNER = Actor(subject="zhang", role="owner")
HOME = "h-3-1201"
COMMAND = RecordReferral(household_id=HOME, referral_id="r-1", friend="李阿姨")
REFERRED = ReferralRecorded(household_id=HOME, referral_id="r-1", friend="李阿姨")
RECORDED = HouseholdRecorded(household_id=HOME, phone="13800000000")


def test_the_front_desk_enters_it() -> None:
    Given(HOUSEHOLD).when(COMMAND, by=CSR).then(REFERRED)


def test_an_owner_enters_the_own_only() -> None:
    Given(HOUSEHOLD, RECORDED).when(COMMAND, by=OWNER, household_id=HOME).then(REFERRED)
    other = Given(HOUSEHOLD, RECORDED).when(COMMAND, by=OWNER, household_id="h-9")
    other.then_refused("not_your_household")


def test_each_counts_and_a_new_record_of_the_household_forgets_none() -> None:
    facts = [Fact(event, NOW, CSR) for event in (RECORDED, REFERRED, REFERRED, RECORDED)]
    state = HOUSEHOLD.fold(None, facts)
    assert state is not None
    assert state.referrals == 2
    again = RecordHousehold(household_id=HOME, phone="13800000000")
    Given(HOUSEHOLD, RECORDED, REFERRED).when(again, by=CSR).then_nothing()


def test_preferences_leave_them_alone() -> None:
    preferring = RecordPreferences(household_id=HOME)
    Given(HOUSEHOLD, RECORDED, REFERRED).when(preferring, by=CSR).then_nothing()
