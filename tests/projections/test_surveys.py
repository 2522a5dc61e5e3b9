"""What the figures count: every question sent, and one vote of each who has one."""

from datetime import datetime, timedelta
from typing import Any

from app.events.base import Actor
from app.events.survey import (
    SurveyAnswered,
    SurveyBounced,
    SurveyDelivered,
    SurveyIssued,
    SurveyItem,
)
from app.projections.survey_tallies import (
    AnswerFilters,
    SendCounts,
    count_other_scales,
    count_reasons,
    count_scores,
    count_sent,
    servqual_answers,
)
from app.projections.surveys import SurveyFilters, list_surveys
from app.viewer import Viewer
from tests.projections.telling import MORNING, Teller

CSR = Viewer(role="csr", subject="u-lin")
LI = Viewer(role="engineer", subject="u-li")
ZHANG = Actor(subject="o-zhang", role="owner")
STARS = AnswerFilters(kind="csat", scale_id="csat_1_5")
NPS = AnswerFilters(kind="nps", scale_id="nps_0_10")


def at(hours: float) -> datetime:
    return MORNING + timedelta(hours=hours)


def issued(key: str, **changes: Any) -> SurveyIssued:
    said: dict[str, Any] = {"kind": "csat", "scale_id": "csat_1_5", "ticket_id": "t1", "cycle": 1}
    said |= {"household_id": "h-1", "community": "jinxiu", "rated": "u-li"}
    return SurveyIssued(**{**said, "survey_id": key, "expires_at": at(168), **changes})


def answered(key: str, score: int | None = 5, **changes: Any) -> SurveyAnswered:
    said: dict[str, Any] = {"kind": "csat", "scale_id": "csat_1_5", "ticket_id": "t1", "cycle": 1}
    said |= {"household_id": "h-1", "community": "jinxiu", "rated": "u-li", "way": "by_hand"}
    said |= {"answer_channel": "app", "dissatisfied": False}
    return SurveyAnswered(**{**said, "survey_id": key, "score": score, **changes})


def vote(key: str, score: int, **changes: Any) -> SurveyAnswered:
    said: dict[str, Any] = {"kind": "nps", "scale_id": "nps_0_10", "ticket_id": None, "cycle": None}
    return answered(key, score, **{**said, "campaign_id": "w1", "rated": None, **changes})


async def counted(teller: Teller, filters: AnswerFilters, viewer: Viewer = CSR) -> dict[Any, int]:
    async with teller.looking() as looking:
        found = await count_scores(looking, teller.tenant_id, viewer, filters)
    return {(each.answer_channel, each.score): each.n for each in found}


async def test_questions_and_answers_are_counted(teller: Teller) -> None:
    await teller.tell("survey-a", issued("a"), at=at(0))
    await teller.tell("survey-a", SurveyDelivered(delivery_channel="app"), at=at(1))
    await teller.tell("survey-a", answered("a", 4, tags=("师傅态度好",)), at=at(2), by=ZHANG)
    await teller.tell("survey-b", issued("b", ticket_id="t2"), at=at(0))
    await teller.tell("survey-b", SurveyBounced(cause="unreachable"), at=at(1))
    await teller.tell("survey-c", answered("c", 1, ticket_id="t3", answer_channel="phone"))
    await teller.project()
    assert await counted(teller, STARS) == {("app", 4): 1, ("phone", 1): 1}
    async with teller.looking() as looking:
        sent = await count_sent(looking, teller.tenant_id, CSR, STARS)
        assert sent == SendCounts(issued=2, bounced=1, answered=1)
        assert await count_reasons(looking, teller.tenant_id, CSR, STARS) == [("师傅态度好", 1)]
        filters = SurveyFilters(ticket_id="t1")
        assert await list_surveys(looking, teller.tenant_id, filters) == ["a"]


async def test_a_household_votes_once_in_each_wave(teller: Teller) -> None:
    """On paper and by link, say: the later one counts."""
    await teller.tell("survey-a", vote("a", 3), at=at(0))
    await teller.tell("survey-b", vote("b", 9), at=at(1))
    await teller.tell("survey-c", vote("c", 8, campaign_id="w2"), at=at(0))
    await teller.tell("survey-d", vote("d", 0, household_id=None), at=at(0))
    await teller.tell("survey-e", vote("e", 1, household_id=None), at=at(0))
    await teller.project()
    assert await counted(teller, NPS) == {("app", s): 1 for s in (9, 8, 0, 1)}
    wave = AnswerFilters(kind="nps", scale_id="nps_0_10", campaign_id="w1")
    assert await counted(teller, wave) == {("app", s): 1 for s in (9, 0, 1)}
    early = AnswerFilters(kind="nps", scale_id="nps_0_10", campaign_id="w1", until=at(1))
    assert await counted(teller, early) == {("app", s): 1 for s in (3, 0, 1)}


async def test_every_cycle_of_every_ticket_is_rated_for_itself(teller: Teller) -> None:
    await teller.tell("survey-a", answered("a", 5), at=at(0))
    await teller.tell("survey-b", answered("b", 1, cycle=2), at=at(1))
    await teller.project()
    assert await counted(teller, STARS) == {("app", 5): 1, ("app", 1): 1}


async def test_our_own_staff_and_other_scales_count_for_nothing(teller: Teller) -> None:
    await teller.tell("survey-a", answered("a", 5, excluded="staff"), at=at(0))
    effort = {"kind": "ces", "scale_id": "ces2_1_7"}
    await teller.tell("survey-b", answered("b", 7, **effort), at=at(0))
    await teller.project()
    assert await counted(teller, STARS) == {}
    low = AnswerFilters(kind="ces", scale_id="ces_1_5_low_good")
    assert await counted(teller, low) == {}
    async with teller.looking() as looking:
        assert await count_other_scales(looking, teller.tenant_id, CSR, low) == {"ces2_1_7": 1}


async def test_one_sees_what_is_in_the_own_reach(teller: Teller) -> None:
    await teller.tell("survey-a", answered("a", 5), at=at(0))
    elsewhere = answered("b", 1, ticket_id="t2", rated="u-wang", community="lanting")
    await teller.tell("survey-b", elsewhere, at=at(0))
    await teller.project()
    assert await counted(teller, STARS, LI) == {("app", 5): 1}
    near = Viewer(role="csr", subject="u-lin", communities=("lanting",))
    assert await counted(teller, STARS, near) == {("app", 1): 1}
    owner = Viewer(role="owner", subject="o-zhang", household_id="h-1")
    assert await counted(teller, STARS, owner) == {}


async def test_the_pairs_of_servqual_are_kept_in_their_order(teller: Teller) -> None:
    items = tuple(SurveyItem(number=n, expected=7, perceived=n % 7 + 1) for n in range(1, 23))
    said = {"kind": "servqual", "scale_id": "servqual_1_7", "items": items, "ticket_id": None}
    await teller.tell("survey-a", answered("a", None, **said), at=at(0))
    await teller.project()
    asked = AnswerFilters(kind="servqual", scale_id="servqual_1_7")
    async with teller.looking() as looking:
        [found] = await servqual_answers(looking, teller.tenant_id, CSR, asked)
    assert (found.expected, found.weights) == ([7] * 22, None)
    assert found.perceived == [n % 7 + 1 for n in range(1, 23)]


async def test_it_comes_to_the_same_however_it_is_cut(teller: Teller) -> None:
    await teller.tell("survey-a", issued("a"), at=at(0))
    await teller.tell("survey-a", SurveyBounced(cause="other"), at=at(1))
    await teller.project(batch=1)
    await teller.tell("survey-a", answered("a", 2, dissatisfied=True), at=at(2))
    await teller.project(batch=1)
    [row] = await teller.rows("surveys")
    assert (row["issued_at"], row["answered_at"], row["bounced"]) == (at(0), at(2), False)
    assert (row["score"], row["dissatisfied"], row["vote"]) == (2, True, "a")
