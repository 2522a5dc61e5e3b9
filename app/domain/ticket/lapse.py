"""What happens to a ticket when its timers fall due. Every lapse removes its own timer."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.sla.clock_timers import Timer, clock_timers, merge_late_notices
from app.domain.ticket.fold.evolve import evolve_existing
from app.domain.ticket.promise.lifecycle import promise_timers
from app.domain.ticket.repair.completion import AUTO_CONFIRM_AFTER
from app.domain.ticket.repair.dispatch import return_offer
from app.domain.ticket.repair.first_time_fix import confirms_at
from app.domain.ticket.state.ticket import Ticket
from app.events.base import SYSTEM, Fact
from app.events.ticket import CompletionSigned, FirstTimeFixConfirmed, TicketEvent, TicketResumed


def next_due(ticket: Ticket | None) -> datetime | None:
    if ticket is None:
        return None
    return min((timer.lapses_at for timer in _timers(ticket)), default=None)


def lapse(ticket: Ticket | None, now: datetime) -> Sequence[Fact[TicketEvent]]:
    """The facts that lapsed by `now`, in order of their due times, each dated to when it
    happened."""
    facts: list[Fact[TicketEvent]] = []
    while ticket is not None:
        timer = min(_timers(ticket), key=lambda each: each.lapses_at, default=None)
        if timer is None or timer.lapses_at > now:
            break
        for event in timer.events():
            facts.append(Fact(event, timer.occurred_at, SYSTEM))
            ticket = evolve_existing(ticket, facts[-1])
    return merge_late_notices(facts, ticket.clocks, now) if ticket else facts


def _timers(ticket: Ticket) -> list[Timer]:
    timers: list[Timer] = []
    if offer := ticket.assignment.offer:
        timers.append(_timer(offer.expires_at, return_offer(ticket, "offer_expired")))
    if ticket.hold and ticket.hold.expected_resume_at:
        timers.append(_timer(ticket.hold.expected_resume_at, TicketResumed(auto=True)))
    if ticket.completion and ticket.status in {"completed", "verified"}:
        signed = CompletionSigned(form_hash=ticket.completion.form_hash or "", auto=True)
        timers.append(_timer(ticket.completion.completed_at + AUTO_CONFIRM_AFTER, signed))
    if known_at := confirms_at(ticket):
        timers.append(_timer(known_at, FirstTimeFixConfirmed()))
    return [*timers, *clock_timers(ticket.clocks), *promise_timers(ticket)]


def _timer(due: datetime, event: TicketEvent) -> Timer:
    return Timer(due, due, lambda: [event])
