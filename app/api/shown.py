"""Tickets as of now: with what has lapsed, and with what has passed on their clocks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.api.veil import veiled_ticket
from app.domain.calendars.decider import CALENDAR, versions_of
from app.domain.calendars.version import CalendarVersion
from app.domain.errors import NotFound
from app.domain.sla.clock import Clock
from app.domain.ticket.access.visibility import knows_reporter, may_see, sees_confidential_links
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.http.callers import Caller
from app.views.sla.render import Calendars, calendars_of_the_pack, unknown_calendars
from app.views.tickets.render import ticket_view

Seen = tuple[Ticket, int]
"""A ticket and its version."""


async def shown(
    caller: Caller, ticket: Ticket, version: int, at: datetime, *, present: Ticket | None = None
) -> dict[str, Any]:
    """`present` is the ticket as it now is, where another state of it is shown."""
    calendars = await calendars_for(caller, [ticket])
    return view_for(caller, ticket, version, at, calendars, present=present)


def view_for(
    caller: Caller,
    ticket: Ticket,
    version: int,
    at: datetime | None = None,
    calendars: Calendars = calendars_of_the_pack,
    *,
    present: Ticket | None = None,
) -> dict[str, Any]:
    view = ticket_view(_for_eyes(caller, ticket), version, at, calendars)
    return veiled_ticket(caller, present or ticket, view)


def _for_eyes(caller: Caller, ticket: Ticket) -> Ticket:
    """Without what staff say among themselves, where an owner looks, and without links that are
    not for the caller's eyes."""
    if any(link.confidential for link in ticket.links) and not sees_confidential_links(
        caller, ticket
    ):
        links = tuple(link for link in ticket.links if not link.confidential)
        ticket = replace(ticket, links=links)
    if caller.role != "owner" or ticket.hold is None or ticket.hold.note is None:
        return ticket
    return replace(ticket, hold=replace(ticket.hold, note=None))


async def calendar_of_clock(caller: Caller, clock: Clock) -> CalendarVersion:
    """The one that it is pinned to."""
    stream = CALENDAR.stream(clock.calendar_id)
    recorded = await caller.services.handler.state_of(caller.tenant_id, stream)
    versions = versions_of(clock.calendar_id, recorded)
    if versions is None:
        raise NotFound("calendar_unknown")
    return versions.version(clock.calendar_version)


async def calendars_for(caller: Caller, tickets: Sequence[Ticket]) -> Calendars:
    """The calendars that running clocks of these go by, read in one round trip at most."""
    wanted = sorted({each for ticket in tickets for each in unknown_calendars(ticket.clocks)})
    if not wanted:
        return calendars_of_the_pack
    streams = [CALENDAR.stream(calendar_id) for calendar_id in wanted]
    services = caller.services
    loaded = await services.store.load(caller.tenant_id, [stream.id for stream in streams])
    known: dict[tuple[str, int], CalendarVersion] = {}
    for stream in streams:
        fold = loaded.streams.get(stream.id)
        recorded = await services.handler.unfold(caller.tenant_id, stream, fold)
        calendar = versions_of(stream.key, recorded)
        for one in calendar.versions if calendar else ():
            known[stream.key, one.version] = one
    return lambda calendar_id, version: known.get(
        (calendar_id, version), calendars_of_the_pack(calendar_id, version)
    )


async def tickets_seen(
    caller: Caller, ticket_ids: Sequence[str]
) -> tuple[dict[str, Seen], datetime]:
    """Of these the tickets that the caller may see, in this order, and the now that they are of."""
    services = caller.services
    streams = [TICKET.stream(ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
    loaded = await services.store.load(caller.tenant_id, [stream.id for stream in streams])
    found: dict[str, Seen] = {}
    for stream in streams:
        fold = loaded.streams.get(stream.id)
        ticket = await services.handler.unfold(caller.tenant_id, stream, fold)
        if ticket is not None and fold is not None and may_see(caller, ticket):
            found[stream.key] = as_of(ticket, loaded.now), fold.version
    return found, loaded.now


async def unnamed(caller: Caller, ticket_ids: Iterable[str]) -> set[str]:
    """Of these tickets those of which the caller is not to know who reported them."""
    if caller.role == "owner":
        return set()
    services = caller.services
    streams = [TICKET.stream(ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
    loaded = await services.store.load(caller.tenant_id, [stream.id for stream in streams])
    hidden = set()
    for stream in streams:
        fold = loaded.streams.get(stream.id)
        ticket = await services.handler.unfold(caller.tenant_id, stream, fold)
        if ticket is not None and not knows_reporter(caller, ticket):
            hidden.add(stream.key)
    return hidden


def as_of(ticket: Ticket, now: datetime) -> Ticket:
    """With what has lapsed by now, whether or not it has been recorded."""
    lapsed = TICKET.fold(ticket, TICKET.lapse(ticket, now))
    return ticket if lapsed is None else lapsed
