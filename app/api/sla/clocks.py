"""Clocks that run, and what was breached."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import tenant_transaction
from app.domain.calendars.durations import iso_of_us
from app.domain.roles import ALL_BUT_OWNERS as STAFF
from app.domain.sla.clock import clock_of
from app.http.answers import json_answer
from app.http.bodies import ClockKind
from app.http.callers import Caller, permitted
from app.http.fields import Id, QueryInstant, key, text
from app.http.json_body import JsonRoute
from app.http.paging import Cursor, Cursors, Limit
from app.http.responses import answers
from app.projections import sla_clocks, ticket_search
from app.projections.sla_clock_lists import (
    ClockFilters,
    Place,
    list_breaches,
    list_clocks,
)
from app.projections.sla_clock_row import Row
from app.views.sla.render import clock_view
from app.views.sla.shape import BreachPage, ClockPage
from app.views.tickets.visible import calendars_for, load_visible

router = APIRouter(prefix="/v1/sla", tags=["sla"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(STAFF, scope="tickets:read"))]
Unfinished = Literal["running", "paused", "breached", "breached_paused"]
Key = tuple[str, str, int]


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
    summary="超时记录 · what was breached",
    responses=answers({200: BreachPage}, 401, 403, 422, 503),
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
    """In the order in which they happened. Waived ones are there too, and say so."""

    async def find(looking: AsyncConnection, now: datetime, after: Place | None) -> list[Row]:
        return await list_breaches(
            looking,
            caller.tenant_id,
            caller.viewer,
            filters,
            now=now,
            retracted=retracted,
            after=after,
            limit=limit + 1,
        )

    scope = {"list": "breaches", "filters": filters, "retracted": retracted}
    rows, following = await _page(caller, find, scope, _occurred, limit=limit, cursor=cursor)
    live = await _live(caller, [row for row in rows if row.verdict is None])
    items = [_breach(row, live.get(_key(row))) for row in rows]
    return json_answer({"items": items, "next_cursor": following})


@router.get(
    "/clocks",
    summary="在途时限 · clocks that run",
    responses=answers({200: ClockPage}, 401, 403, 422, 503),
)
async def get_clocks(
    caller: Reader,
    filters: Filters,
    state: Unfinished | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Those that are not over, the next due first. Each is shown as of now."""

    async def find(looking: AsyncConnection, now: datetime, after: Place | None) -> list[Row]:
        return await list_clocks(
            looking,
            caller.tenant_id,
            caller.viewer,
            replace(filters, state=state),
            now=now,
            after=after,
            limit=limit + 1,
        )

    scope = {"list": "clocks", "filters": filters, "state": state}
    rows, following = await _page(caller, find, scope, _due, limit=limit, cursor=cursor)
    live = await _live(caller, rows)
    items = [{**live[_key(row)], **_whose(row)} for row in rows if _key(row) in live]
    return json_answer({"items": items, "next_cursor": following})


def _occurred(row: Row) -> datetime | None:
    return row.breached_at or row.breaches_at


def _due(row: Row) -> datetime | None:
    return row.due_at


def _key(row: Row) -> Key:
    return row.ticket_id, row.clock, row.cycle


async def _page(
    caller: Caller,
    find: Callable[[AsyncConnection, datetime, Place | None], Awaitable[list[Row]]],
    scope: dict[str, Any],
    order: Callable[[Row], datetime | None],
    *,
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[Row], str | None]:
    services = caller.services
    await services.caught_up(caller.tenant_id, sla_clocks.NAME, ticket_search.NAME)
    now = (await services.store.load(caller.tenant_id, [])).now
    cursors = Cursors(services.cursor_secret)
    scope = {"tenant": caller.tenant_id, "viewer": caller.viewer, **scope}
    after = _place(cursors.read(cursor, scope)) if cursor else None
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await find(connection, now, after)
    return cursors.page(rows, limit, scope, lambda row: [order(row), *_key(row)])


def _place(position: list[Any]) -> Place:
    at, ticket_id, clock, cycle = position
    return Place(at=datetime.fromisoformat(at), ticket_id=ticket_id, clock=clock, cycle=cycle)


async def _live(caller: Caller, rows: Sequence[Row]) -> dict[Key, dict[str, Any]]:
    """The clocks themselves, from their tickets: what has passed by now is nowhere recorded."""
    found, now = await load_visible(caller.reader, [row.ticket_id for row in rows])
    calendars = await calendars_for(caller.reader, [ticket for ticket, _ in found.values()])
    live = {}
    for row in rows:
        ticket, _ = found.get(row.ticket_id, (None, 0))
        clock = clock_of(ticket.clocks, row.clock, row.cycle) if ticket else None
        if clock is not None:
            live[_key(row)] = clock_view(clock, now, calendars)
    return live


def _whose(row: Row) -> dict[str, Any]:
    return {
        "ticket_id": row.ticket_id,
        "number": row.number,
        "service_class": row.service_class,
        "community": row.community,
        "assignee": row.assignee,
    }


def _breach(row: Row, live: dict[str, Any] | None) -> dict[str, Any]:
    overrun = iso_of_us(row.overrun_us) if row.overrun_us is not None else None
    return {
        **_whose(row),
        "clock": row.clock,
        "cycle": row.cycle,
        "due_at": _occurred(row),
        "occurred_at": _occurred(row),
        "detected_at": row.detected_at,
        "overrun": live["overrun"] if live else overrun,
        "ended_at": row.stopped_at,
        "waived": row.waived,
        "retracted": row.retracted,
    }
