"""Events of surveys: one stream per (ticket, cycle, kind) or (campaign, household)."""

from dataclasses import dataclass
from datetime import datetime

from app.events.sla import NotificationQueued
from app.events.ticket import EvidenceGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyItem:
    """One SERVQUAL item: the expected and the perceived score."""

    number: int
    expected: int
    perceived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionWeights:
    """A hundred points, distributed by how much each dimension matters to the household."""

    tangibles: int
    reliability: int
    responsiveness: int
    assurance: int
    empathy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyIssued:
    """A survey was issued; its link is valid until `expires_at`; `rated` did the work."""

    survey_id: str
    kind: str
    scale_id: str
    ticket_id: str | None = None
    cycle: int | None = None
    campaign_id: str | None = None
    household_id: str | None = None
    community: str | None = None
    rated: str | None = None
    expires_at: datetime
    closed_loop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDelivered:
    """The survey reached the household."""

    delivery_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyBounced:
    """The survey did not reach the household; it does not count as unanswered."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """The household answered, once and for good; `excluded` answers count in no figure."""

    survey_id: str
    kind: str
    scale_id: str
    ticket_id: str | None = None
    cycle: int | None = None
    campaign_id: str | None = None
    household_id: str | None = None
    community: str | None = None
    rated: str | None = None
    score: int | None = None
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
