"""Surveys as short as a test wants to say them."""

from datetime import timedelta
from typing import Any

from app.domain.decider import Stream
from app.domain.survey.campaign import CAMPAIGN
from app.domain.survey.commands import AnswerSurvey, RecordResponse
from app.domain.survey.content import Content
from app.domain.survey.state import Subject, key_in_campaign, key_of_ticket
from app.domain.ticket.decider import TICKET
from app.events.base import Actor, Fact
from app.events.campaign import CampaignOpened
from app.events.sla import NotificationQueued
from app.events.survey import SurveyAnswered, SurveyIssued, SurveyItem
from app.events.ticket import TicketAssigned, TicketReopened, TicketReported
from tests.events.examples import example
from tests.given_when_then import NOW

LIN = Actor(subject="u-lin", role="csr")
ZHANG = Actor(subject="o-zhang", role="owner")
HOUSEHOLD = "h-3-1201"
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

T1, W1 = TICKET.stream("t1"), CAMPAIGN.stream("w1")
REPORTED = example(TicketReported, ticket_id="t1", household_id=HOUSEHOLD)
ASSIGNED = example(TicketAssigned, engineer="u-li")
AGAIN = example(TicketReopened, cycle=2)
TOLD = NotificationQueued(template="survey_issued", audience="owner")

KEY = key_of_ticket("t1", 1, "csat")
ISSUED = SurveyIssued(
    survey_id=KEY,
    kind="csat",
    scale_id="csat_1_5",
    ticket_id="t1",
    cycle=1,
    household_id=HOUSEHOLD,
    community=REPORTED.location.community,
    rated="u-li",
    expires_at=NOW + WEEK,
)
WAVE = CampaignOpened(
    campaign_id="w1",
    kind="nps",
    scale_id="nps_0_10",
    title="第二季度",
    community="jinxiu",
    starts_at=NOW,
    ends_at=NOW + 30 * DAY,
    issued=200,
)
PAIRS = tuple(SurveyItem(number=n, expected=6, perceived=5) for n in range(1, 23))


def answered(score: int = 5, **changes: Any) -> SurveyAnswered:
    said = {name: getattr(ISSUED, name) for name in Subject.__struct_fields__}
    said |= {"survey_id": KEY, "score": score, "answer_channel": "web", "way": "token"}
    return SurveyAnswered(**said | {"dissatisfied": score <= 2} | changes)


def by_link(score: int | None = 5, **said: Any) -> AnswerSurvey:
    return AnswerSurvey(content=Content(score=score, **said), answer_channel="web")


def by_hand(score: int | None = 5, **changes: Any) -> RecordResponse:
    """A rating of the first cycle, on the telephone."""
    subject: dict[str, Any] = {"kind": "csat", "scale_id": "csat_1_5"}
    subject |= {"ticket_id": "t1", "cycle": 1}
    subject |= {name: changes.pop(name) for name in Subject.__struct_fields__ if name in changes}
    said = {name: changes.pop(name) for name in Content.__struct_fields__ if name in changes}
    made = {"survey_id": KEY, "answer_channel": "phone"} | changes
    return RecordResponse(subject=Subject(**subject), content=Content(score=score, **said), **made)


def vote(score: int = 9, household_id: str | None = HOUSEHOLD, **changes: Any) -> RecordResponse:
    """In the wave."""
    said: dict[str, Any] = {
        "survey_id": key_in_campaign("w1", household_id or ""),
        "kind": "nps",
        "scale_id": "nps_0_10",
        "ticket_id": None,
        "cycle": None,
        "campaign_id": "w1",
        "household_id": household_id,
    }
    return by_hand(score, **said | changes)


def elsewhere(events: Any, stream: Stream[Any, Any]) -> list[Any]:
    """What was recorded on that other stream."""
    return [each.event for each in events if getattr(each, "stream", None) == stream]


def at(event: Any, when: Any, by: Actor = LIN) -> Fact[Any]:
    return Fact(event, when, by)
