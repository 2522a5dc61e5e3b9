"""Facts about survey campaigns: one wave of one question."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCount:
    channel: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdBase:
    """How many households can be reached online, and how many cannot."""

    online: int
    offline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignOpened:
    """A wave began: this question, on this scale, to so many households."""

    campaign_id: str
    kind: str
    scale_id: str
    title: str
    community: str | None = None
    starts_at: datetime
    ends_at: datetime
    issued: int
    issued_by: tuple[ChannelCount, ...] = ()
    base: HouseholdBase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignBouncesCounted:
    """So many of the questions came back so far."""

    bounced: int
    bounced_by: tuple[ChannelCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignClosed:
    """The wave takes no more answers: somebody closed it, or its time was over (`auto`)."""

    auto: bool = False


CampaignEvent = CampaignOpened | CampaignBouncesCounted | CampaignClosed
