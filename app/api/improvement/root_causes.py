"""The auditors' list: every chain of whys that was ever confirmed, superseded ones too."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.api.improvement.problems import problems_seen
from app.db import tenant_transaction
from app.domain import roles
from app.domain.problem.graph import chain_to
from app.domain.problem.state import Problem, Rca
from app.http.answers import json_answer
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, key, text
from app.http.json_body import JsonRoute
from app.http.paging import Cursor, Cursors, Limit
from app.http.responses import answers
from app.projections import root_causes
from app.projections.root_causes import Found, RootCauseFilters, list_root_causes
from app.views.improvement.render import problem_view, rca_view
from app.views.improvement.shape import RootCausePage

router = APIRouter(prefix="/v1", tags=["problems"], route_class=JsonRoute)

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
    summary="根因清单 · confirmed root causes",
    responses=answers({200: RootCausePage}, 401, 403, 422, 503),
)
async def get_root_causes(
    caller: Reader,
    filters: Annotated[RootCauseFilters, Depends(_filters)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """The last confirmed first."""
    services = caller.services
    await services.caught_up(caller.tenant_id, root_causes.NAME)
    cursors = Cursors(services.cursor_secret)
    scope = {
        "list": "root_causes",
        "tenant": caller.tenant_id,
        "communities": caller.communities,
        "filters": filters,
    }
    after = _found(cursors.read(cursor, scope)) if cursor else None
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_root_causes(
            connection,
            caller.tenant_id,
            caller.communities,
            filters,
            after=after,
            limit=limit + 1,
        )
    kept, following = cursors.page(
        rows, limit, scope, lambda row: [row.problem_id, row.version, row.confirmed_at]
    )
    seen = await problems_seen(caller, [row.problem_id for row in kept])
    items = [
        _root_cause(seen[row.problem_id], analysis)
        for row in kept
        if row.problem_id in seen
        for analysis in seen[row.problem_id][0].confirmed
        if analysis.version == row.version
    ]
    return json_answer({"items": items, "next_cursor": following})


def _found(position: list[Any]) -> Found:
    problem_id, version, confirmed_at = position
    return Found(
        problem_id=problem_id, version=version, confirmed_at=datetime.fromisoformat(confirmed_at)
    )


def _root_cause(seen: tuple[Problem, int], analysis: Rca) -> dict[str, Any]:
    problem, version = seen
    whole = problem_view(problem, version)
    return {
        "problem_id": problem.id,
        "number": problem.number,
        "state": problem.state,
        "phenomenon": whole["phenomenon"],
        "place": whole["place"],
        "rca": rca_view(problem, analysis),
        "chains": [_chain(analysis, root) for root in analysis.roots],
        "actions": [each for each in whole["actions"] if each["root"] in analysis.roots],
    }


def _chain(analysis: Rca, root: str) -> dict[str, Any]:
    answers_of = {why.id: why.answer for why in analysis.whys}
    return {"root": root, "answers": [answers_of[each] for each in chain_to(analysis.whys, root)]}
