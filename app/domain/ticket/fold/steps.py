"""What several events do to a ticket."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from app.domain.ticket.state.ticket import Ticket, TicketLink
from app.events.base import Fact


def becomes(status: str) -> Callable[[Ticket, Fact[Any]], Ticket]:
    """The event changes the status and nothing else."""

    def step(ticket: Ticket, _fact: Fact[Any]) -> Ticket:
        return replace(ticket, status=status)

    return step


def ended(ticket: Ticket, status: str) -> Ticket:
    assignment = replace(ticket.assignment, offer=None)
    return replace(ticket, status=status, hold=None, hand_over=None, assignment=assignment)


def linked(
    ticket: Ticket, other: str, number: str, kind: str, *, confidential: bool = False
) -> Ticket:
    link = TicketLink(ticket_id=other, number=number, kind=kind, confidential=confidential)
    return ticket if link in ticket.links else replace(ticket, links=(*ticket.links, link))
