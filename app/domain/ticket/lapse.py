"""What happens to a ticket by itself when its time has come. Each lapse ends its own timer."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.ticket.completion import AUTO_CONFIRM_AFTER
from app.domain.ticket.dispatch import returned
from app.domain.ticket.evolve import after
from app.domain.ticket.state import Ticket
from app.events.base import SYSTEM, Fact
from app.events.ticket import CompletionSigned, TicketEvent, TicketResumed


def next_due(ticket: Ticket | None) -> datetime | None:
    if ticket is None:
        return None
    return min((due for due, _ in _timers(ticket)), default=None)


def lapse(ticket: Ticket | None, now: datetime) -> Sequence[Fact[TicketEvent]]:
    """What lapsed by `now`, in the order of its due times, as of which it happened."""
    facts: list[Fact[TicketEvent]] = []
    while ticket is not None:
        due, event = min(_timers(ticket), key=lambda timer: timer[0], default=(now, None))
        if event is None or due > now:
            break
        facts.append(Fact(event, due, SYSTEM))
        ticket = after(ticket, facts[-1])
    return facts


def _timers(ticket: Ticket) -> list[tuple[datetime, TicketEvent]]:
    timers: list[tuple[datetime, TicketEvent]] = []
    if offer := ticket.assignment.offer:
        timers.append((offer.expires_at, returned(ticket, "offer_expired")))
    if ticket.hold and ticket.hold.expected_resume_at:
        timers.append((ticket.hold.expected_resume_at, TicketResumed(auto=True)))
    if ticket.completion and ticket.status in {"completed", "verified"}:
        signed = CompletionSigned(form_hash=ticket.completion.form_hash or "", auto=True)
        timers.append((ticket.completion.completed_at + AUTO_CONFIRM_AFTER, signed))
    return timers
