"""What an owner's answer leads to: the work is done once more, or somebody makes up for it
(docs/domain.md §6.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.domain.decider import Given, On
from app.domain.ticket.commands.follow_up import CompleteFollowUp
from app.domain.ticket.commands.ticket import Reopen
from app.domain.ticket.every_kind.follow_ups import (
    CALLBACK,
    About,
    Call,
    about,
    begun,
    dropped_by,
    is_to_be_called,
)
from app.domain.ticket.every_kind.holding import resumed_by
from app.domain.ticket.every_kind.intake import CHANNELS, next_number
from app.domain.ticket.every_kind.links import linked
from app.domain.ticket.every_kind.siblings import TicketStreams, check_room_for_link
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.repair import completion
from app.domain.ticket.state.ticket import Ticket
from app.events.complaint import ComplaintLodged
from app.events.follow_up import FollowUpCompleted
from app.events.ticket import EscalationRaised, TicketReported

COMPLAINT = KINDS["complaint"]
ANY_MATTER = "other"
AGAIN = "dissatisfied_again"


def answered(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    given: Given,
    streams: TicketStreams,
) -> Sequence[Any]:
    """In the same append as the answer: no owner is forgotten between two steps."""
    parent = given.read(streams(completed.parent_id)) if completed.parent_id else None
    match completed.outcome:
        case "recurred" if parent is not None:
            return _done_once_more(completed, command, ticket, parent, given, streams)
        case "dissatisfied":
            return [
                *_complained(completed, command, ticket, parent, given, streams),
                *_called_back(completed, command, ticket, parent, given, streams),
            ]
        case _:
            return []


def _done_once_more(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    parent: Ticket,
    given: Given,
    streams: TicketStreams,
) -> Sequence[On]:
    """As if the owner had asked for it; nothing more where it is being done again already."""
    rule = KINDS[parent.kind].rules.get(Reopen)
    if rule is None or parent.cycle != completed.cycle or parent.status not in rule.when:
        return []
    wanted = Reopen(reason=_words(completed, ticket), new_ticket_id=command.new_ticket_id)
    events = completion.reopen(wanted, parent, given, streams)
    events = [*resumed_by(parent, events), *events]
    dropped = dropped_by(events, parent, given, streams, but=ticket.id)
    return [*_on(parent.id, events, streams), *dropped]


def _complained(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    parent: Ticket | None,
    given: Given,
    streams: TicketStreams,
) -> Sequence[Any]:
    """A complaint of its own, or one level up where there is one already."""
    belongs_to = parent or ticket
    for complaint in _open_complaints(belongs_to, given, streams):
        raised = EscalationRaised(level=complaint.escalation_level + 1, reason=AGAIN)
        return [On(streams(complaint.id), raised)]
    check_room_for_link(belongs_to)
    reported = TicketReported(
        ticket_id=command.complaint_id,
        number=next_number(COMPLAINT, given),
        kind=COMPLAINT.name,
        category=parent.category if parent else ANY_MATTER,
        service_class=ticket.service_class,
        triaged=False,
        description=_words(completed, ticket),
        intake_channel=given.channel if given.channel in CHANNELS else "phone",
        location=ticket.location,
        household_id=ticket.household_id,
        reporter=ticket.reporter,
        quiet_hours=ticket.quiet_hours,
        status=COMPLAINT.begins_as,
    )
    to_parent, to_child = linked(reported, belongs_to, "parent", streams)
    facts = [reported, ComplaintLodged(), to_parent]
    # A link on the follow-up's own stream is its own event.
    of_parent = to_child if parent else to_child.event
    return [*_on(command.complaint_id, facts, streams), of_parent]


def _open_complaints(ticket: Ticket, given: Given, streams: TicketStreams) -> Iterator[Ticket]:
    for child_id in ticket.linked("child"):
        child = given.read(streams(child_id))
        if child is not None and child.kind == COMPLAINT.name and child.is_open:
            yield child


def _called_back(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    parent: Ticket | None,
    given: Given,
    streams: TicketStreams,
) -> Sequence[On]:
    """By a superior, within the time that the policy gives; once at a time."""
    if parent is not None and is_to_be_called(parent, CALLBACK, given, streams, but=ticket.id):
        return []
    call = Call(ticket_id=command.callback_id, purpose=CALLBACK, reason=_words(completed, ticket))
    reported, scheduled = begun(call, _about_the_same(ticket), given)
    told = _on(command.callback_id, [reported, scheduled], streams)
    return [*told, On(streams(parent.id), scheduled)] if parent else told


def _about_the_same(ticket: Ticket) -> About:
    asked = ticket.follow_up
    if asked is None:
        return about(ticket)
    return replace(
        about(ticket),
        parent_id=asked.parent_id,
        parent_number=asked.parent_number,
        cycle=asked.cycle,
        executor=asked.executor,
    )


def _words(completed: FollowUpCompleted, ticket: Ticket) -> str:
    """The owner's own, or where they are to be found."""
    return completed.text or completed.note or ticket.number


def _on(ticket_id: str, events: Sequence[Any], streams: TicketStreams) -> list[On]:
    """Facts of another ticket."""
    return [each if isinstance(each, On) else On(streams(ticket_id), each) for each in events]
