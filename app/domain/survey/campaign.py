"""Survey campaigns: one question to many households, in a wave that ends
(docs/domain.md §5.4; docs/api.md §6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, assert_never

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import (
    distinct,
    identifier,
    one_of,
    optional_text,
    require,
    text,
    within,
)
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.statistics.scales import MODES, SCALES
from app.events.base import SYSTEM, Fact, Value
from app.events.campaign import (
    CampaignBouncesCounted,
    CampaignClosed,
    CampaignEvent,
    CampaignOpened,
    ChannelCount,
    HouseholdBase,
)

__all__ = [
    "CAMPAIGN",
    "Campaign",
    "CampaignCommand",
    "ChannelCount",
    "CloseCampaign",
    "CountBounces",
    "HouseholdBase",
    "OpenCampaign",
]

MAX_COUNT = 2**31 - 1

CampaignState = Literal["open", "closed"]


class Campaign(Value, frozen=True, kw_only=True):
    """`closes_at` is None for a wave that was entered after its end: its answers come from paper,
    so a person closes it when all are entered."""

    campaign_id: str
    kind: str
    scale_id: str
    title: str
    community: str | None
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime | None
    issued: int
    issued_by: tuple[ChannelCount, ...]
    base: HouseholdBase | None
    bounced: int = 0
    bounced_by: tuple[ChannelCount, ...] = ()
    closed_at: datetime | None = None

    def is_in_reach(self, communities: Sequence[str]) -> bool:
        """Whether staff with these communities may see it; without any, they see all."""
        return not communities or self.community in (None, *communities)

    def is_over(self, now: datetime) -> bool:
        """Also true if its end has passed but is not recorded yet."""
        return self.closed_at is not None or (self.closes_at is not None and self.closes_at <= now)

    def state_at(self, now: datetime) -> CampaignState:
        return "closed" if self.is_over(now) else "open"


class OpenCampaign(Value, frozen=True, kw_only=True):
    """`issued` counts all households asked; `issued_by` splits it by channel."""

    campaign_id: str
    kind: str
    scale_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    issued: int
    community: str | None = None
    issued_by: tuple[ChannelCount, ...] = ()
    base: HouseholdBase | None = None


class CountBounces(Value, frozen=True, kw_only=True):
    """The total number of bounces so far."""

    bounced: int
    bounced_by: tuple[ChannelCount, ...] = ()


class CloseCampaign(Value, frozen=True, kw_only=True):
    pass


CampaignCommand = OpenCampaign | CountBounces | CloseCampaign


def decide(
    command: CampaignCommand, campaign: Campaign | None, given: Given
) -> Sequence[CampaignEvent]:
    require(given, roles.ISSUE_SURVEYS)
    if isinstance(command, OpenCampaign):
        if command.community is not None and not given.viewer.reaches(command.community):
            raise NotPermitted("community_not_permitted", community=command.community)
        return open_campaign(command, campaign)
    if campaign is None or not campaign.is_in_reach(given.communities):
        raise NotFound("campaign_unknown")
    match command:
        case CountBounces():
            return count_bounces(command, campaign)
        case CloseCampaign():
            return [] if campaign.closed_at else [CampaignClosed()]
        case _:
            assert_never(command)


def open_campaign(command: OpenCampaign, campaign: Campaign | None) -> Sequence[CampaignEvent]:
    identifier(command.campaign_id, "/id")
    one_of(command.scale_id, SCALES, "/scale_id")
    if SCALES[command.scale_id].kind != command.kind:
        raise Unacceptable("scale_mismatch", pointer="/scale_id", kind=command.kind)
    if command.ends_at <= command.starts_at:
        raise Unacceptable("ends_before_start", pointer="/to")
    opened = CampaignOpened(
        campaign_id=command.campaign_id,
        kind=command.kind,
        scale_id=command.scale_id,
        title=text(command.title, "/name", 128),
        community=optional_text(command.community, "/community", 128),
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        issued=within(command.issued, 0, MAX_COUNT, "/issued"),
        issued_by=_counts(command.issued_by, command.issued, "/issued_by"),
        base=_base(command.base),
    )
    if campaign is not None:
        raise IllegalTransition("campaign_already_open")
    return [opened]


def _counts(counts: Sequence[ChannelCount], whole: int, pointer: str) -> tuple[ChannelCount, ...]:
    """Counts by channel, if given, must add up: else there would be two response rates."""
    for n, one in enumerate(counts):
        one_of(one.channel, MODES, f"{pointer}/{n}/channel")
        within(one.count, 0, MAX_COUNT, f"{pointer}/{n}/count")
    distinct([one.channel for one in counts], pointer)
    if counts and sum(one.count for one in counts) != whole:
        raise Unacceptable("parts_are_not_the_whole", pointer=pointer, whole=whole)
    return tuple(counts)


def _base(base: HouseholdBase | None) -> HouseholdBase | None:
    if base is None:
        return None
    within(base.online, 0, MAX_COUNT, "/household_base/online")
    within(base.offline, 0, MAX_COUNT, "/household_base/offline")
    if base.online + base.offline == 0:
        raise Unacceptable("out_of_range", pointer="/household_base", min=1, max=2 * MAX_COUNT)
    return base


def count_bounces(command: CountBounces, campaign: Campaign) -> Sequence[CampaignEvent]:
    """Also allowed on a closed wave: late bounces correct its response rate."""
    counted = CampaignBouncesCounted(
        bounced=within(command.bounced, 0, campaign.issued, "/bounced"),
        bounced_by=_counts(command.bounced_by, command.bounced, "/bounced_by"),
    )
    if (counted.bounced, counted.bounced_by) == (campaign.bounced, campaign.bounced_by):
        return []
    return [counted]


def evolve(campaign: Campaign | None, fact: Fact[CampaignEvent]) -> Campaign | None:
    match fact.event:
        case CampaignOpened() as opened:
            return _campaign(opened, fact.occurred_at)
        case CampaignBouncesCounted() as counted if campaign is not None:
            return replace(campaign, bounced=counted.bounced, bounced_by=counted.bounced_by)
        case CampaignClosed() if campaign is not None:
            return replace(campaign, closed_at=fact.occurred_at)
        case _:
            return campaign


def _campaign(opened: CampaignOpened, at: datetime) -> Campaign:
    return Campaign(
        campaign_id=opened.campaign_id,
        kind=opened.kind,
        scale_id=opened.scale_id,
        title=opened.title,
        community=opened.community,
        starts_at=opened.starts_at,
        ends_at=opened.ends_at,
        closes_at=opened.ends_at if opened.ends_at > at else None,
        issued=opened.issued,
        issued_by=opened.issued_by,
        base=opened.base,
    )


def next_due(campaign: Campaign | None) -> datetime | None:
    return None if campaign is None or campaign.closed_at else campaign.closes_at


def lapse(campaign: Campaign | None, now: datetime) -> Sequence[Fact[CampaignEvent]]:
    due = next_due(campaign)
    return [Fact(CampaignClosed(auto=True), due, SYSTEM)] if due and due <= now else ()


CAMPAIGN: Decider[CampaignCommand, Campaign | None] = Decider(
    category="campaign",
    initial=None,
    state_type=Campaign | None,
    decide=decide,
    evolve=evolve,
    next_due=next_due,
    lapse=lapse,
)
