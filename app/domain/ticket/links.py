"""Tickets that belong together: merged into one, or linked (domain.md §6.1)."""

from collections.abc import Sequence
from typing import Any

from app.domain.checks import one_of
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition
from app.domain.ticket.commands import Link, MergeInto
from app.domain.ticket.siblings import (
    TicketStreams,
    ancestors,
    check_room_for_link,
    named_ticket,
)
from app.domain.ticket.state import Ticket
from app.events.ticket import DuplicateAbsorbed, TicketLinked, TicketMerged

# What the other ticket is to this one, and so what this one is to the other.
INVERSE = {"child": "parent", "related": "related", "recurs_of": "has_recurrence"}


def merge_into(
    command: MergeInto, ticket: Ticket, given: Given, streams: TicketStreams
) -> Sequence[Any]:
    if command.into == ticket.id:
        raise IllegalTransition("merge_into_itself")
    target = named_ticket(command.into, given, streams, "/into")
    if not target.is_open:
        raise IllegalTransition("merge_target_not_live", status=target.status)
    if target.id in ancestors(ticket, given, streams) or ticket.id in ancestors(
        target, given, streams
    ):
        raise IllegalTransition("merge_target_is_relative", number=target.number)
    check_room_for_link(target)
    return [
        TicketMerged(into=target.id, into_number=target.number, note=command.note),
        On(streams(target.id), DuplicateAbsorbed(ticket_id=ticket.id, number=ticket.number)),
    ]


def link(command: Link, ticket: Ticket, given: Given, streams: TicketStreams) -> Sequence[Any]:
    one_of(command.kind, INVERSE, "/kind")
    if command.ticket_id == ticket.id:
        raise IllegalTransition("link_to_itself")
    other = named_ticket(command.ticket_id, given, streams, "/ticket_id")
    if other.id in ticket.linked(command.kind):
        return []
    if other.merged_into is not None:
        raise IllegalTransition("ticket_merged", into=other.merged_into)
    if command.kind == "child":
        _check_child(ticket, other, given, streams)
    check_room_for_link(ticket, other)
    return [
        TicketLinked(ticket_id=other.id, number=other.number, kind=command.kind, note=command.note),
        On(
            streams(other.id),
            TicketLinked(ticket_id=ticket.id, number=ticket.number, kind=INVERSE[command.kind]),
        ),
    ]


def _check_child(ticket: Ticket, child: Ticket, given: Given, streams: TicketStreams) -> None:
    if child.linked("parent"):
        raise IllegalTransition("child_has_parent", number=child.number)
    if child.id in ancestors(ticket, given, streams):
        raise IllegalTransition("link_cycle", number=child.number)
