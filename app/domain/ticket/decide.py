"""Decides a ticket's commands. Read downwards: may the actor see the ticket, may they give the
command, does the status allow it; then the rule itself, one function per command."""

from collections.abc import Mapping
from typing import Any, get_args

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
from app.domain.ticket.decided_by import Decides, decided_by
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
from app.events.by_type import by_type
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


def _apply_rule(
    command: TicketCommand, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
    if ticket.kind == COMPLAINT.name and isinstance(command, complaint.HandledCommand):
        return complaint.decide(command, ticket, given, streams)
    if ticket.kind == SUGGESTION.name and isinstance(command, suggestion.SuggestionCommand):
        return suggestion.decide(command, ticket, given)
    return DECIDES[type(command)](command, ticket, given, streams)


def _already_reported(_command: ReportTicket | ScheduleFollowUp) -> Decision:
    raise IllegalTransition("already_reported")


def _not_of_this_kind(command: ComplaintCommand, ticket: Ticket) -> Decision:
    """`check_transition` has refused it."""
    raise IllegalTransition("not_of_this_kind", command=type(command).__name__, kind=ticket.kind)


DECIDES: Mapping[type[Any], Decides] = by_type(
    TicketCommand,
    {
        ReportTicket: decided_by(_already_reported),
        ScheduleFollowUp: decided_by(_already_reported),
        Acknowledge: decided_by(intake.acknowledge),
        Reject: decided_by(intake.reject),
        Reclassify: decided_by(intake.reclassify),
        Cancel: decided_by(intake.cancel),
        Hold: decided_by(holding.hold),
        Release: decided_by(holding.release),
        Close: decided_by(completion.close),
        MergeInto: decided_by(links.merge_into),
        Link: decided_by(links.link),
        HandOver: decided_by(people.hand_over),
        AcceptHandOver: decided_by(people.accept_hand_over),
        Urge: decided_by(conversation.urge),
        Comment: decided_by(conversation.comment),
        Escalate: decided_by(conversation.escalate),
        ExerciseAuthority: decided_by(discretion.exercise_authority),
        RecordExclusion: decided_by(exclusion.record_exclusion),
        WaiveBreach: decided_by(clock_commands.waive_breach),
        MigratePolicy: decided_by(clock_commands.migrate_policy),
        MakePromise: decided_by(promises.make_promise),
        KeepPromise: decided_by(promises.keep_promise),
        RevisePromise: decided_by(promises.revise_promise),
        ExcusePromise: decided_by(promises.excuse_promise),
        WithdrawPromise: decided_by(promises.withdraw_promise),
        Attempt: decided_by(follow_up.attempt),
        CompleteFollowUp: decided_by(follow_up.complete),
        MarkUnreachable: decided_by(follow_up.mark_unreachable),
        Reschedule: decided_by(follow_up.reschedule),
        **repair.DECIDES,
        **dict.fromkeys(get_args(ComplaintCommand), decided_by(_not_of_this_kind)),
    },
)
