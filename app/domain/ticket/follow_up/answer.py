"""What the owner's answer leads to: reopening, a complaint, a callback (docs/domain.md §6.3)."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from app.domain.decider import Given, On
from app.domain.ticket.commands.follow_up import CompleteFollowUp
from app.domain.ticket.commands.ticket import Reopen
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.follow_ups import (
    CALLBACK,
    FollowUpContext,
    NewFollowUp,
    cancel_follow_ups,
    context_of,
    has_pending_follow_up,
    open_follow_up,
)
from app.domain.ticket.every_kind.holding import implicit_resume
from app.domain.ticket.every_kind.intake import CHANNELS, next_number
from app.domain.ticket.every_kind.links import link_both
from app.domain.ticket.every_kind.siblings import TicketStreams, check_room_for_link
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.repair import completion
from app.domain.ticket.state.ticket import Ticket
from app.events.complaint import ComplaintLodged
from app.events.follow_up import FollowUpCompleted
from app.events.ticket import EscalationRaised, TicketEvent, TicketReported

COMPLAINT = KINDS["complaint"]
OTHER_CATEGORY = "other"
DISSATISFIED_AGAIN = "dissatisfied_again"


def act_on_answer(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    given: Given,
    streams: TicketStreams,
) -> Decision:
    """Appended together with the answer, so that a crash in between cannot lose it."""
    parent = given.read(streams(completed.parent_id)) if completed.parent_id else None
    match completed.outcome:
        case "recurred" if parent is not None:
            return _reopen_parent(completed, command, ticket, parent, given, streams)
        case "dissatisfied":
            return [
                *_complain(completed, command, ticket, parent, given, streams),
                *_schedule_callback(completed, command, ticket, parent, given, streams),
            ]
        case _:
            return []


def _reopen_parent(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    parent: Ticket,
    given: Given,
    streams: TicketStreams,
) -> Sequence[On]:
    """As if the owner had reopened it; a no-op if that has happened already."""
    rule = KINDS[parent.kind].rules.get(Reopen)
    if rule is None or parent.cycle != completed.cycle or parent.status not in rule.when:
        return []
    wanted = Reopen(reason=_owners_words(completed, ticket), new_ticket_id=command.new_ticket_id)
    events = completion.reopen(wanted, parent, given, streams)
    events = [*implicit_resume(parent, events), *events]
    dropped = cancel_follow_ups(events, parent, given, streams, except_id=ticket.id)
    return [*_on(parent.id, events, streams), *dropped]


def _complain(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    parent: Ticket | None,
    given: Given,
    streams: TicketStreams,
) -> Decision:
    """Opens a complaint, or escalates the one that is open."""
    belongs_to = parent or ticket
    for complaint in _open_complaints(belongs_to, given, streams):
        raised = EscalationRaised(level=complaint.escalation_level + 1, reason=DISSATISFIED_AGAIN)
        return [On(streams(complaint.id), raised)]
    check_room_for_link(belongs_to)
    reported = TicketReported(
        ticket_id=command.complaint_id,
        number=next_number(COMPLAINT, given),
        kind=COMPLAINT.name,
        category=parent.category if parent else OTHER_CATEGORY,
        service_class=ticket.service_class,
        triaged=False,
        description=_owners_words(completed, ticket),
        intake_channel=given.channel if given.channel in CHANNELS else "phone",
        location=ticket.location,
        household_id=ticket.household_id,
        reporter=ticket.reporter,
        quiet_hours=ticket.quiet_hours,
        status=COMPLAINT.initial_status,
    )
    to_parent, to_child = link_both(reported, belongs_to, "parent", streams)
    facts: list[TicketEvent | On] = [reported, ComplaintLodged(), to_parent]
    # A link on the follow-up's own stream is its own event.
    of_parent = to_child if parent else to_child.event
    return [*_on(command.complaint_id, facts, streams), of_parent]


def _open_complaints(ticket: Ticket, given: Given, streams: TicketStreams) -> Iterator[Ticket]:
    for child_id in ticket.linked("child"):
        child = given.read(streams(child_id))
        if child is not None and child.kind == COMPLAINT.name and child.is_open:
            yield child


def _schedule_callback(
    completed: FollowUpCompleted,
    command: CompleteFollowUp,
    ticket: Ticket,
    parent: Ticket | None,
    given: Given,
    streams: TicketStreams,
) -> Sequence[On]:
    """A callback by a superior, due as the policy says; a no-op if one is pending."""
    if parent is not None and has_pending_follow_up(
        parent, CALLBACK, given, streams, except_id=ticket.id
    ):
        return []
    call = NewFollowUp(
        ticket_id=command.callback_id, purpose=CALLBACK, reason=_owners_words(completed, ticket)
    )
    reported, scheduled = open_follow_up(call, _same_context(ticket), given)
    told = _on(command.callback_id, [reported, scheduled], streams)
    return [*told, On(streams(parent.id), scheduled)] if parent else told


def _same_context(ticket: Ticket) -> FollowUpContext:
    asked = ticket.follow_up
    if asked is None:
        return context_of(ticket)
    return replace(
        context_of(ticket),
        parent_id=asked.parent_id,
        parent_number=asked.parent_number,
        cycle=asked.cycle,
        executor=asked.executor,
    )


def _owners_words(completed: FollowUpCompleted, ticket: Ticket) -> str:
    """The owner's own words, else a reference to the follow-up."""
    return completed.text or completed.note or ticket.number


def _on(ticket_id: str, events: Decision, streams: TicketStreams) -> list[On]:
    """The events as events of that ticket."""
    return [each if isinstance(each, On) else On(streams(ticket_id), each) for each in events]
