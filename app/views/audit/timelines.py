"""Timelines: the events of several streams in one order, without the tickets whose reporter the
viewer may not know."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.errors import NotFound
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.views.audit.log import visible_page
from app.views.events import render_event
from app.views.reader import Reader
from app.views.redaction import within_communities
from app.views.tickets.visible import load_one, load_visible

TICKETS = TICKET.stream("").id
Numbers = Mapping[str, str]
"""The numbers of tickets, by stream."""


async def load_ticket_of_timeline(reader: Reader, ticket_id: str) -> Ticket:
    """Raises `NotFound`, also where the viewer may not know the reporter."""
    ticket, _, _ = await load_one(reader, ticket_id)
    if not knows_reporter(reader.viewer, ticket):
        raise NotFound("ticket_not_found")
    return ticket


async def visible_streams(reader: Reader, streams: Sequence[str]) -> tuple[list[str], Numbers]:
    """The streams that the viewer may see in a timeline, and the numbers of their tickets."""
    ids = [each.removeprefix(TICKETS) for each in streams if each.startswith(TICKETS)]
    found, _ = await load_visible(reader, ids)
    numbers = {
        TICKET.stream(ticket_id).id: ticket.number
        for ticket_id, (ticket, _) in found.items()
        if knows_reporter(reader.viewer, ticket)
    }
    visible = [each for each in streams if not each.startswith(TICKETS) or each in numbers]
    return visible, numbers


async def load_timeline(
    reader: Reader, streams: Sequence[str], *, after: int, limit: int
) -> Sequence[Recorded[Any]]:
    """Events after a position, without what the viewer may not see."""

    async def fetch(after: int, limit: int) -> Sequence[Recorded[Any]]:
        return await reader.store.read_streams(reader.tenant_id, streams, after=after, limit=limit)

    return await visible_page(reader, fetch, after=after, limit=limit)


async def render_timeline(
    reader: Reader, events: Sequence[Recorded[Any]], numbers: Numbers
) -> list[dict[str, Any]]:
    secret = await reader.store.secret_of(reader.tenant_id)
    shown = [within_communities(reader.viewer, render_event(event, secret)) for event in events]
    return [{**event, "about": _about(event["stream_id"], numbers)} for event in shown]


def _about(stream_id: str, numbers: Numbers) -> dict[str, str | None]:
    kind, _, key = stream_id.partition("-")
    return {"kind": kind, "id": key, "number": numbers.get(stream_id)}
