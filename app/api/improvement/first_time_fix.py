"""一次修复率: the share of repairs that one visit fixed for good."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.service_classes import ServiceClass
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.responses import responses
from app.projections import first_time_fixes, ticket_search
from app.projections.first_time_fixes import Cohort, Grouping, count_first_time_fixes
from app.views.improvement.figures import render_first_time_fix
from app.views.improvement.shape import FirstTimeFixAnswer

router = APIRouter(prefix="/v1/metrics", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_QUALITY_FIGURES))]


async def _cohort(
    community: Annotated[str, text(128)] | None = None,
    category: Annotated[str, key(64)] | None = None,
    service_class: ServiceClass | None = None,
    engineer: Annotated[str, key(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Completed since then.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> Cohort:
    return Cohort(
        community=community,
        category=category,
        service_class=service_class,
        engineer=engineer,
        since=since,
        until=until,
    )


@router.get(
    "/first-time-fix",
    responses=responses({200: FirstTimeFixAnswer}, 401, 403, 422, 503),
)
@stops_with_client
async def get_first_time_fix_rate(
    caller: Reader,
    cohort: Annotated[Cohort, Depends(_cohort)],
    group_by: Grouping | None = None,
) -> Response:
    """Of completed repairs whose thirty days have passed: the share done in one visit and neither
    reopened, disputed, repeated nor complained about in that time."""
    services = caller.services
    await services.caught_up(caller.tenant_id, first_time_fixes.NAME, ticket_search.NAME)
    snapshot = await caller.reader.read()
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        counts = await count_first_time_fixes(
            connection,
            caller.tenant_id,
            caller.viewer,
            cohort,
            now=snapshot.now,
            zone=snapshot.timezone,
            group_by=group_by,
        )
    return json_response(render_first_time_fix(counts, group_by))
