"""Experience by touchpoint, and frequent words of complaints, over many tickets."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.paging import Limit
from app.http.responses import responses
from app.projections import complaint_words, touchpoints
from app.projections.complaint_words import (
    ComplaintFilters,
    WordSource,
    count_complaints,
    count_words,
)
from app.projections.touchpoints import count_touchpoint_scores
from app.views.surveys.journey import render_journey, render_keywords
from app.views.surveys.shape import JourneyCurve, Keywords

router = APIRouter(prefix="/v1/metrics", route_class=JsonRoute)

# Not engineers: a few scores reveal who gave them.
Reader = Annotated[Caller, Depends(permitted(roles.READ_VOICES))]
Since = Annotated[QueryInstant | None, Query(alias="from")]
Until = Annotated[QueryInstant | None, Query(alias="to", description="Before that time.")]
Community = Annotated[str | None, text(128)]


@router.get(
    "/experience",
    responses=responses({200: JourneyCurve}, 401, 403, 422, 503),
)
@stops_with_client
async def get_journey(
    caller: Reader, since: Since = None, until: Until = None, community: Community = None
) -> Response:
    """The mean score of each touchpoint, in the order of the journey; pains are 3 and less,
    delights 8 and more."""
    services = caller.services
    await services.caught_up(caller.tenant_id, touchpoints.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        found = await count_touchpoint_scores(
            connection,
            caller.tenant_id,
            since=since,
            until=until,
            community=community,
            communities=caller.communities,
        )
    return json_response(render_journey(found))


@router.get(
    "/keywords",
    responses=responses({200: Keywords}, 401, 403, 422, 503),
)
@stops_with_client
async def get_keywords(
    caller: Reader,
    since: Since = None,
    until: Until = None,
    community: Community = None,
    source: Annotated[
        WordSource | None,
        Query(description="Complaints alone, or what the dissatisfied wrote in surveys."),
    ] = None,
    limit: Limit = 20,
) -> Response:
    """The number of complaints that use each word, without words of a single complaint."""
    services = caller.services
    filters = ComplaintFilters(
        source=source,
        community=community,
        communities=caller.communities,
        since=since,
        until=until,
    )
    await services.caught_up(caller.tenant_id, complaint_words.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        n = await count_complaints(connection, caller.tenant_id, filters)
        words = await count_words(connection, caller.tenant_id, filters, limit=limit)
    return json_response(render_keywords(n, words))
