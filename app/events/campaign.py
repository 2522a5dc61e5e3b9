"""Events of survey campaigns: one wave of one question."""

from datetime import datetime

from app.events.base import Integer, Value


class ChannelCount(Value, frozen=True, kw_only=True):
    channel: str
    count: Integer


class HouseholdBase(Value, frozen=True, kw_only=True):
    """How many households can be reached online and how many cannot."""

    online: Integer
    offline: Integer


class CampaignOpened(Value, frozen=True, kw_only=True):
    """A wave was opened: one question on one scale, to `issued` households."""

    campaign_id: str
    kind: str
    scale_id: str
    title: str
    community: str | None = None
    starts_at: datetime
    ends_at: datetime
    issued: Integer
    issued_by: tuple[ChannelCount, ...] = ()
    base: HouseholdBase | None = None


class CampaignBouncesCounted(Value, frozen=True, kw_only=True):
    """This many of the wave's surveys have bounced so far."""

    bounced: Integer
    bounced_by: tuple[ChannelCount, ...] = ()


class CampaignClosed(Value, frozen=True, kw_only=True):
    """The wave takes no more answers: closed by hand, or at its end (`auto`)."""

    auto: bool = False


CampaignEvent = CampaignOpened | CampaignBouncesCounted | CampaignClosed
