"""The shapes of what the API answers about a household's history and its recommendations."""

from pydantic import Field

from app.views.shape import Answer
from app.views.tickets.shape import EventAnswer


class About(Answer):
    kind: str = Field(description="ticket, compensation, survey, problem, household …")
    id: str
    number: str | None = Field(description="Of a ticket.")


class TimelineEvent(EventAnswer):
    about: About


class Timeline(Answer):
    """时间线. Every event with who, and both times, in the order in which they were recorded."""

    items: list[TimelineEvent]
    next_cursor: str | None


class ReferralAnswer(Answer):
    household_id: str
    referrals: int = Field(description="How often the household has recommended the company.")
