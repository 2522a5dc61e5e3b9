"""The whole log of a tenant, in order: for integrations and auditors."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.domain import roles
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.decider import TICKET
from app.events.base import Recorded
from app.http.answers import json_answer
from app.http.callers import Caller, permitted
from app.http.fields import key
from app.http.json_body import JsonRoute
from app.http.paging import Limit
from app.http.responses import answers
from app.views.events import render_event
from app.views.redaction import is_withheld, withheld
from app.views.tickets.shape import LogPage
from app.views.tickets.visible import load_visible

router = APIRouter(prefix="/v1/events", tags=["audit"], route_class=JsonRoute)

Auditor = Annotated[Caller, Depends(permitted(roles.READ_LOG))]


def _stream_id(named: str | None) -> str | None:
    """A stream as it is named in events; the bare id of a ticket will do."""
    if named is None:
        return None
    try:
        return TICKET.stream(str(UUID(named))).id
    except ValueError:
        return named


@router.get("", summary="全部事件 · every event", responses=answers({200: LogPage}, 401, 403, 422))
async def get_events(
    caller: Auditor,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="A position.")] = 0,
    limit: Limit = 100,
    types: Annotated[
        str | None, Query(max_length=2000, description="Stored names, with commas between.")
    ] = None,
    stream_id: Annotated[str, key(200)] | None = None,
) -> Response:
    """Positions are dense: 1, 2, 3 … so a reader who asks `after` the last one misses nothing."""
    store = caller.services.store
    named = [name.strip() for name in types.split(",") if name.strip()] if types else None
    events = await store.read_all(
        caller.tenant_id,
        after=after,
        limit=limit + 1,
        types=named,
        stream_id=_stream_id(stream_id),
    )
    head = (await store.load(caller.tenant_id, [])).position
    shown = events[:limit]
    following = str(shown[-1].position) if len(events) > limit else None
    told = await _told(caller, shown)
    if stream_id is not None:  # to be found by its stream would tell too
        told = [event for event in told if not is_withheld(event)]
    return json_answer({"items": told, "next_cursor": following, "head": head})


async def _told(caller: Caller, events: Sequence[Recorded[Any]]) -> list[dict[str, Any]]:
    """Of those who read the log a manager may be whom an anonymous complaint is about. The log
    stays dense; what would say whose it is is withheld, on other streams too."""
    told = [render_event(event) for event in events]
    if caller.role != "manager":
        return told
    about = [_ticket_of(event) for event in events]
    found, _ = await load_visible(caller.reader, [each for each in about if each])
    return [
        withheld(event)
        if each in found and not knows_reporter(caller.viewer, found[each][0])
        else event
        for event, each in zip(told, about, strict=True)
    ]


def _ticket_of(event: Recorded[Any]) -> str:
    """The ticket that an event tells of, on its own stream or on another; empty if none."""
    category, _, ticket_id = event.stream_id.partition("-")
    named = ticket_id if category == TICKET.category else event.data.get("ticket_id")
    return named if isinstance(named, str) else ""
