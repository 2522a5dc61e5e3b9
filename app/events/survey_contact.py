"""Facts about how often a household is asked: one stream a household."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAsked:
    """The household was sent a question."""

    survey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAnswered:
    """The household answered a question."""

    survey_id: str
    dissatisfied: bool


SurveyContactEvent = HouseholdAsked | HouseholdAnswered
