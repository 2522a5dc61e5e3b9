"""一次修复率: how many repairs were mended at the first visit, for good."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.api.answers import json_answer
from app.api.callers import Caller, permitted
from app.api.documents import answers
from app.api.documents_problems import Causes, FirstTimeFixAnswer
from app.api.fields import QueryInstant, key, text
from app.api.figures import rate
from app.api.json_body import JsonRoute
from app.api.schemas.tickets import ServiceClass
from app.api.visibility import STAFF, viewer_of
from app.db import tenant_transaction
from app.projections import first_time_fixes, ticket_search
from app.projections.first_time_fixes import Cohort, Count, Grouping, count_first_time_fixes

router = APIRouter(prefix="/v1/metrics", tags=["figures"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(STAFF, scope="tickets:read"))]


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
    summary="一次修复率 · the share of repairs that held",
    responses=answers({200: FirstTimeFixAnswer}, 401, 403, 422, 503),
)
async def get_first_time_fix_rate(
    caller: Reader,
    cohort: Annotated[Cohort, Depends(_cohort)],
    group_by: Grouping | None = None,
) -> Response:
    """Of the completed repairs whose thirty days have passed: done in one visit, and neither
    reopened, disputed, repeated nor complained about within them."""
    services = caller.services
    await services.caught_up(caller.tenant_id, first_time_fixes.NAME, ticket_search.NAME)
    loaded = await services.store.load(caller.tenant_id, [])
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        counts = await count_first_time_fixes(
            connection,
            caller.tenant_id,
            viewer_of(caller),
            cohort,
            now=loaded.now,
            zone=loaded.timezone,
            group_by=group_by,
        )
    groups = None
    if group_by is not None:
        named = dict.fromkeys(one.group for one in counts)
        groups = [
            {"key": name, **_figures([one for one in counts if one.group == name])}
            for name in named
        ]
    return json_answer({**_figures(counts), "group_by": group_by, "groups": groups})


def _figures(counts: Sequence[Count]) -> dict[str, Any]:
    over = [one for one in counts if one.is_over]
    pending = [one for one in counts if not one.is_over]
    confirmed = sum(one.count for one in over if one.cause is None)
    refuted = sum(one.count for one in over if one.cause is not None)
    return {
        **rate(confirmed, confirmed + refuted),
        "confirmed": confirmed,
        "refuted": refuted,
        "causes": {
            cause: sum(one.count for one in over if one.cause == cause)
            for cause in Causes.model_fields
        },
        "pending": sum(one.count for one in pending),
        "pending_refuted": sum(one.count for one in pending if one.cause is not None),
    }
