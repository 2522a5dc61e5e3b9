"""What becomes of promises without anybody's asking: what is promised to all, what is done on the
ticket, its end, and the due time that passes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from app.domain.decider import Given, On
from app.domain.errors import Unacceptable
from app.domain.sla.clock_moves import Proof
from app.domain.sla.clock_timers import AFTER, BREACH_AUDIENCE, Timer
from app.domain.ticket.clocks.consequences import counts
from app.domain.ticket.clocks.proof import proof_of
from app.domain.ticket.fold.evolve import after
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.promise.standing import promised_to_all
from app.domain.ticket.promise.terms import SAME_MEANING
from app.domain.ticket.state.promise import (
    COMPLETION,
    DONE,
    SUGGESTION,
    Promise,
    amount_fen,
    capped_fen,
    to_be_kept,
)
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.promise import (
    PromiseBreakRetracted,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    PromiseSettled,
    PromiseWithdrawn,
)
from app.events.sla import NotificationQueued
from app.events.ticket import (
    SuggestionCompleted,
    SuggestionDeclined,
    TicketClosed,
    TicketReported,
    WorkCompleted,
)

BROKEN = "promise_broken"
DECLINED = "declined"


def promise_events(ticket: Ticket | None, events: Sequence[Any], given: Given) -> list[Any]:
    """What follows for promises from what was just decided, also for tickets begun beside."""
    follow: list[Any] = []
    for event in events:
        if isinstance(event, On):
            if isinstance(event.event, TicketReported):
                made = promised_to_all(event.event, given)
                follow += (one if isinstance(one, On) else On(event.stream, one) for one in made)
        elif isinstance(event, TicketReported):
            follow += promised_to_all(event, given)
        elif ticket is not None and (ticket.promises or isinstance(event, PromiseMade)):
            ticket = after(ticket, Fact(event, given.occurred_at, given.actor))
            for change in _changes(event, ticket, given):
                ticket = after(ticket, Fact(change, given.occurred_at, given.actor))
                follow.append(change)
    return follow


def _changes(event: Any, ticket: Ticket, given: Given) -> Iterator[Any]:
    ended_by = KINDS[ticket.kind].ends.get(type(event))
    for promise in to_be_kept(ticket.promises):
        at, wanted = given.occurred_at, promise.kind in (COMPLETION, SUGGESTION)
        if isinstance(event, SuggestionDeclined) and wanted:
            yield from _ended(promise, ticket, at, DECLINED)
        elif isinstance(event, _done_by(promise, ticket)) and counts(event, given):
            yield from done(promise, ticket, at, proof_of(event, given))
        elif ended_by is not None:
            yield from _ended(promise, ticket, at, ended_by)


def _done_by(promise: Promise, ticket: Ticket) -> tuple[type[Any], ...]:
    """What stops the clock of the same meaning; a ticket that is closed has what was asked for."""
    if promise.kind == SUGGESTION:
        return (SuggestionCompleted, WorkCompleted, TicketClosed)
    facts = KINDS[ticket.kind].stops.get(SAME_MEANING[promise.kind], ())
    return (*facts, TicketClosed) if promise.kind == COMPLETION else facts


def done(
    promise: Promise, ticket: Ticket, at: datetime, proof: Proof | None, *, by_hand: bool = False
) -> Iterator[Any]:
    """Kept exactly if it was done by the due time (docs/domain.md §3.2); else what it costs is
    settled. A break that stands in the record is taken back only for a fact that something
    proves."""
    if at > promise.due_at:
        yield from _settled(promise, ticket, at, DONE, by_hand=by_hand)
        return
    if promise.broken_at is not None:
        yield retracted(promise, proof)
    yield PromiseKept(promise_id=promise.id, done_at=at, by_hand=by_hand)


def retracted(promise: Promise, proof: Proof | None) -> PromiseBreakRetracted:
    if proof is None:
        raise Unacceptable("occurred_at_needs_evidence", pointer="/occurred_at")
    return PromiseBreakRetracted(
        promise_id=promise.id,
        due_at=promise.broken_at or promise.due_at,
        proof=proof.kind,
        photo_ids=proof.photo_ids,
    )


def _ended(promise: Promise, ticket: Ticket, at: datetime, ended_by: str) -> Iterator[Any]:
    """A break before the end stays; what it costs grows no further."""
    if promise.broken_at is not None and at > promise.due_at:
        yield from _settled(promise, ticket, at, ended_by)
    else:
        yield PromiseWithdrawn(promise_id=promise.id, ended_by=ended_by)


def _settled(
    promise: Promise, ticket: Ticket, at: datetime, ended_by: str, *, by_hand: bool = False
) -> Iterator[Any]:
    """A client whose clock is fast may tell of it before the due time has passed here: then the
    break is recorded with it, for there is never a settlement without one."""
    if promise.broken_at is None:
        yield broken(promise, ticket)
    days = promise.days_late_at(at)
    yield PromiseSettled(
        promise_id=promise.id,
        kind=promise.kind,
        due_at=promise.due_at,
        done_at=at,
        days_late=days,
        amount_fen=amount_fen(promise.penalty, days),
        capped_fen=capped_fen(promise.penalty, days),
        ended_by=ended_by,
        by_hand=by_hand,
    )


def broken(promise: Promise, ticket: Ticket) -> PromiseBroken:
    return PromiseBroken(
        promise_id=promise.id,
        kind=promise.kind,
        due_at=promise.due_at,
        zone=promise.zone,
        household_id=ticket.household_id,
        community=ticket.location.community,
        cycle=promise.cycle,
        penalty=promise.penalty,
    )


def promise_timers(ticket: Ticket) -> Iterator[Timer]:
    for promise in to_be_kept(ticket.promises):
        if promise.broken_at is None:
            due_at = promise.due_at
            yield Timer(due_at + AFTER, due_at, partial(_broken, promise, ticket))


def _broken(promise: Promise, ticket: Ticket) -> Sequence[Any]:
    told = NotificationQueued(
        template=BROKEN, audience=BREACH_AUDIENCE, deliver_after=promise.due_at
    )
    return [broken(promise, ticket), told]
