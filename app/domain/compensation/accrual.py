"""Penalties per day: they accrue while a broken promise is late, and are settled when it is done or
the cap is reached (docs/domain.md §4.2–4.3)."""

from collections.abc import Sequence

from msgspec.structs import replace

from app.domain.compensation.by_rule_proposal import CAP_EXHAUSTED, approve_or_request
from app.domain.compensation.rule_book import MOST_FEN
from app.domain.compensation.state import (
    ACCRUING,
    FULFILLED,
    GRANTED,
    PENDING,
    Compensation,
    DecidedEvent,
)
from app.domain.decider import Given
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.promise import promise_of
from app.events.base import SYSTEM
from app.events.compensation import (
    AccrualTerms,
    CompensationFlagged,
    CompensationRejected,
    CompensationSettled,
)

OVERPAID = "settled_for_more_days"


def due_fen(terms: AccrualTerms, days: int) -> int:
    return min(days * terms.per_day_fen, terms.cap_fen)


def _whole_fen(terms: AccrualTerms, days: int) -> int:
    return min(days * terms.per_day_fen, MOST_FEN)


def settle(c: Compensation | None, given: Given) -> Sequence[DecidedEvent]:
    """Settles by the promise on the ticket, not by the accrued days: these may have gone on after
    it was done, until that was recorded."""
    if c is None or c.accrual is None:
        return []
    ticket = given.read(TICKET.stream(c.ticket_id))
    promise = promise_of(ticket.promises, c.accrual.promise_id) if ticket else None
    if promise is None or promise.broken_at != c.accrual.due_at:
        return []
    if promise.is_over:
        days = promise.days_late
    else:
        days = c.days
        if due_fen(c.accrual, days) < c.accrual.cap_fen:
            return []
    if c.state == ACCRUING:
        return _settled(c, c.accrual, days, given) if days else []
    if promise.is_over and c.state in {PENDING, GRANTED, FULFILLED}:
        return _settled_again(c, c.accrual, days)
    return []


def _settled(c: Compensation, terms: AccrualTerms, days: int, given: Given) -> list[DecidedEvent]:
    whole, amount_fen = _whole_fen(terms, days), due_fen(terms, days)
    settled = CompensationSettled(
        days=days, amount_fen=amount_fen, capped_from_fen=whole if whole > amount_fen else None
    )
    if amount_fen == 0:
        return [settled, CompensationRejected(because=CAP_EXHAUSTED)]
    of_days = replace(c, days=days, amount_fen=amount_fen, capped_from_fen=settled.capped_from_fen)
    return [settled, *approve_or_request(of_days, given)]


def _settled_again(c: Compensation, terms: AccrualTerms, days: int) -> list[DecidedEvent]:
    """It was settled at the cap before the work was done. Now the days are known; the sum stays.
    If they are fewer, the error is ours and the owner keeps the sum (docs/domain.md §4.5)."""
    if days == c.days:
        return []
    whole = _whole_fen(terms, days)
    settled = CompensationSettled(
        days=days,
        amount_fen=c.amount_fen,
        capped_from_fen=whole if whole > c.amount_fen else None,
    )
    if whole >= c.amount_fen:
        return [settled]
    flagged = CompensationFlagged(flag=OVERPAID, detail=str(days), subject=SYSTEM.subject)
    return [settled, flagged]
