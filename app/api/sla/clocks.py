"""Running clocks, and breaches."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import tenant_transaction
from app.domain import roles
from app.domain.sla.clock import ClockKind, UnfinishedState
from app.http.callers import Caller, permitted
from app.http.fields import Id, QueryInstant, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.paging import Cursor, Limit, Paging
from app.http.responses import responses
from app.projections import sla_clocks, ticket_search
from app.projections.sla_clock_lists import (
    ClockFilters,
    Place,
    list_breaches,
    list_clocks,
)
from app.projections.sla_clock_row import Row
from app.views.sla.shape import BreachPage, ClockPage
from app.views.tickets.clocks import key_of, occurred_at, render_breaches, render_running

router = APIRouter(prefix="/v1/sla", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_CLOCKS))]


async def _filters(
    clock: ClockKind | None = None,
    ticket_id: Id | None = None,
    community: Annotated[str, text(128)] | None = None,
    assignee: Annotated[str, key(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Due at that time or later.")
    ] = None,
    until: Annotated[
        QueryInstant | None, Query(alias="to", description="And before that time.")
    ] = None,
) -> ClockFilters:
    return ClockFilters(
        clock=clock,
        ticket_id=str(ticket_id) if ticket_id else None,
        community=community,
        assignee=assignee,
        since=since,
        until=until,
    )


Filters = Annotated[ClockFilters, Depends(_filters)]


@router.get(
    "/breaches",
    responses=responses({200: BreachPage}, 401, 403, 422, 503),
)
async def get_breaches(
    caller: Reader,
    filters: Filters,
    retracted: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="With those that late evidence has disproved.")
    ] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """In the order in which they happened, waived ones included."""
    page = caller.paging(
        cursor, limit, list="breaches", viewer=caller.viewer, filters=filters, retracted=retracted
    )

    async def find(connection: AsyncConnection, now: datetime, after: Place | None) -> list[Row]:
        return await list_breaches(
            connection,
            caller.tenant_id,
            caller.viewer,
            filters,
            now=now,
            retracted=retracted,
            after=after,
            limit=page.fetch,
        )

    rows, following = await _find_page(caller, find, page, occurred_at)
    items = await render_breaches(caller.reader, rows)
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/clocks",
    responses=responses({200: ClockPage}, 401, 403, 422, 503),
)
async def get_clocks(
    caller: Reader,
    filters: Filters,
    state: UnfinishedState | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Those that are not over, the next due first, rendered as of now."""
    page = caller.paging(
        cursor, limit, list="clocks", viewer=caller.viewer, filters=filters, state=state
    )

    async def find(connection: AsyncConnection, now: datetime, after: Place | None) -> list[Row]:
        return await list_clocks(
            connection,
            caller.tenant_id,
            caller.viewer,
            replace(filters, state=state),
            now=now,
            after=after,
            limit=page.fetch,
        )

    rows, following = await _find_page(caller, find, page, _due)
    items = await render_running(caller.reader, rows)
    return json_response({"items": items, "next_cursor": following})


def _due(row: Row) -> datetime | None:
    return row.due_at


async def _find_page(
    caller: Caller,
    find: Callable[[AsyncConnection, datetime, Place | None], Awaitable[list[Row]]],
    page: Paging,
    order: Callable[[Row], datetime | None],
) -> tuple[Sequence[Row], str | None]:
    services = caller.services
    await services.caught_up(caller.tenant_id, sla_clocks.NAME, ticket_search.NAME)
    now = await caller.reader.now()
    after = _place(page.after) if page.after else None
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await find(connection, now, after)
    return page.cut(rows, lambda row: [order(row), *key_of(row)])


def _place(position: list[Any]) -> Place:
    at, ticket_id, clock, cycle = position
    return Place(at=datetime.fromisoformat(at), ticket_id=ticket_id, clock=clock, cycle=cycle)
