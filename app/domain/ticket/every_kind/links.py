"""Merging and linking tickets (docs/domain.md §6.1)."""

from typing import Literal, get_args

from app.domain.checks import one_of
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.ticket.access.naming import check_may_name, may_name
from app.domain.ticket.commands.ticket import Link, MergeInto, ReportTicket
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.merged import merged
from app.domain.ticket.every_kind.siblings import (
    TicketStreams,
    ancestors,
    check_room_for_link,
    named_ticket,
)
from app.domain.ticket.state.ticket import Complaint, Ticket
from app.events.ticket import (
    DuplicateAbsorbed,
    TicketLinked,
    TicketMerged,
    TicketReported,
)

# Kind of a link, and its kind in the opposite direction.
INVERSE = {
    "child": "parent",
    "parent": "child",
    "related": "related",
    "recurs_of": "has_recurrence",
    "quotes": "quoted_by",
}
Named = Ticket | TicketReported

LinkKind = Literal["child", "related", "recurs_of", "quotes"]
"""What a person may link by."""
LINKABLE_KINDS: tuple[LinkKind, ...] = get_args(LinkKind)


def merge_into(
    command: MergeInto, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
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
    check_may_name(ticket.complaint, target.complaint)
    check_may_name(target.complaint, ticket.complaint)
    check_room_for_link(target)
    return [
        TicketMerged(into=target.id, into_number=target.number, note=command.note),
        On(streams(target.id), DuplicateAbsorbed(ticket_id=ticket.id, number=ticket.number)),
    ]


def link(command: Link, ticket: Ticket, given: Given, streams: TicketStreams) -> Decision:
    one_of(command.kind, LINKABLE_KINDS, "/kind")
    if command.ticket_id == ticket.id:
        raise IllegalTransition("link_to_itself")
    other = named_ticket(command.ticket_id, given, streams, "/ticket_id")
    check_may_name(ticket.complaint, other.complaint)
    if other.id in ticket.linked(command.kind):
        return []
    if other.merged_into is not None:
        raise merged(command, other, given, streams)
    if command.kind == "child":
        _check_child(ticket, other, given, streams)
    here, there = link_both(ticket, other, command.kind, streams, note=command.note)
    if not may_name(other.complaint, ticket.complaint):
        check_room_for_link(ticket)
        return [here]
    check_room_for_link(ticket, other)
    return [here, there]


def find_parent(command: ReportTicket, given: Given, streams: TicketStreams) -> Ticket | None:
    """The open ticket that the reported one is to become a child of."""
    if command.parent_id is None:
        return None
    parent = named_ticket(command.parent_id, given, streams, "/parent_id")
    if given.actor.role == "owner" and parent.household_id != given.household_id:
        raise Unacceptable("unknown_ticket", pointer="/parent_id")
    if parent.merged_into is not None:
        raise merged(command, parent, given, streams)
    if not parent.is_open:
        raise IllegalTransition("parent_not_open", number=parent.number)
    return parent


def link_to_parent(
    parent: Ticket, reported: TicketReported, lodged: Complaint | None, streams: TicketStreams
) -> Decision:
    """`lodged` is what the report says as a complaint."""
    anonymous = lodged is not None and lodged.anonymous
    hidden = anonymous or is_confidential(parent)
    here, there = link_both(reported, parent, "parent", streams, confidential=hidden)
    return [here, there] if may_name(parent.complaint, lodged) else [here]


def link_both(
    one: Named,
    other: Named,
    kind: str,
    streams: TicketStreams,
    *,
    confidential: bool | None = None,
    note: str | None = None,
) -> tuple[TicketLinked, On]:
    """`other` becomes `one`'s `kind`, recorded on both streams. By default the link is
    confidential if either is an anonymous complaint: it would reveal who complained."""
    hidden = is_confidential(one, other) if confidential is None else confidential
    return (
        TicketLinked(
            ticket_id=_id(other), number=other.number, kind=kind, confidential=hidden, note=note
        ),
        On(
            streams(_id(other)),
            TicketLinked(
                ticket_id=_id(one), number=one.number, kind=INVERSE[kind], confidential=hidden
            ),
        ),
    )


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
    above = {ticket.id, *ancestors(ticket, given, streams)}
    # A child of an anonymous complaint does not name its parent.
    if child.id in above or above & set(child.linked("child")):
        raise IllegalTransition("link_cycle", number=child.number)
