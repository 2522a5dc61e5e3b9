"""What one staff member granted lately, and the flags for suspicious patterns
(docs/domain.md §4.4–4.5).

Appended together with the decisions. A flag blocks nothing: supervisor and auditor review it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal, Never, assert_never

from msgspec.structs import replace

from app.domain.decider import Decider, Given, On
from app.domain.records.household import HOUSEHOLD
from app.domain.records.staff import STAFF
from app.events.base import Fact, Value
from app.events.staff_exposure import GoodFaithLossRecorded, StaffDecided, StaffExposureEvent

WINDOW = timedelta(days=30)
KEPT_DECISIONS = 500  # of the window; earlier ones stay in the events
MOST_OF_ONE_PAIR = 3
NEAR_PERCENT = 96
NEAR_CLUSTER = 3
GOOD_FAITH_EVENT_FEN = 20_000
GOOD_FAITH_MONTH_FEN = 60_000

FlagName = Literal[
    "frequent_pair",
    "near_limit",
    "own_household",
    "relative_household",
    "after_close",
    "reopened_for_money",
]


class Decided(Value, frozen=True, kw_only=True):
    compensation_id: str
    household_id: str | None
    amount_fen: int
    limit_fen: int
    at: datetime

    @property
    def is_near_the_limit(self) -> bool:
        """Just within the limit, such as 480 to 500 of 500: chosen to avoid an approval."""
        return is_near(self.amount_fen, self.limit_fen)


class StaffExposure(Value, frozen=True, kw_only=True):
    decisions: tuple[Decided, ...] = ()
    day: date | None = None
    day_fen: int = 0
    month: str | None = None
    good_faith_fen: int = 0

    def on(self, day: date) -> int:
        """What was granted on that local day. Only the latest day is kept."""
        return self.day_fen if day == self.day else 0

    def lost_in(self, month: str) -> int:
        return self.good_faith_fen if month == self.month else 0

    def since(self, at: datetime) -> Sequence[Decided]:
        return [one for one in self.decisions if one.at > at]


class Grant(Value, frozen=True, kw_only=True):
    """What the actor is about to decide, with what the flags need to know of its ticket."""

    compensation_id: str
    household_id: str | None
    ticket_id: str
    benefit: str
    amount_fen: int
    limit_fen: int
    ticket_is_closed: bool = False
    ticket_was_reopened: bool = False
    was_given_before: bool = False  # on the same ticket
    is_apart: bool = False  # of an anonymous complaint: later flags must not count it


class Flag(Value, frozen=True, kw_only=True):
    """`detail` is a figure or an id, never a name."""

    flag: str
    detail: str


def is_near(amount_fen: int, limit_fen: int) -> bool:
    return NEAR_PERCENT * limit_fen <= 100 * amount_fen <= 100 * limit_fen and limit_fen > 0


def exposure_of(given: Given, subject: str) -> StaffExposure:
    return given.read(STAFF_EXPOSURE.stream(subject))


def given_today_fen(given: Given, subject: str) -> int:
    """For `per_staff_day_fen`: what the person granted on this local day."""
    return exposure_of(given, subject).on(given.now.astimezone(given.zone).date())


def staff_decided(given: Given, grant: Grant) -> On:
    """The event to append together with the decision."""
    decided = StaffDecided(
        compensation_id=grant.compensation_id,
        household_id=None if grant.is_apart else grant.household_id,
        ticket_id=grant.ticket_id,
        benefit=grant.benefit,
        amount_fen=grant.amount_fen,
        limit_fen=grant.limit_fen,
        day=given.now.astimezone(given.zone).date(),
    )
    return On(STAFF_EXPOSURE.stream(given.actor.subject), decided)


def is_good_faith_within(given: Given, subject: str, loss_fen: int) -> bool:
    """Whether the loss is within the good-faith allowance: ¥200 an event, ¥600 a month
    (docs/domain.md §4.4)."""
    lost = exposure_of(given, subject).lost_in(_month(given))
    return loss_fen <= GOOD_FAITH_EVENT_FEN and lost + loss_fen <= GOOD_FAITH_MONTH_FEN


def good_faith_loss(given: Given, subject: str, compensation_id: str, loss_fen: int) -> On:
    recorded = GoodFaithLossRecorded(
        compensation_id=compensation_id, amount_fen=loss_fen, month=_month(given)
    )
    return On(STAFF_EXPOSURE.stream(subject), recorded)


def _month(given: Given) -> str:
    return f"{given.now.astimezone(given.zone):%Y-%m}"


def flags_for(given: Given, grant: Grant) -> tuple[Flag, ...]:
    """The flags that this decision of the actor raises. Call it before the decision is recorded."""
    flags = [*_frequency_flags(given, grant), *_household_flags(given, grant)]
    if grant.ticket_is_closed:
        flags.append(_flag("after_close", grant.ticket_id))
    if grant.ticket_was_reopened and grant.was_given_before:
        flags.append(_flag("reopened_for_money", grant.ticket_id))
    return tuple(flags)


def _flag(name: FlagName, detail: str) -> Flag:
    return Flag(flag=name, detail=detail)


def _frequency_flags(given: Given, grant: Grant) -> list[Flag]:
    exposure = exposure_of(given, given.actor.subject)
    lately = exposure.since(given.now - WINDOW)
    flags = []
    pair = 1 + sum(
        1
        for one in lately
        if one.household_id is not None and one.household_id == grant.household_id
    )
    if pair > MOST_OF_ONE_PAIR:
        flags.append(_flag("frequent_pair", str(pair)))
    near = 1 + sum(1 for one in lately if one.is_near_the_limit)
    if is_near(grant.amount_fen, grant.limit_fen) and near >= NEAR_CLUSTER:
        flags.append(_flag("near_limit", str(near)))
    return flags


def _household_flags(given: Given, grant: Grant) -> list[Flag]:
    if grant.household_id is None:
        return []
    if is_own_household(given, grant.household_id):
        return [_flag("own_household", grant.household_id)]
    if _is_relative(given, grant.household_id):
        return [_flag("relative_household", grant.household_id)]
    return []


def is_own_household(given: Given, household_id: str) -> bool:
    """Whether the actor belongs to the household, by token or by the household's record."""
    if given.household_id == household_id:
        return True
    household = given.read(HOUSEHOLD.stream(household_id))
    return household is not None and any(
        member.subject == given.actor.subject for member in household.members
    )


def _is_relative(given: Given, household_id: str) -> bool:
    """A shared phone number is the only sign of kinship on record."""
    person = given.read(STAFF.stream(given.actor.subject))
    household = given.read(HOUSEHOLD.stream(household_id))
    if person is None or person.phone is None or household is None:
        return False
    phones = {household.phone, *(member.phone for member in household.members)}
    return person.phone in phones


def decide(command: Never, _state: StaffExposure, _given: Given) -> Sequence[StaffExposureEvent]:
    assert_never(command)


def evolve(state: StaffExposure, fact: Fact[StaffExposureEvent]) -> StaffExposure:
    match fact.event:
        case StaffDecided() as decided:
            return _with_decision(state, decided, fact.occurred_at)
        case GoodFaithLossRecorded(month=month, amount_fen=amount_fen):
            lost = state.lost_in(month) + amount_fen
            return replace(state, month=month, good_faith_fen=lost)


def _with_decision(state: StaffExposure, decided: StaffDecided, at: datetime) -> StaffExposure:
    one = Decided(
        compensation_id=decided.compensation_id,
        household_id=decided.household_id,
        amount_fen=decided.amount_fen,
        limit_fen=decided.limit_fen,
        at=at,
    )
    kept = (*state.since(at - WINDOW), one)
    return replace(
        state,
        decisions=kept[-KEPT_DECISIONS:],
        day=decided.day,
        day_fen=state.on(decided.day) + decided.amount_fen,
    )


STAFF_EXPOSURE: Decider[Never, StaffExposure] = Decider(
    category="staff_exposure",
    initial=StaffExposure(),
    state_type=StaffExposure,
    decide=decide,
    evolve=evolve,
)
