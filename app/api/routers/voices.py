"""What owners felt and what they complain of, over many matters."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from app.api.answers import json_answer
from app.api.callers import Caller, permitted
from app.api.documents import answers
from app.api.documents_surveys import JourneyCurve, Keywords
from app.api.fields import QueryInstant, text
from app.api.figures import percent
from app.api.json_body import JsonRoute
from app.api.paging import Limit
from app.api.visibility import STAFF
from app.db import tenant_transaction
from app.domain.estimates import mean_of_counts
from app.domain.experience import DELIGHT, PAIN, TOUCHPOINTS
from app.domain.statistics import ENOUGH
from app.projections import complaint_words, touchpoints
from app.projections.complaint_words import Said, count_complaints, most_said
from app.projections.touchpoints import Mood, moods

router = APIRouter(prefix="/v1/metrics", tags=["figures"], route_class=JsonRoute)

# Not engineers: with few scores they could tell whose they are.
LOOKERS = STAFF - {"engineer", "security"}
Looker = Annotated[Caller, Depends(permitted(LOOKERS, scope="tickets:read"))]
Since = Annotated[QueryInstant | None, Query(alias="from")]
Until = Annotated[QueryInstant | None, Query(alias="to", description="Before that time.")]
Community = Annotated[str | None, text(128)]


@router.get(
    "/experience",
    summary="情绪曲线 · how owners feel along the way",
    responses=answers({200: JourneyCurve}, 401, 403, 422, 503),
)
async def get_journey(
    caller: Looker, since: Since = None, until: Until = None, community: Community = None
) -> Response:
    """The mean of each touchpoint, in the order of the journey: below 3 it hurts, from 8 on it
    delights."""
    services = caller.services
    await services.caught_up(caller.tenant_id, touchpoints.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        found = await moods(
            connection,
            caller.tenant_id,
            since=since,
            until=until,
            community=community,
            communities=caller.communities,
        )
    order = list(TOUCHPOINTS)
    found.sort(key=lambda mood: order.index(mood.touchpoint))
    return json_answer({"items": [_mood(each) for each in found]})


def _mood(mood: Mood) -> dict[str, Any]:
    touchpoint = TOUCHPOINTS[mood.touchpoint]
    estimate = mean_of_counts(mood.scores)
    low, high = estimate.interval
    return {
        "touchpoint": mood.touchpoint,
        "label": touchpoint.label,
        "moment_of_truth": touchpoint.moment_of_truth,
        "n": estimate.n,
        "value": round(estimate.value, 2),
        "ci95": [round(max(1.0, low), 2), round(min(10.0, high), 2)],
        "sufficient": estimate.n >= ENOUGH,
        "pains": sum(n for score, n in mood.scores.items() if score <= PAIN),
        "delights": sum(n for score, n in mood.scores.items() if score >= DELIGHT),
    }


@router.get(
    "/keywords",
    summary="高频抱怨词 · what complaints are about",
    responses=answers({200: Keywords}, 401, 403, 422, 503),
)
async def get_keywords(
    caller: Looker,
    since: Since = None,
    until: Until = None,
    community: Community = None,
    source: Annotated[
        Literal["complaint", "survey"] | None,
        Query(description="Complaints alone, or what the dissatisfied wrote in surveys."),
    ] = None,
    limit: Limit = 20,
) -> Response:
    """How many complaints say each word. A word of one complaint alone is not shown."""
    services = caller.services
    said = Said(
        source=source,
        community=community,
        communities=caller.communities,
        since=since,
        until=until,
    )
    await services.caught_up(caller.tenant_id, complaint_words.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        n = await count_complaints(connection, caller.tenant_id, said)
        words = await most_said(connection, caller.tenant_id, said, limit=limit)
    items = [{"word": word, "n": times, "percent": percent(times / n)} for word, times in words]
    return json_answer({"n": n, "items": items})
