"""Events of surveys: one stream per (ticket, cycle, kind) or (campaign, household)."""

from datetime import datetime

from app.events.base import Integer, Value
from app.events.sla import NotificationQueued
from app.events.ticket import EvidenceGiven


class SurveyItem(Value, frozen=True, kw_only=True):
    """One SERVQUAL item: the expected and the perceived score."""

    number: Integer
    expected: Integer
    perceived: Integer


class DimensionWeights(Value, frozen=True, kw_only=True):
    """A hundred points, distributed by how much each dimension matters to the household."""

    tangibles: Integer
    reliability: Integer
    responsiveness: Integer
    assurance: Integer
    empathy: Integer


class SurveyIssued(Value, frozen=True, kw_only=True):
    """A survey was issued; its link is valid until `expires_at`; `rated` did the work."""

    survey_id: str
    kind: str
    scale_id: str
    ticket_id: str | None = None
    cycle: Integer | None = None
    campaign_id: str | None = None
    household_id: str | None = None
    community: str | None = None
    rated: str | None = None
    expires_at: datetime
    closed_loop: bool = False


class SurveyDelivered(Value, frozen=True, kw_only=True):
    """The survey reached the household."""

    delivery_channel: str


class SurveyBounced(Value, frozen=True, kw_only=True):
    """The survey did not reach the household; it does not count as unanswered."""

    cause: str


class SurveyAnswered(Value, frozen=True, kw_only=True):
    """The household answered, once and for good; `excluded` answers count in no figure."""

    survey_id: str
    kind: str
    scale_id: str
    ticket_id: str | None = None
    cycle: Integer | None = None
    campaign_id: str | None = None
    household_id: str | None = None
    community: str | None = None
    rated: str | None = None
    score: Integer | None = None
    items: tuple[SurveyItem, ...] = ()
    weights: DimensionWeights | None = None
    tags: tuple[str, ...] = ()
    text: str | None = None
    answer_channel: str
    way: str
    dissatisfied: bool
    excluded: str | None = None


SurveyEvent = (
    SurveyIssued
    | SurveyDelivered
    | SurveyBounced
    | SurveyAnswered
    | EvidenceGiven
    | NotificationQueued
)
