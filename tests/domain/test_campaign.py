"""Waves of one question: opened, counted, closed by hand or by their time."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.survey.campaign import (
    CAMPAIGN,
    ChannelCount,
    CloseCampaign,
    CountBounces,
    HouseholdBase,
    OpenCampaign,
)
from app.events.base import SYSTEM, Actor, Fact
from app.events.campaign import CampaignBouncesCounted, CampaignClosed, CampaignOpened
from tests.given_when_then import NOW, Given

LIN = Actor(subject="u-lin", role="csr")
BY_CHANNEL = (ChannelCount(channel="app", count=150), ChannelCount(channel="phone", count=50))
OPENED = CampaignOpened(
    campaign_id="w1",
    kind="nps",
    scale_id="nps_0_10",
    title="第二季度",
    community="jinxiu",
    starts_at=NOW,
    ends_at=NOW + timedelta(days=30),
    issued=200,
    issued_by=BY_CHANNEL,
    base=HouseholdBase(online=900, offline=300),
)


def opening(**changes: Any) -> OpenCampaign:
    said = {name: getattr(OPENED, name) for name in OpenCampaign.__struct_fields__}
    return OpenCampaign(**said | changes)


def test_a_wave_is_opened_once() -> None:
    Given(CAMPAIGN).when(opening(), by=LIN).then(OPENED)
    Given(CAMPAIGN, OPENED).when(opening(), by=LIN).then_refused("campaign_already_open")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scale_id": "csat_1_5"}, "scale_mismatch"),
        ({"scale_id": "stars"}, "not_one_of"),
        ({"ends_at": NOW}, "ends_before_start"),
        ({"title": " "}, "blank"),
        ({"issued": -1}, "out_of_range"),
        ({"issued": 199}, "parts_are_not_the_whole"),
        ({"issued_by": (BY_CHANNEL[0], BY_CHANNEL[0])}, "duplicate_entry"),
        ({"issued_by": (ChannelCount(channel="pigeon", count=200),)}, "not_one_of"),
        ({"base": HouseholdBase(online=0, offline=0)}, "out_of_range"),
        ({"base": HouseholdBase(online=-1, offline=9)}, "out_of_range"),
    ],
)
def test_a_value_out_of_range_is_refused(changes: dict[str, Any], code: str) -> None:
    Given(CAMPAIGN).when(opening(**changes), by=LIN).then_refused(code)


@pytest.mark.parametrize("role", ["owner", "engineer", "auditor", "finance"])
def test_others_run_no_waves(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(CAMPAIGN).when(opening(), by=by).then_refused("role_not_permitted")
    Given(CAMPAIGN, OPENED).when(CloseCampaign(), by=by).then_refused("role_not_permitted")


def test_a_wave_is_closed_once_and_for_good() -> None:
    Given(CAMPAIGN, OPENED).when(CloseCampaign(), by=LIN).then(CampaignClosed())
    Given(CAMPAIGN, OPENED, CampaignClosed()).when(CloseCampaign(), by=LIN).then_nothing()
    Given(CAMPAIGN).when(CloseCampaign(), by=LIN).then_refused("campaign_unknown")


def test_a_wave_closes_by_itself_when_its_time_is_over() -> None:
    state = CAMPAIGN.fold(None, [Fact(OPENED, NOW, LIN)])
    assert CAMPAIGN.next_due(state) == OPENED.ends_at
    assert not CAMPAIGN.lapse(state, OPENED.ends_at - timedelta(microseconds=1))
    [closed] = CAMPAIGN.lapse(state, OPENED.ends_at + timedelta(days=2))
    assert closed == Fact(CampaignClosed(auto=True), OPENED.ends_at, SYSTEM)
    assert CAMPAIGN.next_due(CAMPAIGN.fold(state, [closed])) is None


def test_a_wave_that_is_entered_afterwards_waits_for_somebody_to_close_it() -> None:
    state = CAMPAIGN.fold(None, [Fact(OPENED, OPENED.ends_at, LIN)])
    assert state is not None
    assert CAMPAIGN.next_due(state) is None
    assert not state.is_over(OPENED.ends_at + timedelta(days=9))


def test_what_came_back_is_counted_altogether() -> None:
    back = CampaignBouncesCounted(bounced=4, bounced_by=(ChannelCount(channel="phone", count=4),))
    count = CountBounces(bounced=back.bounced, bounced_by=back.bounced_by)
    Given(CAMPAIGN, OPENED).when(count, by=LIN).then(back)
    Given(CAMPAIGN, OPENED, back).when(count, by=LIN).then_nothing()
    Given(CAMPAIGN, OPENED, CampaignClosed()).when(count, by=LIN).then(back)
    for wrong in (replace(count, bounced=201, bounced_by=()), replace(count, bounced=-1)):
        Given(CAMPAIGN, OPENED).when(wrong, by=LIN).then_refused("out_of_range")
    Given(CAMPAIGN, OPENED).when(replace(count, bounced=5), by=LIN).then_refused(
        "parts_are_not_the_whole"
    )


def test_who_has_communities_named_runs_the_waves_of_these() -> None:
    elsewhere = Given(CAMPAIGN, OPENED)
    elsewhere.when(CloseCampaign(), by=LIN, communities=("lanting",)).then_refused(
        "campaign_unknown"
    )
    everywhere = Given(CAMPAIGN, replace(OPENED, community=None))
    everywhere.when(CloseCampaign(), by=LIN, communities=("lanting",)).then(CampaignClosed())
