"""The tickets that a viewer may see, as of now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.domain.calendars.decider import CALENDAR, versions_of
from app.domain.calendars.version import CalendarVersion
from app.domain.errors import NotFound
from app.domain.sla.clock import Clock
from app.domain.ticket.access.visibility import knows_reporter, may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.views.reader import Reader
from app.views.sla.render import Calendars, calendars_of_the_pack, unknown_calendars
from app.views.tickets.render import render_ticket

Seen = tuple[Ticket, int]
"""A ticket and its version."""


async def load_visible(
    reader: Reader, ticket_ids: Sequence[str]
) -> tuple[dict[str, Seen], datetime]:
    """Of these the tickets that the viewer may see, in this order, and the now that they are of."""
    streams = [TICKET.stream(ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
    snapshot = await reader.read(*streams)
    found: dict[str, Seen] = {}
    for stream in streams:
        ticket = snapshot.state(stream)
        if ticket is not None and may_see(reader.viewer, ticket):
            found[stream.key] = as_of(ticket, snapshot.now), snapshot.version(stream)
    return found, snapshot.now


async def load_one(reader: Reader, ticket_id: str) -> tuple[Ticket, int, datetime]:
    """The ticket, its version, and the now that it is of. Raises `NotFound`."""
    found, now = await load_visible(reader, [ticket_id])
    for ticket, version in found.values():
        return ticket, version, now
    raise NotFound("ticket_not_found")


async def hidden_reporters(reader: Reader, ticket_ids: Iterable[str]) -> set[str]:
    """Of these tickets those whose reporter the viewer may not know."""
    if reader.viewer.role == "owner":
        return set()
    streams = [TICKET.stream(ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
    snapshot = await reader.read(*streams)
    return {
        stream.key
        for stream in streams
        if (ticket := snapshot.state(stream)) is not None
        and not knows_reporter(reader.viewer, ticket)
    }


def as_of(ticket: Ticket, now: datetime) -> Ticket:
    """With what has lapsed by now, whether or not it has been recorded."""
    lapsed = TICKET.fold(ticket, TICKET.lapse(ticket, now))
    return ticket if lapsed is None else lapsed


async def show_ticket(
    reader: Reader, ticket: Ticket, version: int, at: datetime, *, present: Ticket | None = None
) -> dict[str, Any]:
    """`render_ticket`, with the calendars that its clocks go by."""
    calendars = await calendars_for(reader, [ticket])
    return render_ticket(reader.viewer, ticket, version, at, calendars, present=present)


async def calendar_of_clock(reader: Reader, clock: Clock) -> CalendarVersion:
    """The one that it is pinned to."""
    recorded = await reader.state_of(CALENDAR.stream(clock.calendar_id))
    versions = versions_of(clock.calendar_id, recorded)
    if versions is None:
        raise NotFound("calendar_unknown")
    return versions.version(clock.calendar_version)


async def calendars_for(reader: Reader, tickets: Sequence[Ticket]) -> Calendars:
    """The calendars that running clocks of these go by, read in one round trip at most."""
    wanted = sorted({each for ticket in tickets for each in unknown_calendars(ticket.clocks)})
    if not wanted:
        return calendars_of_the_pack
    streams = [CALENDAR.stream(calendar_id) for calendar_id in wanted]
    snapshot = await reader.read(*streams)
    known: dict[tuple[str, int], CalendarVersion] = {}
    for stream in streams:
        calendar = versions_of(stream.key, snapshot.state(stream))
        for one in calendar.versions if calendar else ():
            known[stream.key, one.version] = one
    return lambda calendar_id, version: known.get(
        (calendar_id, version), calendars_of_the_pack(calendar_id, version)
    )
