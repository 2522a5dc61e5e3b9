"""Decides a ticket's commands. Read downwards: may the actor see the ticket, may they give the
command, does the status allow it; then the rule itself, one function per command."""

from typing import assert_never

from app.domain.backdating import check_occurred_at, evidence_event, with_command_evidence
from app.domain.checks import optional_text
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, NotFound
from app.domain.ticket import suggestion
from app.domain.ticket.access.permissions import check_holder, check_permitted
from app.domain.ticket.access.transitions import check_transition, is_repeat
from app.domain.ticket.access.visibility import could_see_in_pool, could_support, may_see
from app.domain.ticket.clocks import decide as clock_commands
from app.domain.ticket.commands.complaint import ComplaintCommand, Support
from app.domain.ticket.commands.follow_up import (
    Attempt,
    CompleteFollowUp,
    MarkUnreachable,
    Reschedule,
    ScheduleFollowUp,
)
from app.domain.ticket.commands.ticket import (
    AcceptHandOver,
    Acknowledge,
    Arrive,
    Cancel,
    Claim,
    Close,
    Comment,
    Escalate,
    ExcusePromise,
    ExerciseAuthority,
    HandOver,
    Hold,
    KeepPromise,
    Link,
    MakePromise,
    MergeInto,
    MigratePolicy,
    Reclassify,
    RecordExclusion,
    Reject,
    Release,
    ReportTicket,
    RevisePromise,
    TicketCommand,
    Urge,
    WaiveBreach,
    WithdrawPromise,
)
from app.domain.ticket.complaint import decide as complaint
from app.domain.ticket.complaint import intake as complaint_intake
from app.domain.ticket.consequences import consequences
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind import (
    conversation,
    discretion,
    exclusion,
    holding,
    intake,
    links,
    people,
)
from app.domain.ticket.every_kind.follow_ups import cancel_follow_ups, schedule
from app.domain.ticket.every_kind.merged import check_not_merged
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.domain.ticket.follow_up import decide as follow_up
from app.domain.ticket.kinds.complaint import COMPLAINT
from app.domain.ticket.kinds.follow_up import FOLLOW_UP
from app.domain.ticket.kinds.suggestion import SUGGESTION
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.promise import decide as promises
from app.domain.ticket.repair import completion
from app.domain.ticket.repair import decide as repair
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import TicketEvent


def decide(
    command: TicketCommand, ticket: Ticket | None, given: Given, streams: TicketStreams
) -> Decision:
    optional_text(command.note, "/note", LONG_TEXT)
    sent, given = given, _with_evidence(command, given)
    if isinstance(command, ReportTicket):
        return [*_report(command, ticket, given, streams), *_evidence_events(sent)]
    if isinstance(command, ScheduleFollowUp):
        return [*_schedule(command, ticket, given, streams), *_evidence_events(sent)]
    if ticket is None or not _is_visible(command, ticket, given):
        raise NotFound("ticket_not_found")
    check_permitted(command, ticket.kind, given)
    repeated = is_repeat(command, ticket, given.actor)
    check_not_merged(command, ticket, given, streams, repeated=repeated)
    if not repeated:
        check_transition(command, ticket)
    check_holder(command, ticket, given)
    complaint.check_conflict_of_interest(command, ticket, given, streams)
    if repeated:
        return []
    check_occurred_at(given, ticket.reported_at)
    events = _apply_rule(command, ticket, given, streams)
    events = [*holding.implicit_resume(ticket, events), *events]
    events = [*events, *cancel_follow_ups(events, ticket, given, streams)]
    if not events:
        return []
    return [
        *events,
        *consequences(ticket, events, given),
        *_evidence_events(sent),
    ]


def _with_evidence(command: TicketCommand, given: Given) -> Given:
    """The photos and position of a late command count as its evidence."""
    if given.occurred_at >= given.now:
        return given
    geo = command.geo if isinstance(command, Arrive) else None
    return with_command_evidence(
        given,
        getattr(command, "photo_ids", ()),
        (geo.lat_e6 / 1e6, geo.lon_e6 / 1e6) if geo else None,
    )


def _evidence_events(given: Given) -> Decision:
    fact = evidence_event(given)
    return [fact] if fact else []


def _report(
    command: ReportTicket, ticket: Ticket | None, given: Given, streams: TicketStreams
) -> Decision:
    check_permitted(command, command.kind, given)
    if ticket is not None:
        raise IllegalTransition("already_reported")
    parent = links.find_parent(command, given, streams)
    complaint_intake.check_lodging(command, given)
    lodged = complaint_intake.lodged_as(command, parent)
    complaint_intake.check_named(command, lodged, parent, given, streams)
    reported, photo_links = intake.report_ticket(command, given)
    events: list[TicketEvent | On] = [*photo_links]
    if lodged is not None:
        events += complaint_intake.lodge(command, reported, lodged, parent, given, streams)
    if parent is not None:
        events += links.link_to_parent(parent, reported, lodged, streams)
    return [reported, *events, *consequences(None, [reported, *events], given)]


def _schedule(
    command: ScheduleFollowUp, ticket: Ticket | None, given: Given, streams: TicketStreams
) -> Decision:
    """A reactor may repeat it: then it is a no-op. For anybody else an existing id is refused."""
    check_permitted(command, FOLLOW_UP.name, given)
    if ticket is not None:
        if given.actor.role == "system":
            return []
        raise IllegalTransition("already_reported")
    events = schedule(command, given, streams)
    return [*events, *consequences(None, events, given)]


def _is_visible(command: TicketCommand, ticket: Ticket, given: Given) -> bool:
    return (
        may_see(given.viewer, ticket)
        or (isinstance(command, Claim) and could_see_in_pool(given.viewer, ticket))
        or (isinstance(command, Support) and could_support(given.viewer, ticket))
    )


def _apply_rule(  # noqa: C901, PLR0911, PLR0912 - one table, a command a line
    command: TicketCommand, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
    if ticket.kind == COMPLAINT.name and isinstance(command, complaint.HandledCommand):
        return complaint.decide(command, ticket, given, streams)
    if ticket.kind == SUGGESTION.name and isinstance(command, suggestion.SuggestionCommand):
        return suggestion.decide(command, ticket, given)
    if isinstance(command, repair.RepairCommand):
        return repair.decide(command, ticket, given, streams)
    if isinstance(command, ComplaintCommand):  # check_transition has refused it; narrows the type
        raise IllegalTransition(
            "not_of_this_kind", command=type(command).__name__, kind=ticket.kind
        )
    match command:
        case ReportTicket() | ScheduleFollowUp():
            raise IllegalTransition("already_reported")
        case Acknowledge():
            return intake.acknowledge(command, ticket, given)
        case Reject():
            return intake.reject(command)
        case Reclassify():
            return intake.reclassify(command, ticket)
        case Cancel():
            return intake.cancel(command)
        case Hold():
            return holding.hold(command, ticket, given)
        case Release():
            return holding.release(command, ticket)
        case Close():
            return completion.close(command, ticket, given, streams)
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
        case ExerciseAuthority():
            return discretion.exercise_authority(command, ticket, given)
        case RecordExclusion():
            return exclusion.record_exclusion(command, ticket)
        case WaiveBreach():
            return clock_commands.waive_breach(command, ticket)
        case MigratePolicy():
            return clock_commands.migrate_policy(command, ticket, given)
        case MakePromise():
            return promises.make_promise(command, ticket, given)
        case KeepPromise():
            return promises.keep_promise(command, ticket, given)
        case RevisePromise():
            return promises.revise_promise(command, ticket, given)
        case ExcusePromise():
            return promises.excuse_promise(command, ticket)
        case WithdrawPromise():
            return promises.withdraw_promise(command, ticket)
        case Attempt():
            return follow_up.attempt(command, ticket, given)
        case CompleteFollowUp():
            return follow_up.complete(command, ticket, given, streams)
        case MarkUnreachable():
            return follow_up.mark_unreachable(command, ticket, given)
        case Reschedule():
            return follow_up.reschedule(command, ticket, given)
        case _:
            assert_never(command)
