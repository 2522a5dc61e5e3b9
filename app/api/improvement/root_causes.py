"""Every confirmed root-cause analysis, superseded ones included."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.paging import Cursor, Limit
from app.http.responses import responses
from app.projections import problems, root_causes, ticket_search
from app.projections.root_causes import Found, RootCauseFilters, list_root_causes
from app.views.improvement.render import render_root_cause
from app.views.improvement.shape import RootCausePage
from app.views.improvement.visible import load_visible_problems

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_PROBLEMS))]


async def _filters(
    category: Annotated[
        str | None, key(64), Query(description="Of a root, or of the trouble.")
    ] = None,
    community: Annotated[str, text(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Confirmed since then.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> RootCauseFilters:
    return RootCauseFilters(category=category, community=community, since=since, until=until)


@router.get(
    "/root-causes",
    responses=responses({200: RootCausePage}, 401, 403, 422, 503),
)
@stops_with_client
async def get_root_causes(
    caller: Reader,
    filters: Annotated[RootCauseFilters, Depends(_filters)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """The latest confirmation first."""
    services = caller.services
    views = (root_causes, problems, ticket_search)
    await services.caught_up(caller.tenant_id, *(each.NAME for each in views))
    viewer = caller.viewer
    page = caller.paging(cursor, limit, list="root_causes", viewer=viewer, filters=filters)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_root_causes(
            connection,
            caller.tenant_id,
            viewer,
            filters,
            after=_place(page.after) if page.after else None,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row.problem_id, row.version, row.confirmed_at])
    found = await load_visible_problems(caller.reader, [row.problem_id for row in kept])
    items = [
        render_root_cause(found[row.problem_id][0], analysis)
        for row in kept
        if row.problem_id in found
        for analysis in found[row.problem_id][0].confirmed
        if analysis.version == row.version
    ]
    return json_response({"items": items, "next_cursor": following})


def _place(position: list[Any]) -> Found:
    problem_id, version, confirmed_at = position
    return Found(
        problem_id=problem_id, version=version, confirmed_at=datetime.fromisoformat(confirmed_at)
    )
