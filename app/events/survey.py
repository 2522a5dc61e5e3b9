"""Facts about questionnaires: a stream each for (ticket, cycle, kind) or (campaign, household)."""

from dataclasses import dataclass
from datetime import datetime

from app.events.sla import NotificationQueued
from app.events.ticket import EvidenceGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyItem:
    """One pair of SERVQUAL: what was expected, and what was found."""

    number: int
    expected: int
    perceived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionWeights:
    """A hundred points, shared out by what matters to who answers."""

    tangibles: int
    reliability: int
    responsiveness: int
    assurance: int
    empathy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyIssued:
    """A household was asked; its link holds until `expires_at`; `rated` did the work."""

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
    """The question reached the household."""

    delivery_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyBounced:
    """The question came back: whom it did not reach does not count as silent."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """A household answered, once and for good; `excluded` answers count in no figure."""

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
