"""The rules of promises: make, keep, revise, excuse, withdraw (docs/domain.md §3.3, §6.4)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from app.domain.calendars.arithmetic import within_range
from app.domain.calendars.late_days import days_after, whole_days
from app.domain.checks import one_of, text
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, NotFound, Unacceptable
from app.domain.records.promise_record import PROMISE
from app.domain.ticket.clocks.proof import proof_of
from app.domain.ticket.commands.ticket import (
    ExcusePromise,
    KeepPromise,
    MakePromise,
    RevisePromise,
    WithdrawPromise,
)
from app.domain.ticket.decision import Decision
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.limits import LINE, LONG_TEXT
from app.domain.ticket.promise.lifecycle import fulfil, retract_break
from app.domain.ticket.promise.terms import (
    check_authority,
    check_penalty,
    resolve_terms,
    tighter_than,
)
from app.domain.ticket.state.promise import (
    AGENT,
    ARRIVAL,
    COMPLETION,
    KEPT,
    WITHDRAWN,
    ExcusedDays,
    Promise,
    count_days,
    promise_of,
)
from app.domain.ticket.state.promise import KINDS as PROMISE_KINDS
from app.domain.ticket.state.ticket import Ticket
from app.events.promise import (
    PromiseBreakRetracted,
    PromiseExcused,
    PromiseFiled,
    PromiseMade,
    PromiseRevised,
    PromiseWithdrawn,
)
from app.events.ticket import TicketEvent

MOST_PROMISES = 100  # on a ticket: its state stays bounded
MOST_EXCUSED = 366  # days at once
EXCUSED = "excused"
Excuse = Literal["owner_absent", "force_majeure"]
EXCUSES: tuple[Excuse, ...] = get_args(Excuse)


def make_promise(command: MakePromise, ticket: Ticket, given: Given) -> Decision:
    if promise_of(ticket.promises, command.promise_id) is not None:
        return []
    kind = one_of(command.kind, PROMISE_KINDS, "/kind")
    if kind in (COMPLETION, ARRIVAL) and ticket.status in KINDS[ticket.kind].done - {"disputed"}:
        raise IllegalTransition("promise_already_done", status=ticket.status)
    if len(ticket.promises) >= MOST_PROMISES:
        raise IllegalTransition("too_many_promises", max=MOST_PROMISES)
    what = resolve_terms(command.terms, given)
    penalty, authority = command.penalty, None
    if penalty is not None:
        check_penalty(penalty)
        authority = check_authority(penalty, ticket.promises, given)
    made = PromiseMade(
        promise_id=command.promise_id,
        kind=kind,
        due_at=what.due_at,
        terms=what.terms,
        zone=what.zone,
        calendar_id=what.calendar_id,
        calendar_version=what.calendar_version,
        provisional=what.provisional,
        source=AGENT,
        household_id=ticket.household_id,
        community=ticket.location.community,
        cycle=ticket.cycle,
        penalty=penalty,
        tighter_than=tighter_than(kind, what.due_at, ticket),
        authority=authority,
        note=command.note,
    )
    return [made, On(PROMISE.stream(command.promise_id), PromiseFiled(ticket_id=ticket.id))]


def keep_promise(command: KeepPromise, ticket: Ticket, given: Given) -> Decision:
    """For fulfilment that no other event of the ticket shows."""
    promise = _promise(command.promise_id, ticket)
    if promise.ending == KEPT:
        return []
    _check_not_over(promise)
    at, proof = given.occurred_at, proof_of(None, given)
    return list(fulfil(promise, ticket, at, proof, by_hand=True))


def revise_promise(command: RevisePromise, ticket: Ticket, given: Given) -> Decision:
    """Needs the owner's consent, and must precede the break: a break cannot be agreed away."""
    consent_by = text(command.consent_by, "/consent_by", LINE)
    promise = _promise(command.promise_id, ticket)
    _check_not_over(promise)
    events: list[TicketEvent | On] = []
    if promise.broken_at is not None:
        if given.occurred_at > promise.due_at:
            raise IllegalTransition("promise_is_broken")
        events.append(retract_break(promise, proof_of(None, given)))
    what = resolve_terms(command.terms, given)
    if what.due_at == promise.due_at:
        return []
    revised = PromiseRevised(
        promise_id=promise.id,
        previous_due_at=promise.due_at,
        due_at=what.due_at,
        terms=what.terms,
        calendar_version=what.calendar_version,
        provisional=what.provisional,
        consent_by=consent_by,
        tighter_than=tighter_than(promise.kind, what.due_at, ticket),
        note=command.note,
    )
    return [*events, revised]


def excuse_promise(command: ExcusePromise, ticket: Ticket) -> Decision:
    """Whole days lost to others move the due time by as many; no day is excused twice."""
    one_of(command.reason, EXCUSES, "/reason")
    promise = _promise(command.promise_id, ticket)
    _check_not_over(promise)
    span = _excused(command, promise)
    days = count_days((*promise.excused, span)) - count_days(promise.excused)
    if days == 0:
        return []
    excused = PromiseExcused(
        promise_id=promise.id,
        reason=command.reason,
        from_date=span.first,
        to_date=span.last,
        days=days,
        previous_due_at=promise.due_at,
        due_at=within_range(promise.due_with(promise.excused_days + days)),
        note=command.note,
    )
    if promise.broken_at is None:
        return [excused]
    undone = PromiseBreakRetracted(promise_id=promise.id, due_at=promise.due_at, proof=EXCUSED)
    return [undone, excused]


def _excused(command: ExcusePromise, promise: Promise) -> ExcusedDays:
    zone = ZoneInfo(promise.zone)
    since = _midnight(command.since, zone)
    until = _midnight(command.until, zone)
    if not isinstance(command.until, datetime):
        until = days_after(until, 1, promise.zone)
    if until <= since:
        raise Unacceptable("ends_before_start", pointer="/to")
    days, first = whole_days(since, until, promise.zone), since.astimezone(zone).date()
    if not 1 <= days <= MOST_EXCUSED:
        raise Unacceptable("out_of_range", pointer="/to", min=1, max=MOST_EXCUSED)
    if first < promise.made_at.astimezone(zone).date():
        raise Unacceptable("excused_before_promise", pointer="/from")
    return ExcusedDays(first=first, last=first + timedelta(days=days - 1))


def _midnight(day: datetime | date, zone: ZoneInfo) -> datetime:
    """The start of a date; an instant stays as it is."""
    if isinstance(day, datetime):
        return day
    return datetime.combine(day, time(), zone).astimezone(UTC)


def withdraw_promise(command: WithdrawPromise, ticket: Ticket) -> Decision:
    reason = text(command.reason, "/reason", LONG_TEXT)
    promise = _promise(command.promise_id, ticket)
    if promise.ending == WITHDRAWN:
        return []
    _check_not_over(promise)
    if promise.broken_at is not None:
        raise IllegalTransition("promise_is_broken")
    return [PromiseWithdrawn(promise_id=promise.id, reason=reason, note=command.note)]


def _promise(promise_id: str, ticket: Ticket) -> Promise:
    promise = promise_of(ticket.promises, promise_id)
    if promise is None:
        raise NotFound("promise_not_found")
    return promise


def _check_not_over(promise: Promise) -> None:
    if promise.is_over:
        raise IllegalTransition("promise_is_over", state=promise.state)
