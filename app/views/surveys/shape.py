"""Shapes of surveys, their figures and experience curves."""

from datetime import datetime

from pydantic import Field

from app.domain.statistics.scales import (
    CsatRule,
    NpsLabel,
    ScaleDirection,
    ScaleId,
    SurveyKind,
    SurveyMode,
)
from app.domain.survey.campaign import CampaignState
from app.domain.survey.experience import PointSource
from app.domain.survey.issuing import InvitationResult
from app.domain.survey.state import AnswerWay, SurveyState
from app.views.shape import Shape

Interval = tuple[float, float]


class HouseholdBaseAnswer(Shape):
    online: int
    offline: int


class CampaignAnswer(Shape):
    """一轮调查"""

    id: str
    kind: SurveyKind
    scale_id: ScaleId
    name: str
    community: str | None
    from_: datetime = Field(alias="from")
    to: datetime
    state: CampaignState
    closed_at: datetime | None
    issued: int
    issued_by_channel: dict[str, int]
    bounced: int
    bounced_by_channel: dict[str, int]
    household_base: HouseholdBaseAnswer | None


class CampaignPage(Shape):
    items: list[CampaignAnswer]
    next_cursor: str | None


class Pair(Shape):
    number: int
    expected: int
    perceived: int


class Weights(Shape):
    tangibles: int
    reliability: int
    responsiveness: int
    assurance: int
    empathy: int


class AnswerGiven(Shape):
    score: int | None
    items: list[Pair]
    weights: Weights | None
    tags: list[str]
    text: str | None
    channel: str
    way: AnswerWay
    dissatisfied: bool
    counted: bool = Field(description="False for the households of our own staff.")
    answered_at: datetime


class SurveyAnswer(Shape):
    """问卷"""

    id: str
    kind: SurveyKind
    scale_id: ScaleId
    ticket_id: str | None
    cycle: int | None
    campaign_id: str | None
    household_id: str | None
    community: str | None
    state: SurveyState
    issued_at: datetime | None
    expires_at: datetime | None
    delivered_at: datetime | None
    bounced: str | None
    answer: AnswerGiven | None
    token: str | None = Field(
        description="Of the link, while it can be answered; for the household and customer service."
    )
    link: str | None


class SurveyPage(Shape):
    items: list[SurveyAnswer]
    next_cursor: str | None


class PublicSurvey(Shape):
    """What who has the link may know of it: the question, and what was answered through it."""

    kind: SurveyKind
    scale_id: ScaleId
    low: int
    high: int
    low_is_good: bool
    state: SurveyState
    expires_at: datetime | None
    score: int | None


class Invited(Shape):
    household_id: str
    survey_id: str | None
    result: InvitationResult


class Invitations(Shape):
    items: list[Invited]
    invited: int
    skipped: int


class PointAnswer(Shape):
    touchpoint: str
    label: str
    moment_of_truth: bool
    score: int
    at: datetime
    source: PointSource
    survey_id: str | None


class ExperienceAnswer(Shape):
    """体验曲线：峰值、终值与曲线"""

    ticket_id: str
    points: list[PointAnswer]
    peak: PointAnswer | None = Field(description="Farthest from the middle: what is remembered.")
    highest: PointAnswer | None
    lowest: PointAnswer | None
    end: PointAnswer | None
    peak_end: float | None = Field(description="The mean of the peak and the end.")
    pains: list[PointAnswer] = Field(description="Of 3 and less.")
    delights: list[PointAnswer] = Field(description="Of 8 and more.")


class ChannelFigures(Shape):
    channel: str
    mode: SurveyMode
    n: int
    value: float | None
    ci95: Interval | None
    issued: int | None
    response_rate: float | None


class Raw(Shape):
    value: float | None
    ci95: Interval | None


class Comparison(Shape):
    """Of two waves: this one less the one it is held against."""

    campaign_id: str
    n: int
    value: float | None
    ci95: Interval | None
    difference: float | None
    z: float | None
    p_value: float | None
    significant: bool | None


class Reason(Shape):
    tag: str
    n: int


class SurveyFigures(Shape):
    """`value` counts every answer alike; `weighted` counts online and offline households by how
    many of them there are."""

    kind: SurveyKind
    scale_id: ScaleId
    campaign_id: str | None
    n: int
    value: float | None
    ci95: Interval | None
    sufficient: bool
    withheld: bool = Field(description="Too few answers for who was rated to be shown any.")
    issued: int | None
    bounced: int | None
    delivered: int | None
    completed: int | None
    response_rate: float | None
    response_gate: float
    representative: bool | None = Field(description="Whether the response rate passes the gate.")
    distribution: dict[str, int]
    by_channel: list[ChannelFigures]
    raw: Raw
    weighted: Raw | None
    comparison: Comparison | None
    other_scales: dict[str, int] = Field(description="Answers that were not counted in.")
    reasons: list[Reason]


class NpsFigures(SurveyFigures):
    """净推荐值，−100 到 100"""

    promoters: int
    passives: int
    detractors: int
    promoters_percent: float | None
    passives_percent: float | None
    detractors_percent: float | None
    label: NpsLabel | None
    label_confirmed: bool


class CsatFigures(SurveyFigures):
    """满意度：4–5 星所占的百分比"""

    rule: CsatRule
    satisfied: int
    dissatisfied: int
    mean: float | None
    mean_ci95: Interval | None


class CesFigures(SurveyFigures):
    """费力度：平均分"""

    direction: ScaleDirection
    low_effort: int
    low_effort_percent: float | None
    low_effort_ci95: Interval | None


class DimensionAnswer(Shape):
    dimension: str
    items: int
    expected: float
    perceived: float
    gap: float
    ci95: Interval
    weight: float


class ServqualFigures(SurveyFigures):
    """服务质量差距：感知 − 期望，按百分配比加权"""

    dimensions: list[DimensionAnswer]
    unweighted: float | None


class TouchpointFigures(Shape):
    touchpoint: str
    label: str
    moment_of_truth: bool
    n: int
    value: float
    ci95: Interval | None
    sufficient: bool
    pains: int
    delights: int


class JourneyCurve(Shape):
    """情绪曲线"""

    items: list[TouchpointFigures]


class Keyword(Shape):
    word: str
    n: int = Field(description="How many complaints say it.")
    percent: float


class Keywords(Shape):
    n: int = Field(description="How many complaints there are.")
    items: list[Keyword]
