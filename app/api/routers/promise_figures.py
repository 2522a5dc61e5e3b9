"""How many promises were kept."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from app.api.answers import json_answer
from app.api.callers import Caller, permitted
from app.api.documents import answers
from app.api.documents_money import KeptAnswer
from app.api.fields import QueryInstant, text
from app.api.figures import rate
from app.api.json_body import JsonRoute
from app.api.visibility import STAFF, viewer_of
from app.db import tenant_transaction
from app.projections import promises, ticket_search
from app.projections.promise_figures import (
    KeptPromises,
    PromiseCohort,
    PromiseGrouping,
    promise_counts,
)

router = APIRouter(prefix="/v1/metrics", tags=["figures"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(STAFF, scope="tickets:read"))]


async def _cohort(
    kind: Literal["completion", "arrival", "update", "suggestion"] | None = None,
    source: Literal["agent", "policy"] | None = None,
    community: Annotated[str, text(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Due at that time or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> PromiseCohort:
    return PromiseCohort(kind=kind, source=source, community=community, since=since, until=until)


@router.get(
    "/promises",
    summary="承诺兑现率 · the share of promises kept",
    responses=answers({200: KeptAnswer}, 401, 403, 422, 503),
)
async def get_kept_rate(
    caller: Reader,
    cohort: Annotated[PromiseCohort, Depends(_cohort)],
    group_by: PromiseGrouping | None = None,
) -> Response:
    """Of the promises by the time they were due: kept ÷ (kept + broken). One that is overdue is
    broken at once; what was withdrawn stands apart."""
    services = caller.services
    await services.caught_up(caller.tenant_id, promises.NAME, ticket_search.NAME)
    loaded = await services.store.load(caller.tenant_id, [])
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        counts = await promise_counts(
            connection,
            caller.tenant_id,
            viewer_of(caller),
            cohort,
            now=loaded.now,
            zone=loaded.timezone,
            group_by=group_by,
        )
    groups = None if group_by is None else [{"key": one.group, **_figures([one])} for one in counts]
    return json_answer({**_figures(counts), "group_by": group_by, "groups": groups})


def _figures(counts: list[KeptPromises]) -> dict[str, Any]:
    kept, broken = sum(one.kept for one in counts), sum(one.broken for one in counts)
    return {
        **rate(kept, kept + broken),
        "kept": kept,
        "broken": broken,
        "withdrawn": sum(one.withdrawn for one in counts),
        "running": sum(one.running for one in counts),
        "owed_fen": sum(one.owed_fen for one in counts),
    }
