"""Series of visits: start, read, skip one visit, end."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.follow_ups.bodies import EndBody, SeriesBody, SkipBody
from app.commands import Outcome
from app.db import tenant_transaction
from app.domain import roles
from app.domain.follow_up_series.decider import (
    FOLLOW_UP_SERIES,
    EndSeries,
    SeriesCommand,
    SkipVisit,
    StartSeries,
)
from app.http.callers import Caller, permitted
from app.http.fields import Id, Identifier
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.paging import Cursor, Limit
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    command_responses,
    read_responses,
    responses,
)
from app.projections import follow_up_series_list, ticket_search
from app.projections.follow_up_series_list import list_series
from app.views.follow_ups.render import render_series
from app.views.follow_ups.shape import SeriesAnswer, SeriesPage
from app.views.follow_ups.visible import load_one_series, load_visible_series

router = APIRouter(prefix="/v1/follow-up-series", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_FOLLOW_UP_SERIES))]
Editor = Annotated[Caller, Depends(permitted(roles.EDIT_FOLLOW_UP_SERIES))]


@router.post(
    "",
    status_code=201,
    responses=responses(
        {201: SeriesAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=COMMAND_HEADERS | LOCATION
    ),
    openapi_extra=IDEMPOTENT,
)
async def start_series(body: SeriesBody, caller: Editor) -> Response:
    """Each visit becomes a follow-up of its own a day before it is due."""
    series_id = str(caller.services.new_id())
    command = StartSeries(
        series_id=series_id,
        ticket_id=body.ticket_id,
        household_id=body.household_id,
        location=body.location.location() if body.location else None,
        purpose=body.purpose,
        cadence=body.cadence,
        first_at=body.first_at,
        until=body.until,
        assigned_to=body.assigned_to,
        reason=body.reason,
        note=body.note,
    )
    outcome = await caller.services.handler.handle(
        FOLLOW_UP_SERIES.stream(series_id), command, await caller.envelope(status=201)
    )
    return _response(outcome)


@router.get(
    "",
    responses=responses({200: SeriesPage}, 401, 403, 422, 503),
)
async def get_series_list(
    caller: Reader,
    household_id: Annotated[Identifier | None, Query()] = None,
    ticket_id: Annotated[Identifier | None, Query()] = None,
    active: bool | None = None,  # noqa: FBT001 - a query parameter
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """The newest first."""
    services = caller.services
    await services.caught_up(caller.tenant_id, follow_up_series_list.NAME, ticket_search.NAME)
    viewer = caller.viewer
    page = caller.paging(
        cursor,
        limit,
        list="follow_up_series",
        viewer=viewer,
        household_id=household_id,
        ticket_id=ticket_id,
        active=active,
    )
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_series(
            connection,
            caller.tenant_id,
            viewer,
            household_id=household_id,
            ticket_id=ticket_id,
            active=active,
            before=page.after[0] if page.after else None,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row])
    found = await load_visible_series(caller.reader, kept)
    items = [render_series(series, version) for series, version in found.values()]
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/{series_id}",
    responses=read_responses(SeriesAnswer),
    openapi_extra=READ,
)
async def get_series(series_id: Id, request: Request, caller: Reader) -> Response:
    series, version = await load_one_series(caller.reader, str(series_id))
    return versioned_response(request, render_series(series, version), version)


@router.post(
    "/{series_id}/skip",
    responses=command_responses(SeriesAnswer),
    openapi_extra=VERSIONED,
)
async def skip_visit(series_id: Id, body: SkipBody, caller: Editor) -> Response:
    """A visit that has a ticket already is refused: cancel the ticket."""
    command = SkipVisit(on=body.date, reason=body.reason, note=body.note)
    return await _execute(caller, series_id, command)


@router.post(
    "/{series_id}/end",
    responses=command_responses(SeriesAnswer),
    openapi_extra=VERSIONED,
)
async def end_series(series_id: Id, body: EndBody, caller: Editor) -> Response:
    """Visits that have tickets already stay."""
    return await _execute(caller, series_id, EndSeries(reason=body.reason, note=body.note))


async def _execute(caller: Caller, series_id: Id, command: SeriesCommand) -> Response:
    stream = FOLLOW_UP_SERIES.stream(str(series_id))
    return _response(await caller.services.handler.handle(stream, command, await caller.envelope()))


def _response(outcome: Outcome) -> Response:
    view = render_series(outcome.state, outcome.version)
    location = (lambda: f"/v1/follow-up-series/{view['id']}") if outcome.status == 201 else None
    return outcome_response(outcome, view, location)
