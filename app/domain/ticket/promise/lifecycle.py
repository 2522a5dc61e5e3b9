"""What happens to promises without a promise command: policy promises at intake, fulfilment by
other events, the end of the ticket, and the due time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from app.domain.decider import Given, On
from app.domain.errors import Unacceptable
from app.domain.sla.clock_moves import Proof
from app.domain.sla.clock_timers import AFTER, BREACH_AUDIENCE, Timer
from app.domain.ticket.clocks.consequences import counts_as_done
from app.domain.ticket.clocks.proof import proof_of
from app.domain.ticket.decision import Decision
from app.domain.ticket.fold.evolve import evolve_existing
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.promise.policy_promises import make_policy_promises
from app.domain.ticket.promise.terms import CLOCK_OF_PROMISE
from app.domain.ticket.state.promise import (
    COMPLETION,
    DONE,
    SUGGESTION,
    Promise,
    amount_fen,
    capped_fen,
    open_promises,
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
    TicketEvent,
    TicketReported,
    WorkCompleted,
)

BROKEN = "promise_broken"
DECLINED = "declined"


def promise_events(
    ticket: Ticket | None, events: Sequence[TicketEvent], given: Given
) -> list[TicketEvent | On]:
    follow: list[TicketEvent | On] = []
    for event in events:
        if isinstance(event, TicketReported):
            follow += make_policy_promises(event, given)
        elif ticket is not None and (ticket.promises or isinstance(event, PromiseMade)):
            ticket = evolve_existing(ticket, Fact(event, given.occurred_at, given.actor))
            for change in _changes(event, ticket, given):
                ticket = evolve_existing(ticket, Fact(change, given.occurred_at, given.actor))
                follow.append(change)
    return follow


def _changes(event: TicketEvent, ticket: Ticket, given: Given) -> Iterator[TicketEvent]:
    ended_by = KINDS[ticket.kind].ends.get(type(event))
    for promise in open_promises(ticket.promises):
        at, wanted = given.occurred_at, promise.kind in (COMPLETION, SUGGESTION)
        if isinstance(event, SuggestionDeclined) and wanted:
            yield from _end(promise, ticket, at, DECLINED)
        elif isinstance(event, _fulfilled_by(promise, ticket)) and counts_as_done(event, given):
            yield from fulfil(promise, ticket, at, proof_of(event, given))
        elif ended_by is not None:
            yield from _end(promise, ticket, at, ended_by)


def _fulfilled_by(promise: Promise, ticket: Ticket) -> tuple[type[Any], ...]:
    """The events that stop the clock for the same goal; closing a ticket completes it too."""
    if promise.kind == SUGGESTION:
        return (SuggestionCompleted, WorkCompleted, TicketClosed)
    facts = KINDS[ticket.kind].stops.get(CLOCK_OF_PROMISE[promise.kind], ())
    return (*facts, TicketClosed) if promise.kind == COMPLETION else facts


def fulfil(
    promise: Promise, ticket: Ticket, at: datetime, proof: Proof | None, *, by_hand: bool = False
) -> Iterator[TicketEvent]:
    """Kept exactly if done by the due time (docs/domain.md §3.2); otherwise the penalty is
    settled. A recorded break is retracted only with proof."""
    if at > promise.due_at:
        yield from _settle(promise, ticket, at, DONE, by_hand=by_hand)
        return
    if promise.broken_at is not None:
        yield retract_break(promise, proof)
    yield PromiseKept(promise_id=promise.id, done_at=at, by_hand=by_hand)


def retract_break(promise: Promise, proof: Proof | None) -> PromiseBreakRetracted:
    if proof is None:
        raise Unacceptable("occurred_at_needs_evidence", pointer="/occurred_at")
    return PromiseBreakRetracted(
        promise_id=promise.id,
        due_at=promise.broken_at or promise.due_at,
        proof=proof.kind,
        photo_ids=proof.photo_ids,
    )


def _end(promise: Promise, ticket: Ticket, at: datetime, ended_by: str) -> Iterator[TicketEvent]:
    """An earlier break stays, but its penalty stops growing."""
    if promise.broken_at is not None and at > promise.due_at:
        yield from _settle(promise, ticket, at, ended_by)
    else:
        yield PromiseWithdrawn(promise_id=promise.id, ended_by=ended_by)


def _settle(
    promise: Promise, ticket: Ticket, at: datetime, ended_by: str, *, by_hand: bool = False
) -> Iterator[TicketEvent]:
    """A client whose clock is fast may report this before the due time has lapsed here; then the
    break is recorded as well, so that there is no settlement without a break."""
    if promise.broken_at is None:
        yield break_promise(promise, ticket)
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


def break_promise(promise: Promise, ticket: Ticket) -> PromiseBroken:
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
    for promise in open_promises(ticket.promises):
        if promise.broken_at is None:
            due_at = promise.due_at
            yield Timer(due_at + AFTER, due_at, partial(_break_and_notify, promise, ticket))


def _break_and_notify(promise: Promise, ticket: Ticket) -> Decision:
    told = NotificationQueued(
        template=BROKEN, audience=BREACH_AUDIENCE, deliver_after=promise.due_at
    )
    return [break_promise(promise, ticket), told]
