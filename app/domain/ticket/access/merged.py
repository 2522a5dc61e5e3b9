"""Refuses a command on a merged ticket, and says where it went (docs/domain.md §6.1)."""

from app.domain.decider import Given
from app.domain.errors import IllegalTransition
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.domain.ticket.state.ticket import Ticket


def merged(
    command: object, ticket: Ticket, given: Given, streams: TicketStreams
) -> IllegalTransition:
    """Without the other ticket where one of the two hides its reporter from the actor: earlier
    releases merged named and anonymous complaints (ADR 0032)."""
    other = given.read(streams(ticket.merged_into or ""))
    both = [each for each in (ticket, other) if each is not None]
    if given.actor.role == "owner" or all(knows_reporter(given.viewer, each) for each in both):
        return IllegalTransition("ticket_merged", into=ticket.merged_into)
    return IllegalTransition(
        "illegal_transition",
        command=type(command).__name__,
        kind=ticket.kind,
        status=ticket.status,
    )
