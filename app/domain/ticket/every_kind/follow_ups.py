"""Scheduling and cancelling follow-ups on behalf of the ticket they ask about (docs/domain.md
§6.3, §7)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from app.domain.backdating import check_occurred_at
from app.domain.checks import one_of, optional_text
from app.domain.decider import Given, On
from app.domain.errors import DomainError, IllegalTransition, Unacceptable
from app.domain.sla.clock_plan import target_due
from app.domain.ticket.clocks.terms import policy_lines, terms_at
from app.domain.ticket.commands.follow_up import ScheduleFollowUp
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.intake import Channel, next_number
from app.domain.ticket.every_kind.people import find_person
from app.domain.ticket.every_kind.siblings import TicketStreams, check_room_for_link, named_ticket
from app.domain.ticket.fold.evolve import evolve
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.kinds.follow_up import DUE_AFTER, FOLLOW_UP, PENDING, Purpose
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact, Value
from app.events.follow_up import FollowUpScheduled
from app.events.ticket import (
    FirstResponsibleSet,
    Location,
    QuietHours,
    Reporter,
    TicketCancelled,
    TicketEvent,
    TicketMerged,
    TicketReopened,
    TicketReported,
)

CLOCK = "follow_up"
SATISFACTION: Purpose = "satisfaction"
CALLBACK: Purpose = "callback"
CHANNEL: Channel = "staff"
NOT_ASKED_ABOUT = frozenset({"rejected", "merged", "cancelled"})

# Events after which a pending follow-up is pointless, with the reason for cancelling it.
CANCELS_FOLLOW_UPS: dict[type[Any], str] = {
    TicketCancelled: "parent_cancelled",
    TicketMerged: "parent_merged",
    TicketReopened: "parent_reopened",
}


class FollowUpContext(Value, frozen=True, kw_only=True):
    """What the owner is asked about, and where the owner lives."""

    location: Location
    household_id: str | None
    reporter: Reporter
    service_class: str = "general"
    quiet_hours: tuple[QuietHours, ...] = ()
    parent_id: str | None = None
    parent_number: str | None = None
    cycle: int | None = None
    executor: str | None = None


class NewFollowUp(Value, frozen=True, kw_only=True):
    """A follow-up to schedule. Without `due_at` the policy sets its due time."""

    ticket_id: str
    purpose: str
    due_at: datetime | None = None
    reason: str | None = None
    series_id: str | None = None


def context_of(ticket: Ticket) -> FollowUpContext:
    """The ticket's current cycle and the engineer who did its work."""
    assignee = ticket.assignment.assignee
    return FollowUpContext(
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


def open_follow_up(
    call: NewFollowUp, asked: FollowUpContext, given: Given, nth: int = 1
) -> tuple[TicketReported, FollowUpScheduled]:
    """The first events of a new follow-up; `FollowUpScheduled` goes onto its parent's stream
    too."""
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
        status=FOLLOW_UP.initial_status,
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
    """In policies, a follow-up's category is its purpose."""
    at = given.occurred_at
    follow_up = evolve(None, Fact(reported, at, given.actor))
    line = policy_lines(follow_up, given, at).get(CLOCK) if follow_up else None
    if line is None:
        return at + DUE_AFTER[reported.category]
    return target_due(terms_at(line, given, at), at)


def _schedule_on(
    ticket: Ticket, calls: Sequence[NewFollowUp], given: Given, streams: TicketStreams
) -> Iterator[TicketEvent | On]:
    """Schedules follow-ups as part of a decision on `ticket` itself."""
    check_room_for_link(ticket)
    for nth, call in enumerate(calls, 1):
        reported, scheduled = open_follow_up(call, context_of(ticket), given, nth)
        yield scheduled
        yield On(streams(call.ticket_id), reported)
        yield On(streams(call.ticket_id), scheduled)


def schedule_after_completion(
    ids: Sequence[str], ticket: Ticket, given: Given, streams: TicketStreams
) -> Iterator[TicketEvent | On]:
    """docs/domain.md §7: whether the owner is satisfied, and whether the fix holds."""
    pairs = zip(KINDS[ticket.kind].follow_ups, ids, strict=False)
    calls = [NewFollowUp(ticket_id=ticket_id, purpose=purpose) for purpose, ticket_id in pairs]
    return _schedule_on(ticket, calls, given, streams) if calls else iter(())


def schedule(command: ScheduleFollowUp, given: Given, streams: TicketStreams) -> Decision:
    """By hand or by a reactor. For a reactor a refusal is a no-op: its order came too late."""
    try:
        return _schedule(command, given, streams)
    except DomainError:
        if given.actor.role == "system":
            return []
        raise


def _schedule(command: ScheduleFollowUp, given: Given, streams: TicketStreams) -> Decision:
    check_occurred_at(given)
    one_of(command.purpose, DUE_AFTER, "/purpose")
    if command.due_at is not None and command.due_at <= given.occurred_at:
        raise Unacceptable("due_in_past", pointer="/due_at")
    call = NewFollowUp(
        ticket_id=command.ticket_id,
        purpose=command.purpose,
        due_at=command.due_at,
        reason=optional_text(command.reason, "/reason", LONG_TEXT),
        series_id=command.series_id,
    )
    parent = _parent(command, given, streams)
    asked = context_of(parent) if parent else _context_from(command)
    reported, scheduled = open_follow_up(call, asked, given)
    events: list[TicketEvent | On] = [reported, scheduled]
    if command.assigned_to is not None:
        someone = find_person(command.assigned_to, given)
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
    if parent.status in NOT_ASKED_ABOUT:
        raise IllegalTransition("nothing_to_ask_about", status=parent.status)
    check_room_for_link(parent)
    return parent


def _context_from(command: ScheduleFollowUp) -> FollowUpContext:
    if command.location is None:
        raise Unacceptable("parent_required", pointer="/parent_id")
    return FollowUpContext(
        location=command.location, household_id=command.household_id, reporter=Reporter()
    )


def cancel_follow_ups(
    events: Decision, ticket: Ticket, given: Given, streams: TicketStreams, except_id: str = ""
) -> list[On]:
    """docs/domain.md §6.3: pending follow-ups are cancelled when their parent is cancelled,
    merged or reopened."""
    reasons = [reason for event in events if (reason := CANCELS_FOLLOW_UPS.get(type(event)))]
    if not reasons:
        return []
    return [
        On(stream, TicketCancelled(reason=reasons[0]))
        for each in ticket.follow_ups
        if each.ticket_id != except_id
        and (follow_up := given.read(stream := streams(each.ticket_id))) is not None
        and follow_up.is_open
    ]


def has_pending_follow_up(
    ticket: Ticket, purpose: str, given: Given, streams: TicketStreams, except_id: str = ""
) -> bool:
    """Whether the owner will be asked for this purpose anyway."""
    calls = (
        given.read(streams(each.ticket_id))
        for each in ticket.follow_ups
        if each.purpose == purpose and each.ticket_id != except_id
    )
    return any(call is not None and call.status in PENDING for call in calls)


def check_first_follow_up(ticket: Ticket, given: Given, streams: TicketStreams) -> None:
    """docs/domain.md §6.1, guard of close: the cycle's first follow-up is done or exhausted."""
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
    if follow_up is not None and follow_up.status in PENDING:
        raise IllegalTransition("follow_up_open", number=first.number)
