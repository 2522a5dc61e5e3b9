"""Events of how often a household is surveyed: one stream per household."""

from app.events.base import Value


class HouseholdAsked(Value, frozen=True, kw_only=True):
    """The household was sent a survey."""

    survey_id: str


class HouseholdAnswered(Value, frozen=True, kw_only=True):
    """The household answered a survey."""

    survey_id: str
    dissatisfied: bool


SurveyContactEvent = HouseholdAsked | HouseholdAnswered
