"""Timelines for auditors: the events of a ticket or a household and of what followed, in order."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.errors import NotFound, Unacceptable
from app.domain.ticket.decider import TICKET
from app.http.callers import Caller, permitted
from app.http.fields import Id, Identifier
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.paging import Cursor, Limit
from app.http.responses import responses
from app.projections.timelines import VIEWS, streams_beside_tickets, streams_of_household
from app.views.audit.shape import Timeline
from app.views.audit.timelines import (
    load_ticket_of_timeline,
    load_timeline,
    render_timeline,
    visible_streams,
)
from app.views.people.visible import check_household_in_reach, load_households

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Auditor = Annotated[Caller, Depends(permitted(roles.READ_TIMELINES))]
MAX_STREAMS = 5_000
HouseholdId = Annotated[Identifier, Path()]


@router.get(
    "/tickets/{ticket_id}/timeline",
    responses=responses({200: Timeline}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def get_ticket_timeline(
    ticket_id: Id, caller: Auditor, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Events of the ticket, its linked tickets and follow-ups, and their compensations, surveys and
    problems."""
    ticket = await load_ticket_of_timeline(caller.reader, str(ticket_id))
    tickets = [ticket.id, *(link.ticket_id for link in ticket.links)]
    services = caller.services
    await services.caught_up(caller.tenant_id, *VIEWS)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        beside = await streams_beside_tickets(connection, caller.tenant_id, tickets)
    streams = [*(TICKET.stream(each).id for each in tickets), *beside]
    return json_response(await _timeline(caller, f"ticket {ticket.id}", streams, limit, cursor))


@router.get(
    "/households/{household_id}/timeline",
    responses=responses({200: Timeline}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def get_household_timeline(
    household_id: HouseholdId, caller: Auditor, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Events that the reader may not connect with this household are left out."""
    await check_household_in_reach(caller.reader, household_id)
    services = caller.services
    await services.caught_up(caller.tenant_id, *VIEWS)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        streams = await streams_of_household(connection, caller.tenant_id, household_id)
    page = await _timeline(caller, f"household {household_id}", streams, limit, cursor)
    if not page["items"] and not await load_households(caller.reader, [household_id]):
        raise NotFound("household_unknown")  # also where all there is must not be seen
    return json_response(page)


async def _timeline(
    caller: Caller, of: str, streams: Sequence[str], limit: int, cursor: str | None
) -> dict[str, Any]:
    if len(streams) > MAX_STREAMS:  # whether each may be seen is checked before paging
        raise Unacceptable("timeline_too_long", max=MAX_STREAMS)
    visible, numbers = await visible_streams(caller.reader, streams)
    page = caller.paging(cursor, limit, timeline=of)
    after = page.after[0] if page.after else 0
    found = await load_timeline(caller.reader, visible, after=after, limit=page.fetch)
    events, following = page.cut(found, lambda event: [event.position])
    items = await render_timeline(caller.reader, events, numbers)
    return {"items": items, "next_cursor": following}
