"""Leaves out of a ticket what leads to tickets beyond the viewer's communities: links, merges and
follow-ups that somebody of the whole company made (ADR 0033)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from app.domain.ticket.access.visibility import may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.views.events import strings_of
from app.views.reader import Reader

Unseen = Collection[str]
"""The ids of tickets."""

LENGTH_OF_ID = 36  # a shorter or longer text of an event names no ticket


async def unseen_beside(reader: Reader, tickets: Iterable[Ticket]) -> Unseen:
    """Those that the tickets lead to and the viewer's communities do not have."""
    return await out_of_reach(reader, (each for ticket in tickets for each in _beside(ticket)))


def without_unseen(ticket: Ticket, unseen: Unseen) -> Ticket:
    """`ticket` may be an earlier state of the one that `unseen` was found for."""
    if not unseen:
        return ticket
    follow_up = ticket.follow_up
    if follow_up is not None and follow_up.parent_id in unseen:
        follow_up = replace(follow_up, parent_id=None, parent_number=None)
    return replace(
        without_links_to(ticket, unseen),
        follow_ups=tuple(each for each in ticket.follow_ups if each.ticket_id not in unseen),
        follow_up=follow_up,
    )


def without_links_to(ticket: Ticket, others: Collection[str]) -> Ticket:
    """A merge is a link too."""
    return replace(
        ticket,
        links=tuple(each for each in ticket.links if each.ticket_id not in others),
        merged_into=None if ticket.merged_into in others else ticket.merged_into,
    )


async def events_in_reach(
    reader: Reader, ticket: Ticket, events: Sequence[Recorded[Any]]
) -> list[Recorded[Any]]:
    """Events of `ticket` without those that name an unseen one, as in the log."""
    named = {event.position: {*_ids(event.data)} - {ticket.id} for event in events}
    unseen = await out_of_reach(reader, (each for names in named.values() for each in names))
    return [event for event in events if named[event.position].isdisjoint(unseen)]


async def out_of_reach(reader: Reader, ticket_ids: Iterable[str]) -> Unseen:
    """Those of the tickets that the viewer's communities do not have. For a viewer of the whole
    company nothing is loaded."""
    viewer = reader.viewer
    if not viewer.reach:
        return ()
    streams = [TICKET.stream(each) for each in dict.fromkeys(ticket_ids)]
    if not streams:
        return ()
    snapshot = await reader.read(*streams)
    return {
        stream.key
        for stream in streams
        if (ticket := snapshot.state(stream)) is not None
        and not viewer.reaches(ticket.location.community)
        and not may_see(viewer, ticket)
    }


def _beside(ticket: Ticket) -> Iterator[str]:
    yield from (each.ticket_id for each in ticket.links)
    yield from (each.ticket_id for each in ticket.follow_ups)
    if ticket.merged_into is not None:
        yield ticket.merged_into
    if ticket.follow_up is not None and ticket.follow_up.parent_id is not None:
        yield ticket.follow_up.parent_id


def _ids(value: Any) -> Iterator[str]:
    return (text for _, text in strings_of(value) if len(text) == LENGTH_OF_ID)
