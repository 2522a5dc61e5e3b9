"""The rate of kept promises."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.ticket.state.promise import PromiseKind, PromiseSource
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.responses import responses
from app.projections import promises, ticket_search
from app.projections.promise_figures import PromiseCohort, PromiseGrouping, promise_counts
from app.views.compensation.money_shape import KeptAnswer
from app.views.promises.figures import render_kept_promises

router = APIRouter(prefix="/v1/metrics", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_QUALITY_FIGURES))]


async def _cohort(
    kind: PromiseKind | None = None,
    source: PromiseSource | None = None,
    community: Annotated[str, text(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Due at that time or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> PromiseCohort:
    return PromiseCohort(kind=kind, source=source, community=community, since=since, until=until)


@router.get(
    "/promises",
    responses=responses({200: KeptAnswer}, 401, 403, 422, 503),
)
@stops_with_client
async def get_kept_rate(
    caller: Reader,
    cohort: Annotated[PromiseCohort, Depends(_cohort)],
    group_by: PromiseGrouping | None = None,
) -> Response:
    """kept ÷ (kept + broken), of the promises due in the period. An overdue one counts as broken at
    once; withdrawn ones are counted separately."""
    services = caller.services
    await services.caught_up(caller.tenant_id, promises.NAME, ticket_search.NAME)
    snapshot = await caller.reader.read()
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        counts = await promise_counts(
            connection,
            caller.tenant_id,
            caller.viewer,
            cohort,
            now=snapshot.now,
            zone=snapshot.timezone,
            group_by=group_by,
        )
    return json_response(render_kept_promises(counts, group_by))
