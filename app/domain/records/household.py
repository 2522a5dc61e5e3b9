"""Households: staff keep the record; the household itself may set its preferences."""

import re
from collections.abc import Sequence
from typing import assert_never

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import at_most, distinct_texts, identifier, optional_text, require, text
from app.domain.decider import Decider, Given
from app.domain.errors import NotFound, NotPermitted, Unacceptable
from app.domain.records.reach import check_kept_within
from app.events.base import Fact, Value
from app.events.household import (
    HouseholdEvent,
    HouseholdRecorded,
    Member,
    PreferenceRecorded,
    QuietHours,
    ReferralRecorded,
)
from app.viewer import Viewer

__all__ = [
    "HOUSEHOLD",
    "Household",
    "HouseholdCommand",
    "Member",
    "QuietHours",
    "RecordHousehold",
    "RecordPreferences",
    "RecordReferral",
]

TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Household(Value, frozen=True, kw_only=True):
    household_id: str
    members: tuple[Member, ...]
    phone: str | None
    quiet_hours: tuple[QuietHours, ...]
    tags: tuple[str, ...]
    communities: tuple[str, ...]
    referrals: int = 0
    former: tuple[str, ...] = ()
    """Subjects that were members once and are none now."""

    def admits(self, subject: str) -> bool:
        """Whether the subject may act for the household: one of its members, or anybody who never
        was one while no member is known by a subject."""
        members = {each.subject for each in self.members} - {None}
        return subject in members or not (members or subject in self.former)


class RecordHousehold(Value, frozen=True, kw_only=True):
    """Replaces the whole record."""

    household_id: str
    members: tuple[Member, ...] = ()
    phone: str | None = None
    quiet_hours: tuple[QuietHours, ...] = ()
    tags: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()


class RecordPreferences(Value, frozen=True, kw_only=True):
    """Replaces the preferences; the rest of the record stays."""

    household_id: str
    quiet_hours: tuple[QuietHours, ...] = ()
    tags: tuple[str, ...] = ()


class RecordReferral(Value, frozen=True, kw_only=True):
    """docs/domain.md §1c row 61: 推荐朋友. The friend need not be named."""

    household_id: str
    referral_id: str
    friend: str | None = None
    note: str | None = None


HouseholdCommand = RecordHousehold | RecordPreferences | RecordReferral


def may_see(viewer: Viewer, household: Household | None) -> bool:
    """Staff limited to communities see the households of these. A household without a record, or
    whose record names no community, is in none of them."""
    return viewer.reaches(*(household.communities if household else ()))


def require_on_record(household_id: str, given: Given) -> None:
    """Anybody of the whole company may name a household that has no record; who is limited to
    communities could not be told it from one that is not theirs. Raises `NotFound`."""
    viewer = given.viewer
    if viewer.reach and not may_see(viewer, given.read(HOUSEHOLD.stream(household_id))):
        raise NotFound("household_unknown")


def decide(
    command: HouseholdCommand, state: Household | None, given: Given
) -> Sequence[HouseholdEvent]:
    match command:
        case RecordHousehold():
            return record_household(command, state, given)
        case RecordPreferences():
            return record_preferences(command, state, given)
        case RecordReferral():
            return record_referral(command, state, given)
        case _:
            assert_never(command)


def record_household(
    command: RecordHousehold, state: Household | None, given: Given
) -> Sequence[HouseholdEvent]:
    """What needs no look at the present record is checked first: see `check_kept_within`."""
    require(given, roles.EDIT_HOUSEHOLD)
    recorded = HouseholdRecorded(
        household_id=identifier(command.household_id, "/household_id"),
        members=_members(command.members),
        phone=optional_text(command.phone, "/phone", 32),
        quiet_hours=_quiet_hours(command.quiet_hours),
        tags=_tags(command.tags),
        communities=distinct_texts(command.communities, "/communities", most=10),
    )
    check_kept_within(given, recorded.communities)
    if state is not None:
        _require_in_reach(state, given)
        check_kept_within(given, state.communities)
    return [] if _recorded(state, recorded) == state else [recorded]


def record_preferences(
    command: RecordPreferences, state: Household | None, given: Given
) -> Sequence[HouseholdEvent]:
    """Also for a household that is not on record yet."""
    _require_keeper_or_own(command.household_id, given)
    _require_in_reach(state, given)
    recorded = PreferenceRecorded(
        household_id=identifier(command.household_id, "/household_id"),
        quiet_hours=_quiet_hours(command.quiet_hours),
        tags=_tags(command.tags),
    )
    return [] if _preferring(state, recorded) == state else [recorded]


def record_referral(
    command: RecordReferral, state: Household | None, given: Given
) -> Sequence[HouseholdEvent]:
    _require_keeper_or_own(command.household_id, given)
    _require_in_reach(state, given)
    return [
        ReferralRecorded(
            household_id=identifier(command.household_id, "/household_id"),
            referral_id=command.referral_id,
            friend=optional_text(command.friend, "/friend"),
            note=optional_text(command.note, "/note", 500),
        )
    ]


def _require_keeper_or_own(household_id: str, given: Given) -> None:
    require(given, roles.EDIT_PREFERENCES)
    if given.actor.role == "owner" and given.household_id != household_id:
        raise NotPermitted("not_your_household")


def _require_in_reach(state: Household | None, given: Given) -> None:
    if not may_see(given.viewer, state):
        raise NotFound("household_unknown")


def _members(members: Sequence[Member]) -> tuple[Member, ...]:
    at_most(members, "/members", 50)
    return tuple(
        Member(
            subject=None
            if one.subject is None
            else identifier(one.subject, f"/members/{n}/subject"),
            name=text(one.name, f"/members/{n}/name"),
            phone=optional_text(one.phone, f"/members/{n}/phone", 32),
        )
        for n, one in enumerate(members)
    )


def _quiet_hours(windows: Sequence[QuietHours]) -> tuple[QuietHours, ...]:
    at_most(windows, "/preferences/quiet_hours", 10)
    for n, window in enumerate(windows):
        for end, value in (("start", window.start), ("end", window.end)):
            if not TIME_OF_DAY.fullmatch(value):
                raise Unacceptable("malformed", pointer=f"/preferences/quiet_hours/{n}/{end}")
        if window.start == window.end:
            raise Unacceptable("empty_interval", pointer=f"/preferences/quiet_hours/{n}")
    return tuple(windows)


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    return distinct_texts(tags, "/preferences/tags", most=50)


def evolve(state: Household | None, fact: Fact[HouseholdEvent]) -> Household | None:
    match fact.event:
        case HouseholdRecorded() as recorded:
            return _recorded(state, recorded)
        case PreferenceRecorded() as recorded:
            return _preferring(state, recorded)
        case ReferralRecorded(household_id=household_id):
            present = state or _unrecorded(household_id)
            return replace(present, referrals=present.referrals + 1)


def _recorded(state: Household | None, recorded: HouseholdRecorded) -> Household:
    household = _household(recorded)
    if state is None:
        return household
    before = (*state.former, *(each.subject for each in state.members))
    now = {each.subject for each in household.members}
    left = dict.fromkeys(each for each in before if each is not None and each not in now)
    return replace(household, referrals=state.referrals, former=tuple(left))


def _unrecorded(household_id: str) -> Household:
    return _household(HouseholdRecorded(household_id=household_id))


def _household(recorded: HouseholdRecorded) -> Household:
    return Household(
        household_id=recorded.household_id,
        members=recorded.members,
        phone=recorded.phone,
        quiet_hours=recorded.quiet_hours,
        tags=recorded.tags,
        communities=recorded.communities,
    )


def _preferring(state: Household | None, recorded: PreferenceRecorded) -> Household:
    present = state or _unrecorded(recorded.household_id)
    return replace(present, quiet_hours=recorded.quiet_hours, tags=recorded.tags)


HOUSEHOLD: Decider[HouseholdCommand, Household | None] = Decider(
    category="household",
    recalled=True,
    initial=None,
    state_type=Household | None,
    decide=decide,
    evolve=evolve,
    fold_version=3,
)
