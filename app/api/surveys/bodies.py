"""Request bodies of surveys, campaigns and experience."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, Strict

from app.domain.statistics.scales import ScaleId, SurveyChannel, SurveyKind
from app.domain.statistics.servqual import DIMENSIONS
from app.domain.survey.campaign import ChannelCount, HouseholdBase, OpenCampaign
from app.domain.survey.content import LONGEST_TAG, LONGEST_TEXT, MOST_TAGS, Content
from app.domain.survey.issuing import BounceCause
from app.events.survey import DimensionWeights, SurveyItem
from app.http.bodies import EvidenceBody
from app.http.fields import Body, Id, Identifier, Instant, InstantOrDate, Several, key, text

Number = Annotated[int, Strict(), Field(ge=0, le=2**31 - 1)]
Score = Annotated[int, Strict(), Field(ge=-1000, le=1000)]
Points = Annotated[int, Strict(), Field(ge=0, le=100)]
Words = Annotated[str, text(LONGEST_TEXT)]
Tags = Annotated[
    tuple[Annotated[str, text(LONGEST_TAG)], ...], Strict(strict=False), Field(max_length=MOST_TAGS)
]


class PairBody(Body):
    """One of the 22 items of SERVQUAL, in their order: what was expected and what was found."""

    expected: Score
    perceived: Score


class WeightsBody(Body):
    """A hundred points, shared out between the dimensions."""

    tangibles: Points
    reliability: Points
    responsiveness: Points
    assurance: Points
    empathy: Points

    def weights(self) -> DimensionWeights:
        return DimensionWeights(**{name: getattr(self, name) for name in DIMENSIONS})


class ContentBody(Body):
    """A whole number on the survey's scale; for SERVQUAL 22 pairs instead."""

    score: Score | None = None
    items: Several[PairBody] = ()
    weights: WeightsBody | None = None
    tags: Tags = ()
    text: Words | None = None

    def content(self) -> Content:
        return Content(
            score=self.score,
            items=tuple(
                SurveyItem(number=n, expected=each.expected, perceived=each.perceived)
                for n, each in enumerate(self.items, 1)
            ),
            weights=self.weights.weights() if self.weights else None,
            tags=self.tags,
            text=self.text,
        )


class AnswerBody(ContentBody):
    channel: SurveyChannel = "web"


class FactBody(Body):
    """When it was so, if that was not now, and what speaks for it."""

    occurred_at: Instant | None = None
    evidence: EvidenceBody | None = None


class ResponseBody(ContentBody, FactBody):
    """What somebody of the household said, taken down by hand."""

    kind: SurveyKind
    scale_id: ScaleId
    household_id: Identifier | None = Field(
        default=None, description="Absent: the ticket's or the caller's own; or nobody's, on paper."
    )
    ticket_id: Id | None = None
    cycle: Annotated[int, Strict(), Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="Of the ticket; absent: its present one."
    )
    campaign_id: Id | None = None
    channel: SurveyChannel


class HouseholdBaseBody(Body):
    """How many households can be reached online and how many cannot: their weights."""

    online: Number
    offline: Number


class CampaignBody(Body):
    """One wave of one question. A `to` that is a day lasts until its midnight there."""

    kind: SurveyKind
    scale_id: ScaleId
    name: Annotated[str, text(128)]
    community: Annotated[str, text(128)] | None = None
    since: InstantOrDate = Field(alias="from")
    until: InstantOrDate = Field(alias="to")
    issued: Number = Field(description="How many are asked, by whatever way.")
    issued_by_channel: dict[SurveyChannel, Number] = Field(
        default_factory=dict, description="The same by channel; the parts make up the whole."
    )
    household_base: HouseholdBaseBody | None = None

    def command(self, campaign_id: str, zone: ZoneInfo) -> OpenCampaign:
        base = self.household_base
        return OpenCampaign(
            campaign_id=campaign_id,
            kind=self.kind,
            scale_id=self.scale_id,
            title=self.name,
            community=self.community,
            starts_at=_instant(self.since, zone),
            ends_at=_instant(self.until, zone, days=1),
            issued=self.issued,
            issued_by=channel_counts(self.issued_by_channel),
            base=HouseholdBase(online=base.online, offline=base.offline) if base else None,
        )


class BouncesBody(Body):
    """What came back so far, altogether; not those that were reported one by one."""

    bounced: Number
    bounced_by_channel: dict[SurveyChannel, Number] = Field(default_factory=dict)


class InvitationsBody(Body):
    """Households by name, or so many of the campaign's community drawn by lot."""

    household_ids: Several[Identifier] = ()
    sample_size: Annotated[int, Strict(), Field(ge=1, le=100)] | None = Field(
        default=None, description="The same lot each time: who was drawn stays drawn."
    )
    closed_loop: bool = Field(
        default=False, description="Also such as were dissatisfied and asked a short while ago."
    )


class DeliverBody(Body):
    channel: SurveyChannel


class BounceBody(Body):
    cause: BounceCause


class TouchpointBody(FactBody):
    touchpoint: Annotated[str, key(64)]
    score: Annotated[int, Strict(), Field(ge=-1000, le=1000, description="From 1 to 10.")]


def channel_counts(counts: dict[SurveyChannel, int]) -> tuple[ChannelCount, ...]:
    return tuple(ChannelCount(channel=channel, count=n) for channel, n in counts.items())


def _instant(value: datetime | date, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """A date means its midnight in `zone`, `days` later."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value + timedelta(days=days), time(), zone).astimezone(UTC)
