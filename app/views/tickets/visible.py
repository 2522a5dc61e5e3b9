"""Loads the tickets that a viewer may see, as of now, and renders them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec.structs import replace

from app.domain.errors import NotFound
from app.domain.roles import CHECKS_CONFIDENTIAL_LINKS
from app.domain.ticket.access.conflict import is_about_viewer_unnamed
from app.domain.ticket.access.visibility import knows_reporter, may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket, TicketLink
from app.views.reader import Reader
from app.views.sla.calendars import calendars_for
from app.views.tickets.render import render_ticket

Versioned = tuple[Ticket, int]
"""A ticket and its version."""


async def load_visible(
    reader: Reader, ticket_ids: Sequence[str]
) -> tuple[dict[str, Versioned], datetime]:
    """The tickets that the viewer may see, in the order of the ids; and the tenant's now."""
    streams = [TICKET.stream(ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
    snapshot = await reader.read(*streams)
    found: dict[str, Versioned] = {}
    for stream in streams:
        ticket = snapshot.state(stream)
        if ticket is not None and may_see(reader.viewer, ticket):
            found[stream.key] = as_of(ticket, snapshot.now), snapshot.version(stream)
    if reader.viewer.role in CHECKS_CONFIDENTIAL_LINKS:
        found = await _without_links_about_viewer(reader, found)
    return found, snapshot.now


async def _without_links_about_viewer(
    reader: Reader, found: dict[str, Versioned]
) -> dict[str, Versioned]:
    confidential = [
        link.ticket_id for ticket, _ in found.values() for link in ticket.links if link.confidential
    ]
    about = await unnamed_complaints_about_viewer(reader, confidential) if confidential else ()
    if not about:
        return found
    return {
        key: (replace(ticket, links=_apart_from(about, ticket.links)), version)
        for key, (ticket, version) in found.items()
    }


def _apart_from(hidden: Collection[str], links: Sequence[TicketLink]) -> tuple[TicketLink, ...]:
    return tuple(link for link in links if link.ticket_id not in hidden)


async def load_one(reader: Reader, ticket_id: str) -> tuple[Ticket, int, datetime]:
    """The ticket, its version, and the tenant's now. Raises `NotFound`."""
    found, now = await load_visible(reader, [ticket_id])
    for ticket, version in found.values():
        return ticket, version, now
    raise NotFound("ticket_not_found")


async def hidden_reporters(reader: Reader, ticket_ids: Iterable[str]) -> set[str]:
    """The ids of tickets whose reporter the viewer may not know."""
    return await _those(
        reader, ticket_ids, lambda ticket: not knows_reporter(reader.viewer, ticket)
    )


async def unnamed_complaints_about_viewer(reader: Reader, ticket_ids: Iterable[str]) -> set[str]:
    """The ids of anonymous complaints about the viewer: what hangs on these is not shown at all."""
    return await _those(reader, ticket_ids, partial(is_about_viewer_unnamed, reader.viewer))


async def _those(
    reader: Reader, ticket_ids: Iterable[str], hides: Callable[[Ticket], bool]
) -> set[str]:
    if reader.viewer.role == "owner":
        return set()
    streams = [TICKET.stream(ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
    snapshot = await reader.read(*streams)
    return {
        stream.key
        for stream in streams
        if (ticket := snapshot.state(stream)) is not None and hides(ticket)
    }


def as_of(ticket: Ticket, now: datetime) -> Ticket:
    """With what has lapsed by `now`, recorded or not."""
    lapsed = TICKET.fold(ticket, TICKET.lapse(ticket, now))
    return ticket if lapsed is None else lapsed


async def render_one(
    reader: Reader, ticket: Ticket, version: int, at: datetime, *, present: Ticket | None = None
) -> dict[str, Any]:
    """`render_ticket` with the calendars of its clocks loaded."""
    calendars = await calendars_for(reader, ticket.clocks)
    return render_ticket(reader.viewer, ticket, version, at, calendars, present=present)


async def render_visible(reader: Reader, ticket_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The tickets that the viewer may see, in the order of the ids."""
    found, now = await load_visible(reader, ticket_ids)
    clocks = [clock for ticket, _ in found.values() for clock in ticket.clocks]
    calendars = await calendars_for(reader, clocks)
    return [
        render_ticket(reader.viewer, ticket, version, now, calendars)
        for ticket, version in found.values()
    ]
