"""The on-time rate of clocks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.service_classes import ServiceClass
from app.domain.sla.clock import ClockKind
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.responses import responses
from app.projections import sla_clocks, ticket_search
from app.projections.sla_figures import Cohort, Grouping, on_time_counts
from app.views.sla.figures import render_on_time
from app.views.sla.shape import OnTimeAnswer

router = APIRouter(prefix="/v1/metrics", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_CLOCKS))]


async def _cohort(
    clock: ClockKind | None = None,
    service_class: ServiceClass | None = None,
    community: Annotated[str, text(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Clocks that started since then.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> Cohort:
    return Cohort(
        clock=clock, service_class=service_class, community=community, since=since, until=until
    )


@router.get(
    "/on-time",
    responses=responses({200: OnTimeAnswer}, 401, 403, 422, 503),
)
@stops_with_client
async def get_on_time_rate(
    caller: Reader,
    cohort: Annotated[Cohort, Depends(_cohort)],
    group_by: Grouping | None = None,
) -> Response:
    """on time ÷ (on time + late), of the clocks started in the period. An overdue one counts as
    late at once; cancelled and waived ones are counted separately, `raw_value` counts the waived as
    late."""
    services = caller.services
    await services.caught_up(caller.tenant_id, sla_clocks.NAME, ticket_search.NAME)
    snapshot = await caller.reader.read()
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        counts = await on_time_counts(
            connection,
            caller.tenant_id,
            caller.viewer,
            cohort,
            now=snapshot.now,
            zone=snapshot.timezone,
            group_by=group_by,
        )
    return json_response(render_on_time(counts, group_by))
