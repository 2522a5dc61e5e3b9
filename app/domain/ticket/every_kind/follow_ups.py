"""That the owner will be asked, when and about what, and that it is not needed any more
(docs/domain.md §6.3, §7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.backdating import check_occurred_at
from app.domain.checks import one_of, optional_text
from app.domain.decider import Given, On
from app.domain.errors import DomainError, IllegalTransition, Unacceptable
from app.domain.sla.clock_plan import target_due
from app.domain.ticket.clocks.terms import lines_of, terms_at
from app.domain.ticket.commands.follow_up import ScheduleFollowUp
from app.domain.ticket.every_kind.intake import next_number
from app.domain.ticket.every_kind.people import person
from app.domain.ticket.every_kind.siblings import TicketStreams, check_room_for_link, named_ticket
from app.domain.ticket.fold.evolve import evolve
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.kinds.follow_up import DUE_AFTER, FOLLOW_UP, TO_BE_CALLED
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.follow_up import FollowUpScheduled
from app.events.ticket import (
    FirstResponsibleSet,
    Location,
    QuietHours,
    Reporter,
    TicketCancelled,
    TicketMerged,
    TicketReopened,
    TicketReported,
)

CLOCK = "follow_up"
SATISFACTION, CALLBACK = "satisfaction", "callback"
CHANNEL = "staff"
NOTHING_TO_ASK = frozenset({"rejected", "merged", "cancelled"})

# What makes the questions pointless: the matter is not there, or will be done once more.
ENDING: dict[type[Any], str] = {
    TicketCancelled: "parent_cancelled",
    TicketMerged: "parent_merged",
    TicketReopened: "parent_reopened",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an owner is asked about, and where the owner is."""

    location: Location
    household_id: str | None
    reporter: Reporter
    service_class: str = "general"
    quiet_hours: tuple[QuietHours, ...] = ()
    parent_id: str | None = None
    parent_number: str | None = None
    cycle: int | None = None
    executor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One follow-up to be. Without `due_at` it is due when the policy says."""

    ticket_id: str
    purpose: str
    due_at: datetime | None = None
    reason: str | None = None
    series_id: str | None = None


def about(ticket: Ticket) -> About:
    """This cycle of the ticket, and who did its work."""
    assignee = ticket.assignment.assignee
    return About(
        location=ticket.location,
        household_id=ticket.household_id,
        reporter=ticket.reporter,
        service_class=ticket.service_class,
        quiet_hours=ticket.quiet_hours,
        parent_id=ticket.id,
        parent_number=ticket.number,
        cycle=ticket.cycle,
        executor=assignee.subject if assignee else None,
    )


def begun(
    call: Call, asked: About, given: Given, nth: int = 1
) -> tuple[TicketReported, FollowUpScheduled]:
    """The facts of a new follow-up: its report, and the schedule that its parent knows too."""
    reported = TicketReported(
        ticket_id=call.ticket_id,
        number=next_number(FOLLOW_UP, given, nth),
        kind=FOLLOW_UP.name,
        category=call.purpose,
        service_class=asked.service_class,
        triaged=False,
        description=call.reason or "",
        intake_channel=CHANNEL,
        location=asked.location,
        household_id=asked.household_id,
        reporter=asked.reporter,
        quiet_hours=asked.quiet_hours,
        status=FOLLOW_UP.begins_as,
    )
    scheduled = FollowUpScheduled(
        follow_up_id=call.ticket_id,
        number=reported.number,
        parent_id=asked.parent_id,
        parent_number=asked.parent_number,
        cycle=asked.cycle,
        purpose=call.purpose,
        due_at=call.due_at or _due_by_policy(reported, given),
        is_fixed=call.due_at is not None,
        executor=asked.executor,
        series_id=call.series_id,
        reason=call.reason,
    )
    return reported, scheduled


def _due_by_policy(reported: TicketReported, given: Given) -> datetime:
    """Purposes stand in the policies as categories of follow-ups."""
    at = given.occurred_at
    follow_up = evolve(None, Fact(reported, at, given.actor))
    line = lines_of(follow_up, given, at).get(CLOCK) if follow_up else None
    if line is None:
        return at + DUE_AFTER[reported.category]
    return target_due(terms_at(line, given, at), at)


def beside(
    ticket: Ticket, calls: Sequence[Call], given: Given, streams: TicketStreams
) -> Iterator[Any]:
    """Follow-ups about `ticket`, scheduled by a decision on that ticket itself."""
    check_room_for_link(ticket)
    for nth, call in enumerate(calls, 1):
        reported, scheduled = begun(call, about(ticket), given, nth)
        yield scheduled
        yield On(streams(call.ticket_id), reported)
        yield On(streams(call.ticket_id), scheduled)


def after_completion(
    ids: Sequence[str], ticket: Ticket, given: Given, streams: TicketStreams
) -> Iterator[Any]:
    """docs/domain.md §7: how content the owner is, and whether it holds."""
    pairs = zip(KINDS[ticket.kind].follow_ups, ids, strict=False)
    calls = [Call(ticket_id=ticket_id, purpose=purpose) for purpose, ticket_id in pairs]
    return beside(ticket, calls, given, streams) if calls else iter(())


def schedule(command: ScheduleFollowUp, given: Given, streams: TicketStreams) -> Sequence[Any]:
    """By hand, or by a reactor: what a reactor wants too late is not wanted any more."""
    try:
        return _schedule(command, given, streams)
    except DomainError:
        if given.actor.role == "system":
            return []
        raise


def _schedule(command: ScheduleFollowUp, given: Given, streams: TicketStreams) -> Sequence[Any]:
    check_occurred_at(given)
    one_of(command.purpose, DUE_AFTER, "/purpose")
    if command.due_at is not None and command.due_at <= given.occurred_at:
        raise Unacceptable("due_in_past", pointer="/due_at")
    call = Call(
        ticket_id=command.ticket_id,
        purpose=command.purpose,
        due_at=command.due_at,
        reason=optional_text(command.reason, "/reason", LONG_TEXT),
        series_id=command.series_id,
    )
    parent = _parent(command, given, streams)
    asked = about(parent) if parent else _asked(command)
    reported, scheduled = begun(call, asked, given)
    events: list[Any] = [reported, scheduled]
    if command.assigned_to is not None:
        someone = person(command.assigned_to, given)
        events.append(FirstResponsibleSet(subject=someone.subject, name=someone.name))
    if parent is not None:
        events.append(On(streams(parent.id), scheduled))
    return events


def _parent(command: ScheduleFollowUp, given: Given, streams: TicketStreams) -> Ticket | None:
    if command.parent_id is None:
        return None
    parent = named_ticket(command.parent_id, given, streams, "/parent_id")
    if parent.kind == FOLLOW_UP.name:
        raise Unacceptable("parent_is_follow_up", pointer="/parent_id")
    if parent.complaint is not None and parent.complaint.anonymous:
        raise IllegalTransition("reporter_stays_unnamed")
    if parent.status in NOTHING_TO_ASK:
        raise IllegalTransition("nothing_to_ask_about", status=parent.status)
    check_room_for_link(parent)
    return parent


def _asked(command: ScheduleFollowUp) -> About:
    if command.location is None:
        raise Unacceptable("parent_required", pointer="/parent_id")
    return About(location=command.location, household_id=command.household_id, reporter=Reporter())


def dropped_by(
    events: Sequence[Any], ticket: Ticket, given: Given, streams: TicketStreams, but: str = ""
) -> list[On]:
    """docs/domain.md §6.3: the follow-ups of a cancelled or merged parent are cancelled, and those
    about a cycle that was not the last."""
    reasons = [reason for event in events if (reason := ENDING.get(type(event)))]
    if not reasons:
        return []
    return [
        On(stream, TicketCancelled(reason=reasons[0]))
        for each in ticket.follow_ups
        if each.ticket_id != but
        and (follow_up := given.read(stream := streams(each.ticket_id))) is not None
        and follow_up.is_open
    ]


def is_to_be_called(
    ticket: Ticket, purpose: str, given: Given, streams: TicketStreams, but: str = ""
) -> bool:
    """Whether the owner is going to be asked for this anyway."""
    calls = (
        given.read(streams(each.ticket_id))
        for each in ticket.follow_ups
        if each.purpose == purpose and each.ticket_id != but
    )
    return any(call is not None and call.status in TO_BE_CALLED for call in calls)


def check_asked(ticket: Ticket, given: Given, streams: TicketStreams) -> None:
    """docs/domain.md §6.1, guard of close: the first follow-up of the cycle is done or
    exhausted."""
    first = next(
        (
            each
            for each in ticket.follow_ups
            if (each.cycle, each.purpose) == (ticket.cycle, SATISFACTION)
        ),
        None,
    )
    if first is None:
        return
    follow_up = given.read(streams(first.ticket_id))
    if follow_up is not None and follow_up.status in TO_BE_CALLED:
        raise IllegalTransition("follow_up_open", number=first.number)
