"""One example of every event of surveys and of how a matter felt, full in every field."""

from datetime import UTC, datetime
from typing import Any

from app.events.campaign import (
    CampaignBouncesCounted,
    CampaignClosed,
    CampaignOpened,
    ChannelCount,
    HouseholdBase,
)
from app.events.experience import TouchpointScored
from app.events.survey import (
    DimensionWeights,
    SurveyAnswered,
    SurveyBounced,
    SurveyDelivered,
    SurveyIssued,
    SurveyItem,
)
from app.events.survey_contact import HouseholdAnswered, HouseholdAsked
from tests.events.ticket_examples import TICKET

SURVEY = "5f2b6c1e-0d3a-5e0c-9a5f-3f6f1b9f7a11"
CAMPAIGN = "0190a5f2-6f1e-7cc3-98c4-dc0c0c07398f"

_ABOUT: dict[str, Any] = {
    "survey_id": SURVEY,
    "kind": "csat",
    "scale_id": "csat_1_5",
    "ticket_id": TICKET,
    "cycle": 2,
    "campaign_id": CAMPAIGN,
    "household_id": "h-3-1201",
    "community": "jinxiu",
    "rated": "u-li",
}

SURVEY_EXAMPLES: tuple[Any, ...] = (
    SurveyIssued(**_ABOUT, expires_at=datetime(2024, 3, 12, 3, 40, tzinfo=UTC), closed_loop=True),
    SurveyDelivered(delivery_channel="mini_program"),
    SurveyBounced(cause="unreachable"),
    SurveyAnswered(
        **_ABOUT,
        score=2,
        items=(SurveyItem(number=1, expected=6, perceived=4),),
        weights=DimensionWeights(
            tangibles=10, reliability=40, responsiveness=30, assurance=10, empathy=10
        ),
        tags=("维修不彻底",),
        text="修完第二天又漏了",
        answer_channel="mini_program",
        way="token",
        dissatisfied=True,
        excluded="staff",
    ),
    HouseholdAsked(survey_id=SURVEY),
    HouseholdAnswered(survey_id=SURVEY, dissatisfied=True),
    CampaignOpened(
        campaign_id=CAMPAIGN,
        kind="nps",
        scale_id="nps_0_10",
        title="2024 年第二季度",
        community="jinxiu",
        starts_at=datetime(2024, 4, 1, tzinfo=UTC),
        ends_at=datetime(2024, 7, 1, tzinfo=UTC),
        issued=200,
        issued_by=(
            ChannelCount(channel="app", count=150),
            ChannelCount(channel="phone", count=50),
        ),
        base=HouseholdBase(online=900, offline=300),
    ),
    CampaignBouncesCounted(bounced=4, bounced_by=(ChannelCount(channel="phone", count=4),)),
    CampaignClosed(auto=True),
    TouchpointScored(
        ticket_id=TICKET,
        touchpoint="completion",
        score=9,
        source="survey",
        survey_id=SURVEY,
        community="jinxiu",
    ),
)
