"""Loads and renders the promises on tickets that a viewer may see, as of now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.errors import NotFound
from app.domain.records.promise_record import PROMISE
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.state.promise import Promise, promise_of
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer
from app.views.promises.render import render_promise
from app.views.reader import Reader
from app.views.redaction import redact_ticket
from app.views.tickets.visible import as_of, load_visible

PromiseOfTicket = tuple[str, str]
"""Ticket id and promise id."""


async def ticket_of_promise(reader: Reader, promise_id: str) -> str:
    """The id of the promise's ticket. Raises `NotFound`."""
    record = await reader.state_of(PROMISE.stream(promise_id))
    if record is None:
        raise NotFound("promise_not_found")
    return record.ticket_id


async def load_one_promise(reader: Reader, promise_id: str) -> tuple[dict[str, Any], int]:
    """Rendered, and the version of its ticket. Raises `NotFound`."""
    found, now = await load_visible(reader, [await ticket_of_promise(reader, promise_id)])
    for ticket, version in found.values():
        return render_one_promise(reader.viewer, ticket, promise_id, now), version
    raise NotFound("promise_not_found")


async def load_visible_promises(
    reader: Reader, ids: Sequence[PromiseOfTicket], *, by_household: bool = False
) -> list[dict[str, Any]]:
    """Rendered, in the order of `ids`. `by_household`: they were filtered by household. Then those
    whose reporter the viewer may not know are dropped, because a match alone would reveal it."""
    found, now = await load_visible(reader, [ticket_id for ticket_id, _ in ids])
    items = []
    for ticket_id, promise_id in ids:
        ticket, _ = found.get(ticket_id, (None, 0))
        if ticket is None or (by_household and not knows_reporter(reader.viewer, ticket)):
            continue
        promise = promise_of(ticket.promises, promise_id)
        if promise is not None:
            items.append(_redacted(reader.viewer, ticket, promise, now))
    return items


def render_one_promise(
    viewer: Viewer, ticket: Ticket, promise_id: str, at: datetime
) -> dict[str, Any]:
    """With what has lapsed by `at`: a due time may already be past. Raises `NotFound`."""
    present = as_of(ticket, at)
    promise = promise_of(present.promises, promise_id)
    if promise is None:
        raise NotFound("promise_not_found")
    return _redacted(viewer, present, promise, at)


def _redacted(viewer: Viewer, ticket: Ticket, promise: Promise, at: datetime) -> dict[str, Any]:
    return redact_ticket(viewer, ticket, render_promise(ticket, promise, at))
