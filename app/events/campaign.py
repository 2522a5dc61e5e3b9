"""Events of survey campaigns: one wave of one question."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCount:
    channel: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdBase:
    """How many households can be reached online and how many cannot."""

    online: int
    offline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignOpened:
    """A wave was opened: one question on one scale, to `issued` households."""

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
    """This many of the wave's surveys have bounced so far."""

    bounced: int
    bounced_by: tuple[ChannelCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignClosed:
    """The wave takes no more answers: closed by hand, or at its end (`auto`)."""

    auto: bool = False


CampaignEvent = CampaignOpened | CampaignBouncesCounted | CampaignClosed
