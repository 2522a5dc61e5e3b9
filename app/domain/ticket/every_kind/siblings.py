"""Other tickets, as the rules of one ticket read them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.domain.decider import Given, Stream
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.access.visibility import may_see
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.limits import LINKS
from app.domain.ticket.state.ticket import Ticket

# The stream of a ticket by id. Passed in, because the ticket's decider imports these rules.
TicketStreams = Callable[[str], Stream[Any, Ticket | None]]


UNSEEN = "…"


def named_ticket(ticket_id: str, given: Given, streams: TicketStreams, pointer: str) -> Ticket:
    """Raises `Unacceptable`, and `NotPermitted` for a complaint about the actor."""
    other = given.read(streams(ticket_id))
    if other is None or not may_see(given.viewer, other):
        raise Unacceptable("unknown_ticket", pointer=pointer)
    check_no_conflict(given, other)
    return other


def ancestors(ticket: Ticket, given: Given, streams: TicketStreams) -> Iterator[str]:
    """The parent, its parent and so on: a ticket has at most one parent."""
    seen = {ticket.id}
    current: Ticket | None = ticket
    while current is not None:
        parent = next(iter(current.linked("parent")), None)
        if parent is None or parent in seen:
            return
        seen.add(parent)
        yield parent
        current = given.read(streams(parent))


def check_outcomes(ticket: Ticket, given: Given, streams: TicketStreams) -> None:
    """Every child ticket must have an outcome (docs/domain.md §6.2)."""
    children = [given.read(streams(child)) for child in ticket.linked("child")]
    without = [
        child
        for child in children
        if child is not None and child.status not in KINDS[child.kind].outcomes
    ]
    if without:
        raise IllegalTransition("children_without_outcome", numbers=numbers_of(without, given))


def numbers_of(tickets: Sequence[Ticket], given: Given) -> list[str]:
    """For a refusal: those of other communities only counted."""
    reaches = given.viewer.reaches
    return [each.number if reaches(each.location.community) else UNSEEN for each in tickets]


def check_room_for_link(*tickets: Ticket) -> None:
    for ticket in tickets:
        if len(ticket.links) >= LINKS:
            raise IllegalTransition("too_many_links", number=ticket.number, max=LINKS)
