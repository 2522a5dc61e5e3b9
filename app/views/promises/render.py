"""Renders promises (docs/api.md §5). Instants stay `datetime`; the edge serialises them."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.calendars.durations import iso_duration
from app.domain.sla.clock import latest
from app.domain.sla.policy_lint import TIGHTER
from app.domain.ticket.state.promise import Promise, capped_fen
from app.domain.ticket.state.ticket import Ticket
from app.events.promise import PromisePenalty, PromiseTerms


def render_promises(ticket: Ticket, now: datetime | None) -> list[dict[str, Any]]:
    return [render_promise(ticket, promise, now) for promise in ticket.promises]


def render_promise(ticket: Ticket, promise: Promise, now: datetime | None) -> dict[str, Any]:
    """Unredacted: see `redact_ticket`. Without `now`, only settled days are late."""
    days_late = promise.days_late_at(now) if now else promise.days_late
    return {
        "id": promise.id,
        "ticket_id": ticket.id,
        "household_id": ticket.household_id,
        "kind": promise.kind,
        "due_at": promise.due_at,
        "state": promise.state,
        "penalty": _penalty(promise.penalty),
        "accrued_fen": capped_fen(promise.penalty, days_late),
        "days_late": days_late,
        "source": promise.source,
        "revised_from": promise.revised_from,
        "excused_days": promise.excused_days,
        "terms": _terms(promise.terms),
        "provisional": promise.provisional,
        "tighter_than": promise.tighter_than,
        "cycle": promise.cycle,
        "made_at": promise.made_at,
        "broken_at": promise.broken_at,
        "done_at": promise.done_at,
    }


def render_warnings(ticket: Ticket, promise: Promise) -> list[dict[str, Any]]:
    """The clock that leaves more time than the promise, if there is one."""
    clock = latest(ticket.clocks, promise.tighter_than) if promise.tighter_than else None
    if clock is None:
        return []
    return [{"code": TIGHTER, "clock": clock.kind, "due_at": clock.due_at}]


def _penalty(penalty: PromisePenalty | None) -> dict[str, Any] | None:
    if penalty is None:
        return None
    return {
        "amount_fen": penalty.amount_fen,
        "per": penalty.per,
        "cap_fen": penalty.cap_fen,
        "benefit": penalty.benefit,
    }


def _terms(terms: PromiseTerms) -> dict[str, Any]:
    """Only the form in which the due time was given: days, a duration or an instant."""
    if terms.days is not None:
        return {"days": terms.days, "count_rule": terms.count_rule}
    if terms.seconds is not None:
        return {"duration": iso_duration(timedelta(seconds=terms.seconds))}
    return {"at": terms.at}
