"""When a household was last asked, and whether it was dissatisfied. Appended together with a
survey."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Never, assert_never

from msgspec.structs import replace

from app.domain.decider import Decider, Given
from app.events.base import Fact, Value
from app.events.survey_contact import HouseholdAnswered, HouseholdAsked, SurveyContactEvent

COOL_DOWN = timedelta(days=14)  # docs/domain.md §5.4: between two surveys to a household


class SurveyContact(Value, frozen=True, kw_only=True):
    asked_at: datetime | None = None
    dissatisfied: bool = False

    def may_be_asked(self, now: datetime, *, closed_loop: bool) -> bool:
        """Not within the cool-down, except a closed-loop question to a dissatisfied household."""
        if self.asked_at is None or now >= self.asked_at + COOL_DOWN:
            return True
        return closed_loop and self.dissatisfied


def decide(command: Never, _state: SurveyContact, _given: Given) -> Sequence[SurveyContactEvent]:
    assert_never(command)


def evolve(state: SurveyContact, fact: Fact[SurveyContactEvent]) -> SurveyContact:
    match fact.event:
        case HouseholdAsked():
            return replace(state, asked_at=fact.occurred_at)
        case HouseholdAnswered(dissatisfied=dissatisfied):
            return replace(state, dissatisfied=dissatisfied)


SURVEY_CONTACT: Decider[Never, SurveyContact] = Decider(
    category="survey_contact",
    initial=SurveyContact(),
    state_type=SurveyContact,
    decide=decide,
    evolve=evolve,
)
