"""What complaints are about, and how owners feel along the way."""

from datetime import timedelta

from app.events.experience import TouchpointScored
from app.events.survey import SurveyAnswered
from app.events.ticket import Location
from app.projections.complaint_words import ComplaintFilters, count_complaints, count_words
from app.projections.touchpoints import TouchpointScores, count_touchpoint_scores
from tests.events.examples import example
from tests.projections.telling import MORNING, Teller, reported

HOUR = timedelta(hours=1)


async def test_the_most_frequent_words_of_complaints(teller: Teller) -> None:
    """Of complaints and of what the dissatisfied wrote; a repair complains of nothing."""
    for n, words in enumerate(("厨房漏水，态度差", "漏水，响应很慢", "王建国偷懒，态度太差")):
        await teller.tell(
            f"ticket-{n}", reported(f"{n}", words, kind="complaint"), at=MORNING + n * HOUR
        )
    await teller.tell("ticket-9", reported("9", "漏水，响应慢"))
    wrote = example(SurveyAnswered, survey_id="s", text="还是漏水", dissatisfied=True)
    await teller.tell("survey-s", wrote)
    await teller.tell("survey-t", example(SurveyAnswered, survey_id="t", dissatisfied=False))
    await teller.project()
    async with teller.looking() as looking:
        assert await count_complaints(looking, teller.tenant_id, ComplaintFilters()) == 4
        found = await count_words(looking, teller.tenant_id, ComplaintFilters())
        assert found == [("漏水", 3), ("态度", 2), ("态度差", 2)]
        late = ComplaintFilters(since=MORNING + HOUR, source="complaint")
        assert await count_words(looking, teller.tenant_id, late) == []
        assert await count_complaints(looking, teller.tenant_id, late) == 2


async def test_words_of_the_communities_that_one_sees(teller: Teller) -> None:
    for n, community in enumerate(("jinxiu", "lanting", "lanting")):
        told = reported(f"{n}", "噪音大", kind="complaint", location=Location(community=community))
        await teller.tell(f"ticket-{n}", told)
    await teller.project()
    async with teller.looking() as looking:
        near = ComplaintFilters(communities=("lanting",))
        assert await count_words(looking, teller.tenant_id, near) == [("噪音", 2), ("噪音大", 2)]
        assert (
            await count_words(looking, teller.tenant_id, ComplaintFilters(community="jinxiu")) == []
        )


async def test_moods_by_touchpoint(teller: Teller) -> None:
    for n, (touchpoint, score) in enumerate((("report", 3), ("report", 3), ("completion", 9))):
        scored = TouchpointScored(
            ticket_id="t1", touchpoint=touchpoint, score=score, source="owner", community="jinxiu"
        )
        await teller.tell("experience-t1", scored, at=MORNING + n * HOUR)
    await teller.project()
    async with teller.looking() as looking:
        assert await count_touchpoint_scores(looking, teller.tenant_id) == [
            TouchpointScores(touchpoint="completion", scores={9: 1}),
            TouchpointScores(touchpoint="report", scores={3: 2}),
        ]
        first = await count_touchpoint_scores(looking, teller.tenant_id, until=MORNING + HOUR)
        assert first == [TouchpointScores(touchpoint="report", scores={3: 1})]
        assert (
            await count_touchpoint_scores(looking, teller.tenant_id, communities=("lanting",)) == []
        )
