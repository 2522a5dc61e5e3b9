"""The cost of compensation, and the exposure of a household."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.http.callers import Caller, permitted
from app.http.fields import Identifier, QueryInstant, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.responses import responses
from app.projections import ledger, ticket_search
from app.projections.ledger_figures import CostGrouping, Period, costs, tickets_reported
from app.views.compensation.exposure import load_exposure
from app.views.compensation.figures import NOTHING, render_costs
from app.views.compensation.money_shape import CostAnswer, ExposureAnswer

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_MONEY_FIGURES))]


async def _period(
    caller: Reader,
    community: Annotated[str, text(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Granted at that time or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> Period:
    return Period(since=since, until=until, community=community, communities=caller.communities)


@router.get(
    "/metrics/compensation",
    responses=responses({200: CostAnswer}, 401, 403, 422, 503),
)
@stops_with_client
async def get_compensation_cost(
    caller: Reader,
    period: Annotated[Period, Depends(_period)],
    group_by: CostGrouping | None = None,
) -> Response:
    """Of grants in the period: yuan per 100 tickets reported in it. `month` groups by local month;
    a null `rule` is what people granted or promised."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME, ticket_search.NAME)
    zone = (await caller.reader.read()).timezone
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        [whole] = await costs(connection, caller.tenant_id, period, None) or [NOTHING]
        grouped = await costs(connection, caller.tenant_id, period, group_by) if group_by else []
        tickets = await tickets_reported(connection, caller.tenant_id, period, None, zone)
        base = await tickets_reported(connection, caller.tenant_id, period, group_by, zone)
    return json_response(render_costs(whole, tickets.get(None, 0), group_by, grouped, base))


@router.get(
    "/households/{household_id}/exposure",
    responses=responses({200: ExposureAnswer}, 401, 403, 404, 422, 503),
)
async def get_exposure(household_id: Annotated[Identifier, Path()], caller: Reader) -> Response:
    """Grants of the last 400 days, their sums over 30 days, and what the caller may still grant
    alone."""
    return json_response(await load_exposure(caller.reader, household_id))
