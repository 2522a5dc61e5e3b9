"""Events of how often a household is surveyed: one stream per household."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAsked:
    """The household was sent a survey."""

    survey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAnswered:
    """The household answered a survey."""

    survey_id: str
    dissatisfied: bool


SurveyContactEvent = HouseholdAsked | HouseholdAnswered
