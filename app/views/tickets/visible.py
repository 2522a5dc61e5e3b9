"""Loads the tickets that a viewer may see, as of now, and renders them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from app.domain.errors import NotFound
from app.domain.ticket.access.conflict import is_about_viewer_unnamed
from app.domain.ticket.access.visibility import knows_reporter, may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds.complaint import COMPLAINT
from app.domain.ticket.state.ticket import Ticket
from app.views.reader import Reader
from app.views.sla.calendars import calendars_for
from app.views.tickets.beyond import unseen_beside, without_links_to, without_unseen
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
    return await _without_unnamed(reader, found), snapshot.now


async def _without_unnamed(reader: Reader, found: dict[str, Versioned]) -> dict[str, Versioned]:
    """Without links to complaints whose reporter the viewer may not know, and merges into them."""
    named = [each for ticket, _ in found.values() for each in _could_be_unnamed(ticket)]
    hidden = await hidden_reporters(reader, named) if named else ()
    if not hidden:
        return found
    return {
        key: (without_links_to(ticket, hidden), version) for key, (ticket, version) in found.items()
    }


def _could_be_unnamed(ticket: Ticket) -> Iterator[str]:
    """Complaints are merged with complaints only; other links say that they are confidential."""
    is_complaint = ticket.kind == COMPLAINT.name
    for link in ticket.links:
        if link.confidential or (is_complaint and link.kind == "duplicate"):
            yield link.ticket_id
    if is_complaint and ticket.merged_into is not None:
        yield ticket.merged_into


async def as_seen(reader: Reader, ticket: Ticket, version: int) -> Ticket:
    """The state after a command of the viewer."""
    return (await _without_unnamed(reader, {ticket.id: (ticket, version)}))[ticket.id][0]


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
    unseen = await unseen_beside(reader, [ticket, present or ticket])
    shown = without_unseen(ticket, unseen)
    return render_ticket(reader.viewer, shown, version, at, calendars, present=present)


async def render_visible(reader: Reader, ticket_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The tickets that the viewer may see, in the order of the ids."""
    found, now = await load_visible(reader, ticket_ids)
    clocks = [clock for ticket, _ in found.values() for clock in ticket.clocks]
    calendars = await calendars_for(reader, clocks)
    unseen = await unseen_beside(reader, [ticket for ticket, _ in found.values()])
    return [
        render_ticket(reader.viewer, without_unseen(ticket, unseen), version, now, calendars)
        for ticket, version in found.values()
    ]
