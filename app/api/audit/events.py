"""The whole log of a tenant, in order: for integrations and auditors."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.domain import roles
from app.domain.ticket.decider import TICKET
from app.http.callers import Caller, permitted
from app.http.fields import key
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.paging import Limit
from app.http.responses import responses
from app.views.audit.log import read_log
from app.views.audit.shape import LogPage

router = APIRouter(prefix="/v1/events", route_class=JsonRoute)

Auditor = Annotated[Caller, Depends(permitted(roles.READ_LOG))]


def _stream_id(text: str | None) -> str | None:
    """A bare UUID names the stream of that ticket."""
    if text is None:
        return None
    try:
        return TICKET.stream(str(UUID(text))).id
    except ValueError:
        return text


@router.get("", responses=responses({200: LogPage}, 401, 403, 422))
@stops_with_client
async def get_events(
    caller: Auditor,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="A position.")] = 0,
    limit: Limit = 100,
    types: Annotated[
        str | None, Query(max_length=2000, description="Stored names, with commas between.")
    ] = None,
    stream_id: Annotated[str, key(200)] | None = None,
) -> Response:
    """Positions are dense (1, 2, 3 …): reading `after` the last one misses nothing."""
    names = [name.strip() for name in types.split(",") if name.strip()] if types else None
    page = await read_log(
        caller.reader, after=after, limit=limit, types=names, stream_id=_stream_id(stream_id)
    )
    following = None if page.following is None else str(page.following)
    return json_response({"items": page.events, "next_cursor": following, "head": page.head})
