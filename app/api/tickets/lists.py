"""Lists of tickets, from a read model that is first given time to catch up."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.service_classes import ServiceClass
from app.domain.ticket.kinds.words import Kind, Status
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.paging import Cursor, Limit
from app.http.responses import responses
from app.projections import ticket_search
from app.projections.ticket_search import Found, TicketFilters, TicketSort, search_tickets
from app.projections.ticket_text import TICKET_TEXT
from app.views.tickets.shape import TicketPage
from app.views.tickets.visible import render_visible

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_TICKETS))]
Word = Annotated[str, key(128)]


async def _filters(  # noqa: PLR0913, PLR0917 - each is a query parameter
    kind: Kind | None = None,
    status: Status | None = None,
    service_class: ServiceClass | None = None,
    assignee: Word | None = None,
    household_id: Word | None = None,
    community: Annotated[str, text(128)] | None = None,
    on_hold: bool | None = None,  # noqa: FBT001 - a query parameter
    breached: bool | None = None,  # noqa: FBT001
    reported_from: QueryInstant | None = None,
    reported_to: QueryInstant | None = None,
    q: Annotated[str, text(100), Query(description="In the number or the description.")]
    | None = None,
) -> TicketFilters:
    return TicketFilters(
        kind=kind,
        status=status,
        service_class=service_class,
        assignee=assignee,
        household_id=household_id,
        community=community,
        on_hold=on_hold,
        breached=breached,
        reported_from=reported_from,
        reported_to=reported_to,
        q=q,
    )


@router.get(
    "/tickets",
    responses=responses({200: TicketPage}, 401, 403, 422, 503),
)
async def get_tickets(
    caller: Reader,
    filters: Annotated[TicketFilters, Depends(_filters)],
    sort: TicketSort = "-reported_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Of what the caller may see, rendered as of now even if the read model is behind."""
    services = caller.services
    await services.caught_up(
        caller.tenant_id, ticket_search.NAME, *((TICKET_TEXT.name,) if filters.q else ())
    )
    now = await caller.reader.now()
    viewer = caller.viewer
    page = caller.paging(cursor, limit, viewer=viewer, filters=filters, sort=sort)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await search_tickets(
            connection,
            caller.tenant_id,
            viewer,
            filters,
            now=now,
            sort=sort,
            after=_place(page.after) if page.after else None,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row.ticket_id, row.reported_at, row.due_at])
    items = await render_visible(caller.reader, [row.ticket_id for row in kept])
    return json_response({"items": items, "next_cursor": following})


def _place(position: list[Any]) -> Found:
    ticket_id, reported_at, due_at = position
    return Found(
        ticket_id=ticket_id,
        reported_at=datetime.fromisoformat(reported_at),
        due_at=datetime.fromisoformat(due_at) if due_at else None,
    )
