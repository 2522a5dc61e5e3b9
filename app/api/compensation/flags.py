"""Flags on unusual compensations."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.authority.staff_exposure import FlagName
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, key
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.paging import Cursor, Limit
from app.http.responses import responses
from app.projections import compensation_flags, compensations, ledger, ticket_search
from app.projections.compensation_flags import FlagFilters, frequent_claimants, list_flags
from app.views.compensation.flags import load_flags, render_claimant
from app.views.compensation.money_shape import FlagPage

router = APIRouter(prefix="/v1/compensations", route_class=JsonRoute)

# Front desk and supervisors grant; others check.
Checker = Annotated[Caller, Depends(permitted(roles.READ_FLAGS))]
CLAIMS = timedelta(days=90)


@router.get(
    "/flags",
    responses=responses({200: FlagPage}, 401, 403, 422, 503),
)
async def get_flags(
    caller: Checker,
    flag: FlagName | None = None,
    subject: Annotated[str, key(128)] | None = None,
    since: Annotated[QueryInstant | None, Query(alias="from")] = None,
    until: Annotated[QueryInstant | None, Query(alias="to")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """The latest first. A flag blocks no compensation; it asks for a review."""
    services = caller.services
    await services.caught_up(
        caller.tenant_id,
        *(each.NAME for each in (compensation_flags, compensations, ledger, ticket_search)),
    )
    now = await caller.reader.now()
    filters = FlagFilters(flag=flag, subject=subject, since=since, until=until)
    page = caller.paging(cursor, limit, list="flags", filters=filters)
    before = int(page.after[0]) if page.after else 2**62
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_flags(
            connection,
            caller.tenant_id,
            caller.viewer,
            filters,
            before=before,
            limit=page.fetch,
        )
        claimants = (
            []
            if page.after
            else await frequent_claimants(connection, caller.tenant_id, caller.viewer, now - CLAIMS)
        )
    kept, following = page.cut(rows, lambda row: [row.position])
    return json_response(
        {
            "items": await load_flags(caller.reader, kept),
            "claimants": [render_claimant(each) for each in claimants],
            "next_cursor": following,
        }
    )
