"""Tickets that belong together: merged into one, or linked (docs/domain.md §6.1)."""

from collections.abc import Sequence
from typing import Any

from app.domain.checks import one_of
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.ticket.commands.ticket import Link, MergeInto, ReportTicket
from app.domain.ticket.every_kind.siblings import (
    TicketStreams,
    ancestors,
    check_room_for_link,
    named_ticket,
)
from app.domain.ticket.state.ticket import Ticket
from app.events.complaint import ComplaintLodged
from app.events.ticket import DuplicateAbsorbed, TicketLinked, TicketMerged, TicketReported

# What the other ticket is to this one, and so what this one is to the other.
INVERSE = {
    "child": "parent",
    "parent": "child",
    "related": "related",
    "recurs_of": "has_recurrence",
    "quotes": "quoted_by",
}
Named = Ticket | TicketReported
MAY_BE_SAID = ("child", "related", "recurs_of", "quotes")


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
    if target.kind != ticket.kind:
        raise IllegalTransition("merge_across_kinds", kind=target.kind)
    check_room_for_link(target)
    return [
        TicketMerged(into=target.id, into_number=target.number, note=command.note),
        On(streams(target.id), DuplicateAbsorbed(ticket_id=ticket.id, number=ticket.number)),
    ]


def link(command: Link, ticket: Ticket, given: Given, streams: TicketStreams) -> Sequence[Any]:
    one_of(command.kind, MAY_BE_SAID, "/kind")
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
    return linked(ticket, other, command.kind, streams, note=command.note)


def parent_of(command: ReportTicket, given: Given, streams: TicketStreams) -> Ticket | None:
    """The open ticket that the reported one is to be a part of."""
    if command.parent_id is None:
        return None
    parent = named_ticket(command.parent_id, given, streams, "/parent_id")
    if given.actor.role == "owner" and parent.household_id != given.household_id:
        raise Unacceptable("unknown_ticket", pointer="/parent_id")
    if parent.merged_into is not None:
        raise IllegalTransition("ticket_merged", into=parent.merged_into)
    if not parent.is_open:
        raise IllegalTransition("parent_not_open", number=parent.number)
    check_room_for_link(parent)
    return parent


def as_child(
    parent: Ticket, reported: TicketReported, beside: Sequence[Any], streams: TicketStreams
) -> Sequence[Any]:
    anonymous = any(isinstance(each, ComplaintLodged) and each.anonymous for each in beside)
    hidden = anonymous or is_confidential(parent)
    return linked(reported, parent, "parent", streams, confidential=hidden)


def linked(
    one: Named,
    other: Named,
    kind: str,
    streams: TicketStreams,
    *,
    confidential: bool | None = None,
    note: str | None = None,
) -> list[Any]:
    """`other` becomes `one`'s `kind`, on both streams. A link with a complaint whose reporter is
    not to be known is not for all eyes: it would say whose it is."""
    hidden = is_confidential(one, other) if confidential is None else confidential
    return [
        TicketLinked(
            ticket_id=_id(other), number=other.number, kind=kind, confidential=hidden, note=note
        ),
        On(
            streams(_id(other)),
            TicketLinked(
                ticket_id=_id(one), number=one.number, kind=INVERSE[kind], confidential=hidden
            ),
        ),
    ]


def is_confidential(*those: Named) -> bool:
    return any(
        isinstance(each, Ticket) and each.complaint is not None and each.complaint.anonymous
        for each in those
    )


def _id(named: Named) -> str:
    return named.id if isinstance(named, Ticket) else named.ticket_id


def _check_child(ticket: Ticket, child: Ticket, given: Given, streams: TicketStreams) -> None:
    if child.linked("parent"):
        raise IllegalTransition("child_has_parent", number=child.number)
    if child.id in ancestors(ticket, given, streams):
        raise IllegalTransition("link_cycle", number=child.number)
