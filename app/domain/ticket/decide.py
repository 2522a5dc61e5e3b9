"""What becomes of a command. Read downwards: may one see it, may one do it, is it the time for it,
and then the rule itself, one function per command in the file that the line names."""

from collections.abc import Sequence
from typing import Any, assert_never

from app.domain.checks import optional_text
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, NotFound
from app.domain.occurrence import check_occurrence, evidence_given, with_own_evidence
from app.domain.ticket import (
    billing,
    clock_commands,
    completion,
    conversation,
    dispatch,
    field_work,
    holding,
    intake,
    links,
    people,
    solution,
)
from app.domain.ticket.clocks import clock_events
from app.domain.ticket.commands import (
    Accept,
    AcceptHandOver,
    AcceptSolution,
    Acknowledge,
    AddCost,
    Arrive,
    Assign,
    Cancel,
    CheckItem,
    Claim,
    Close,
    Comment,
    CompleteWork,
    DeclareDelay,
    Decline,
    DeclineSolution,
    Depart,
    Dispute,
    Escalate,
    HandOver,
    Hold,
    Link,
    MergeInto,
    MigratePolicy,
    OpenToPool,
    ProposeSolution,
    Reclassify,
    RecordNoAccess,
    Reject,
    Release,
    Reopen,
    ReportTicket,
    SettleBill,
    SignCompletion,
    TicketCommand,
    Transfer,
    UpdateProgress,
    Urge,
    Verify,
    WaiveBill,
    WaiveBreach,
)
from app.domain.ticket.evolve import after
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.notices import notices
from app.domain.ticket.permissions import check_holder, check_permitted
from app.domain.ticket.siblings import TicketStreams
from app.domain.ticket.state import Ticket
from app.domain.ticket.transitions import check_transition, is_repeat
from app.domain.ticket.visibility import could_see_in_pool, may_see
from app.domain.workload import WORKLOAD
from app.events.base import Fact
from app.events.workload import LoadReleased, LoadTaken


def decide(
    command: TicketCommand, ticket: Ticket | None, given: Given, streams: TicketStreams
) -> Sequence[Any]:
    optional_text(command.note, "/note", LONG_TEXT)
    sent, given = given, _vouched(command, given)
    if isinstance(command, ReportTicket):
        return [*_report(command, ticket, given), *_evidence(sent)]
    if ticket is None or not _is_visible(command, ticket, given):
        raise NotFound("ticket_not_found")
    check_permitted(command, given)
    repeated = is_repeat(command, ticket, given.actor)
    if not repeated:
        check_transition(command, ticket)
    check_holder(command, ticket, given)
    if repeated:
        return []
    check_occurrence(given, ticket.reported_at)
    events = _events(command, ticket, given, streams)
    events = [*holding.resumed_by(ticket, events), *events]
    if not events:
        return []
    return [
        *events,
        *_load_changes(ticket, events, given),
        *_follow(ticket, events, given),
        *_evidence(sent),
    ]


def _vouched(command: TicketCommand, given: Given) -> Given:
    """A fact told late is vouched for by the photo or the position that it comes with."""
    if given.occurred_at >= given.now:
        return given
    geo = command.geo if isinstance(command, Arrive) else None
    return with_own_evidence(
        given,
        getattr(command, "photo_ids", ()),
        (geo.lat_e6 / 1e6, geo.lon_e6 / 1e6) if geo else None,
    )


def _evidence(given: Given) -> Sequence[Any]:
    fact = evidence_given(given)
    return [fact] if fact else []


def _report(command: ReportTicket, ticket: Ticket | None, given: Given) -> Sequence[Any]:
    check_permitted(command, given)
    if ticket is not None:
        raise IllegalTransition("already_reported")
    events = intake.report_ticket(command, given)
    return [*events, *_follow(None, events, given)]


def _follow(ticket: Ticket | None, events: Sequence[Any], given: Given) -> Sequence[Any]:
    """What the clocks make of it, and who is to be told."""
    return [*clock_events(ticket, events, given), *notices(ticket, events, given)]


def _is_visible(command: TicketCommand, ticket: Ticket, given: Given) -> bool:
    return may_see(given, ticket) or (
        isinstance(command, Claim) and could_see_in_pool(given, ticket)
    )


def _events(  # noqa: C901, PLR0911, PLR0912 - one table, a command a line
    command: TicketCommand, ticket: Ticket, given: Given, streams: TicketStreams
) -> Sequence[Any]:
    match command:
        case ReportTicket():
            raise IllegalTransition("already_reported")
        case Acknowledge():
            return intake.acknowledge(command, ticket, given)
        case Reject():
            return intake.reject(command)
        case Reclassify():
            return intake.reclassify(command, ticket)
        case Cancel():
            return intake.cancel(command)
        case OpenToPool():
            return dispatch.open_to_pool(command)
        case Assign():
            return dispatch.assign(command, ticket, given)
        case Claim():
            return dispatch.claim(command, ticket, given)
        case Accept():
            return dispatch.accept(command, ticket, given)
        case Decline():
            return dispatch.decline(command, ticket, given)
        case Transfer():
            return dispatch.transfer(command, ticket, given)
        case Depart():
            return field_work.depart(command, ticket, given)
        case Arrive():
            return field_work.arrive(command, ticket, given)
        case RecordNoAccess():
            return field_work.record_no_access(command, ticket, given)
        case AddCost():
            return field_work.add_cost(command, ticket)
        case CheckItem():
            return field_work.check_item(command, ticket)
        case ProposeSolution():
            return solution.propose_solution(command, ticket)
        case AcceptSolution():
            return solution.accept_solution(command, ticket, given)
        case DeclineSolution():
            return solution.decline_solution(command, ticket, given)
        case Hold():
            return holding.hold(command, ticket, given)
        case Release():
            return holding.release(command, ticket)
        case CompleteWork():
            return completion.complete_work(command, ticket, given)
        case Verify():
            return completion.verify(command, ticket, given)
        case SignCompletion():
            return completion.sign_completion(command, ticket)
        case Dispute():
            return completion.dispute(command)
        case Close():
            return completion.close(command, ticket, given, streams)
        case Reopen():
            return completion.reopen(command, ticket, given, streams)
        case SettleBill():
            return billing.settle_bill(command, ticket)
        case WaiveBill():
            return billing.waive_bill(command, ticket)
        case MergeInto():
            return links.merge_into(command, ticket, given, streams)
        case Link():
            return links.link(command, ticket, given, streams)
        case HandOver():
            return people.hand_over(command, ticket, given)
        case AcceptHandOver():
            return people.accept_hand_over(command, ticket, given)
        case Urge():
            return conversation.urge(command, ticket)
        case Comment():
            return conversation.comment(command, given)
        case Escalate():
            return conversation.escalate(command, ticket)
        case WaiveBreach():
            return clock_commands.waive_breach(command, ticket)
        case MigratePolicy():
            return clock_commands.migrate_policy(command, ticket, given)
        case DeclareDelay():
            return conversation.declare_delay(command, given)
        case UpdateProgress():
            return conversation.update_progress(command, ticket, given)
        case _:
            assert_never(command)


def _load_changes(ticket: Ticket, events: Sequence[Any], given: Given) -> Sequence[On]:
    """Load follows the ticket, whatever moved it: one place, so that no way around it is left."""
    later = ticket
    for event in events:
        if not isinstance(event, On):
            later = after(later, Fact(event, given.occurred_at, given.actor))
    if later.carrier == ticket.carrier:
        return []
    changes = []
    if ticket.carrier:
        changes.append(On(WORKLOAD.stream(ticket.carrier), LoadReleased(ticket_id=ticket.id)))
    if later.carrier:
        changes.append(On(WORKLOAD.stream(later.carrier), LoadTaken(ticket_id=ticket.id)))
    return changes
