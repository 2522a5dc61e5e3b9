"""All that happened, across tickets and what came of them, in one order: what an auditor reads."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.errors import NotFound
from app.domain.records.household import HOUSEHOLD
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.decider import TICKET
from app.events.base import Recorded
from app.http.answers import json_answer
from app.http.callers import Caller, permitted
from app.http.fields import Id, Identifier
from app.http.json_body import JsonRoute
from app.http.paging import Cursor, Cursors, Limit
from app.http.responses import answers
from app.projections.timelines import VIEWS, streams_beside_tickets, streams_of_household
from app.views.events import render_event
from app.views.people.shape import Timeline
from app.views.tickets.visible import load_one, load_visible

router = APIRouter(prefix="/v1", tags=["audit"], route_class=JsonRoute)

Auditor = Annotated[Caller, Depends(permitted(roles.READ_TIMELINES))]
HouseholdId = Annotated[Identifier, Path()]
TICKETS = TICKET.stream("").id


@router.get(
    "/tickets/{ticket_id}/timeline",
    summary="时间线 · a ticket and all that came of it",
    responses=answers({200: Timeline}, 401, 403, 404, 422, 503),
)
async def get_ticket_timeline(
    ticket_id: Id, caller: Auditor, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """The ticket, the tickets that it is linked to, its follow-ups, and their compensation,
    surveys and problems."""
    ticket, _, _ = await load_one(caller.reader, str(ticket_id))
    if not knows_reporter(caller.viewer, ticket):
        raise NotFound("ticket_not_found")
    tickets = [ticket.id, *(link.ticket_id for link in ticket.links)]
    services = caller.services
    await services.caught_up(caller.tenant_id, *VIEWS)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        beside = await streams_beside_tickets(connection, caller.tenant_id, tickets)
    streams = [*(TICKET.stream(each).id for each in tickets), *beside]
    return await _timeline(caller, f"ticket {ticket.id}", streams, limit, cursor)


@router.get(
    "/households/{household_id}/timeline",
    summary="住户时间线 · all that happened between a household and the company",
    responses=answers({200: Timeline}, 401, 403, 404, 422, 503),
)
async def get_household_timeline(
    household_id: HouseholdId, caller: Auditor, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """From the first report to the last answer. What the reader must not know to be this
    household's is not among it."""
    services = caller.services
    await services.caught_up(caller.tenant_id, *VIEWS)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        streams = await streams_of_household(connection, caller.tenant_id, household_id)
    known = await caller.reader.state_of(HOUSEHOLD.stream(household_id))
    if known is None and len(streams) == 1:
        raise NotFound("household_unknown")
    return await _timeline(caller, f"household {household_id}", streams, limit, cursor)


async def _timeline(
    caller: Caller, of: str, streams: Sequence[str], limit: int, cursor: str | None
) -> Response:
    numbers = await _numbers(caller, streams)
    hidden = {each for each in streams if each.startswith(TICKETS) and each not in numbers}
    cursors = Cursors(caller.services.cursor_secret)
    scope = {"timeline": of, "tenant": caller.tenant_id}
    found = await caller.services.store.read_streams(
        caller.tenant_id,
        [each for each in streams if each not in hidden],
        after=cursors.read(cursor, scope)[0] if cursor else 0,
        limit=limit + 1,
    )
    events, following = cursors.page(found, limit, scope, lambda event: [event.position])
    items = [{**render_event(event), "about": _about(event, numbers)} for event in events]
    return json_answer({"items": items, "next_cursor": following})


async def _numbers(caller: Caller, streams: Sequence[str]) -> dict[str, str]:
    """The numbers of the tickets whose reporters the caller may know, by stream."""
    ids = [each.removeprefix(TICKETS) for each in streams if each.startswith(TICKETS)]
    found, _ = await load_visible(caller.reader, ids)
    return {
        TICKET.stream(ticket_id).id: ticket.number
        for ticket_id, (ticket, _) in found.items()
        if knows_reporter(caller.viewer, ticket)
    }


def _about(event: Recorded[Any], numbers: dict[str, str]) -> dict[str, str | None]:
    kind, _, key_of = event.stream_id.partition("-")
    return {"kind": kind, "id": key_of, "number": numbers.get(event.stream_id)}
