"""Survey figures: NPS, CSAT, CES and SERVQUAL, of a campaign or of an interval."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.statistics.scales import DEFAULT_SCALE
from app.http.callers import Caller, permitted
from app.http.fields import Id, Identifier, QueryInstant, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.responses import responses
from app.projections import surveys
from app.views.surveys.load_figures import FiguresQuery, load_figures, select_answers
from app.views.surveys.shape import CesFigures, CsatFigures, NpsFigures, ServqualFigures

router = APIRouter(prefix="/v1/metrics", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_QUALITY_FIGURES))]


async def _query(
    campaign_id: Id | None = None,
    against: Annotated[
        Id | None, Query(description="An earlier campaign, to see whether it has changed.")
    ] = None,
    since: Annotated[QueryInstant | None, Query(alias="from", description="Answered then.")] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
    community: Annotated[str, text(128)] | None = None,
    engineer: Annotated[
        Identifier | None, Query(description="Who did the work that was asked about.")
    ] = None,
) -> FiguresQuery:
    return FiguresQuery(
        campaign_id=str(campaign_id) if campaign_id else None,
        against=str(against) if against else None,
        since=since,
        until=until,
        community=community,
        rated=engineer,
    )


Selected = Annotated[FiguresQuery, Depends(_query)]


@router.get(
    "/nps",
    responses=responses({200: NpsFigures}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def get_nps(caller: Reader, query: Selected) -> Response:
    """100 × (promoters - detractors) ÷ n. From 30 answers on with a label, which is confirmed where
    the whole interval lies in its band."""
    return json_response(await _figures(caller, query, "nps"))


@router.get(
    "/csat",
    responses=responses({200: CsatFigures}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def get_csat(caller: Reader, query: Selected) -> Response:
    """The percentage of 4 and 5 stars, with a Wilson interval."""
    return json_response(await _figures(caller, query, "csat"))


@router.get(
    "/ces",
    responses=responses({200: CesFigures}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def get_ces(
    caller: Reader,
    query: Selected,
    scale_id: Annotated[str, Query(pattern="^(ces_1_5_low_good|ces2_1_7)$")] = DEFAULT_SCALE["ces"],
) -> Response:
    """The mean. On the scale of 1 to 5 lower is better; scales are never mixed."""
    return json_response(await _figures(caller, query, "ces", scale_id))


@router.get(
    "/servqual",
    responses=responses({200: ServqualFigures}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def get_servqual(caller: Reader, query: Selected) -> Response:
    """Perception minus expectation, weighted by each respondent's hundred points."""
    return json_response(await _figures(caller, query, "servqual"))


async def _figures(
    caller: Caller, query: FiguresQuery, kind: str, scale_id: str | None = None
) -> dict[str, Any]:
    services = caller.services
    selection = await select_answers(caller.reader, query, kind, scale_id)
    await services.caught_up(caller.tenant_id, surveys.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        return await load_figures(caller.reader, connection, selection)
