"""Refuses a command on a merged ticket, and says where it went (docs/domain.md §6.1)."""

from app.domain.decider import Given
from app.domain.errors import IllegalTransition
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.commands.ticket import Comment, MergeInto, Urge
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.domain.ticket.state.ticket import Ticket

MERGED = "ticket_merged"


def check_not_merged(
    command: object, ticket: Ticket, given: Given, streams: TicketStreams, *, repeated: bool
) -> None:
    """Of the commands that are given on the other ticket instead. A repeated merge is a no-op, but
    for whom that would tell where the ticket went."""
    if ticket.merged_into is None or not isinstance(command, Comment | Urge | MergeInto):
        return
    refusal = merged(command, ticket, given, streams)
    if not repeated or refusal.code != MERGED:
        raise refusal


def merged(
    command: object, ticket: Ticket, given: Given, streams: TicketStreams
) -> IllegalTransition:
    """Without the other ticket where one of the two hides its reporter from the actor: earlier
    releases merged named and anonymous complaints (ADR 0032)."""
    other = given.read(streams(ticket.merged_into or ""))
    both = [each for each in (ticket, other) if each is not None]
    if given.actor.role == "owner" or all(knows_reporter(given.viewer, each) for each in both):
        return IllegalTransition(MERGED, into=ticket.merged_into)
    return IllegalTransition(
        "illegal_transition",
        command=type(command).__name__,
        kind=ticket.kind,
        status=ticket.status,
    )
