"""The state of a survey, and the keys that make it unique."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from app.domain.survey.content import Content
from app.events.base import Value

# By which way an answer came.
AnswerWay = Literal["token", "by_hand", "follow_up"]
TOKEN: AnswerWay = "token"  # noqa: S105 - a word, no secret
BY_HAND: AnswerWay = "by_hand"
FOLLOW_UP: AnswerWay = "follow_up"

SurveyState = Literal["issued", "delivered", "bounced", "expired", "answered"]

# The UUID namespace of surveys; an arbitrary constant.
SURVEYS = UUID("c5d1d9f0-6a5e-5b39-9b58-0f4f7f7a2d10")


def key_of_ticket(ticket_id: str, cycle: int, kind: str) -> str:
    """The id of the one survey of a kind for a cycle of a ticket."""
    return str(uuid5(SURVEYS, f"ticket\n{ticket_id}\n{cycle}\n{kind}"))


def key_in_campaign(campaign_id: str, household_id: str) -> str:
    """The id of a household's one survey in a campaign."""
    return str(uuid5(SURVEYS, f"campaign\n{campaign_id}\n{household_id}"))


class Subject(Value, frozen=True, kw_only=True):
    """What a survey is about, and whom it asks."""

    kind: str
    scale_id: str
    ticket_id: str | None = None
    cycle: int | None = None
    campaign_id: str | None = None
    household_id: str | None = None
    community: str | None = None
    rated: str | None = None


class Answer(Value, frozen=True, kw_only=True):
    content: Content
    answer_channel: str
    way: str
    dissatisfied: bool
    excluded: str | None
    answered_at: datetime


class Survey(Value, frozen=True, kw_only=True):
    """Without `issued_at` it was never sent: the answer was recorded by hand."""

    survey_id: str
    subject: Subject
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    delivered_at: datetime | None = None
    bounced: str | None = None
    answer: Answer | None = None

    def state_at(self, now: datetime) -> SurveyState:
        if self.answer is not None:
            return "answered"
        if self.expires_at is not None and now > self.expires_at:
            return "expired"
        if self.bounced is not None:
            return "bounced"
        return "delivered" if self.delivered_at else "issued"
