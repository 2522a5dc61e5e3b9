"""What becomes of a command. Read downwards: may one see it, may one do it, is it the time for it,
and then the rule itself, one function per command in the file that the line names."""

from collections.abc import Sequence
from typing import Any, assert_never

from app.domain.backdating import check_occurred_at, evidence_event, with_command_evidence
from app.domain.checks import optional_text
from app.domain.decider import Given
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
from app.domain.ticket.every_kind import conversation, exclusion, holding, intake, links, people
from app.domain.ticket.every_kind import discretion as own_authority
from app.domain.ticket.every_kind.follow_ups import dropped_by, schedule
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


def decide(
    command: TicketCommand, ticket: Ticket | None, given: Given, streams: TicketStreams
) -> Sequence[Any]:
    optional_text(command.note, "/note", LONG_TEXT)
    sent, given = given, _vouched(command, given)
    if isinstance(command, ReportTicket):
        return [*_report(command, ticket, given, streams), *_evidence(sent)]
    if isinstance(command, ScheduleFollowUp):
        return [*_schedule(command, ticket, given, streams), *_evidence(sent)]
    if ticket is None or not _is_visible(command, ticket, given):
        raise NotFound("ticket_not_found")
    check_permitted(command, ticket.kind, given)
    repeated = is_repeat(command, ticket, given.actor)
    if not repeated:
        check_transition(command, ticket)
    check_holder(command, ticket, given)
    complaint.check_side(command, ticket, given)
    if repeated:
        return []
    check_occurred_at(given, ticket.reported_at)
    events = _events(command, ticket, given, streams)
    events = [*holding.resumed_by(ticket, events), *events]
    events = [*events, *dropped_by(events, ticket, given, streams)]
    if not events:
        return []
    return [
        *events,
        *consequences(ticket, events, given),
        *_evidence(sent),
    ]


def _vouched(command: TicketCommand, given: Given) -> Given:
    """A fact told late is vouched for by the photo or the position that it comes with."""
    if given.occurred_at >= given.now:
        return given
    geo = command.geo if isinstance(command, Arrive) else None
    return with_command_evidence(
        given,
        getattr(command, "photo_ids", ()),
        (geo.lat_e6 / 1e6, geo.lon_e6 / 1e6) if geo else None,
    )


def _evidence(given: Given) -> Sequence[Any]:
    fact = evidence_event(given)
    return [fact] if fact else []


def _report(
    command: ReportTicket, ticket: Ticket | None, given: Given, streams: TicketStreams
) -> Sequence[Any]:
    check_permitted(command, command.kind, given)
    if ticket is not None:
        raise IllegalTransition("already_reported")
    parent = links.parent_of(command, given, streams)
    complaint_intake.check_lodging(command, given, streams)
    reported, *events = intake.report_ticket(command, given)
    if command.kind == COMPLAINT.name:
        events += complaint_intake.lodged(command, reported, parent, given, streams)
    if parent is not None:
        events += links.as_child(parent, reported, events, streams)
    return [reported, *events, *consequences(None, [reported, *events], given)]


def _schedule(
    command: ScheduleFollowUp, ticket: Ticket | None, given: Given, streams: TicketStreams
) -> Sequence[Any]:
    """A reactor that gives it once more is told that it is so; nobody else has the id."""
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


def _events(  # noqa: C901, PLR0911, PLR0912 - one table, a command a line
    command: TicketCommand, ticket: Ticket, given: Given, streams: TicketStreams
) -> Sequence[Any]:
    if ticket.kind == COMPLAINT.name and isinstance(command, complaint.OwnCommand):
        return complaint.decide(command, ticket, given, streams)
    if ticket.kind == SUGGESTION.name and isinstance(command, suggestion.SuggestionCommand):
        return suggestion.decide(command, ticket, given)
    if isinstance(command, repair.RepairCommand):
        return repair.decide(command, ticket, given, streams)
    if isinstance(command, ComplaintCommand):  # as the table of its kind has said already
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
            return own_authority.exercise_authority(command, ticket, given)
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
