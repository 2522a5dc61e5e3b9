"""Causes of compensations: their keys, whether they still hold, and what excludes them."""

from datetime import datetime
from uuid import UUID, uuid5

from app.domain.compensation.commands import BREACH_RETRACTED, EXCLUDED, PROMISE_BREAK_RETRACTED
from app.domain.exclusions import MERGED, NO_ACCESS
from app.domain.sla.clock import clock_of
from app.domain.ticket.state.promise import promise_of
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Value

# The UUID namespace of compensations by rule; an arbitrary constant.
BY_RULE = UUID("6f1d3c0a-0f0b-5d6e-9c55-3a8f4f0f2b11")
AWAITED = frozenset({"arrive", "resolve"})  # clocks of what a declared delay puts off

SLA, PROMISE, DELAY = "sla", "promise", "delay"


class Cause(Value, frozen=True, kw_only=True):
    """`key` identifies it within its ticket; `part` is its part of the idempotency key."""

    key: str
    reason: str
    part: str
    happened_at: datetime


def breach_cause(clock: str, cycle: int, happened_at: datetime) -> Cause:
    return Cause(
        key=f"{SLA}:{clock}:{cycle}",
        reason="sla_breached",
        part=f"{clock}:{cycle}",
        happened_at=happened_at,
    )


def promise_cause(promise_id: str, cycle: int, happened_at: datetime) -> Cause:
    return Cause(
        key=f"{PROMISE}:{promise_id}:{cycle}",
        reason="promise_broken",
        part=f"{promise_id}:{cycle}",
        happened_at=happened_at,
    )


def delay_cause(delay_id: str, cycle: int, happened_at: datetime) -> Cause:
    return Cause(
        key=f"{DELAY}:{delay_id}:{cycle}",
        reason="delay_declared",
        part=f"{delay_id}:{cycle}",
        happened_at=happened_at,
    )


def id_by_rule(rule_id: str | None, ticket_id: str, key: str) -> str:
    """The same for every version of the rule, so that a new version never grants again."""
    return str(uuid5(BY_RULE, f"{rule_id or ''}\n{ticket_id}\n{key}"))


def retraction_reason(key: str, ticket: Ticket, broken_at: datetime | None = None) -> str | None:
    """Why a cause no longer holds, or None. A waiver does not matter: it excuses our staff, not the
    lateness. A promise that was excused may be broken again at another time than `broken_at`: that
    is another break."""
    sort, _, rest = key.partition(":")
    name, _, cycle = rest.rpartition(":")
    if sort == SLA:
        clock = clock_of(ticket.clocks, name, int(cycle))
        return BREACH_RETRACTED if clock and clock.breached_at is None else None
    if sort == PROMISE:
        promise = promise_of(ticket.promises, name)
        if promise is None:
            return None
        holds = promise.broken_at == broken_at if broken_at else promise.broken_at is not None
        return None if holds else PROMISE_BREAK_RETRACTED
    return None


def excluded_by(exclusions: tuple[str, ...], key: str, ticket: Ticket) -> str | None:
    """The first of the rule's exclusions that applies to the ticket now."""
    so = set(ticket.exclusions)
    if ticket.status == "merged":
        so.add(MERGED)
    if _was_not_let_in(key, ticket):
        so.add(NO_ACCESS)
    return next((one for one in exclusions if one in so), None)


def excluded_later(exclusions: tuple[str, ...], ticket: Ticket) -> str | None:
    """An exclusion that was recorded since. A merge after the breach does not exclude."""
    return next((one for one in exclusions if one in ticket.exclusions), None)


def _was_not_let_in(key: str, ticket: Ticket) -> bool:
    """Whether the engineer had been there and was still waiting for access when the clock was
    breached. A pause is no exclusion: the due time has it already (docs/domain.md §4.3)."""
    sort, _, rest = key.partition(":")
    name, _, cycle = rest.rpartition(":")
    clock = clock_of(ticket.clocks, name, int(cycle)) if sort == SLA else None
    if clock is None or clock.cycle != ticket.cycle:
        return False
    breached_at = clock.breached_at or clock.due_at
    return any(
        visit.at <= breached_at and (visit.until is None or breached_at < visit.until)
        for visit in ticket.failed_visits
    )


def was_declared_in_time(ticket: Ticket, cycle: int, at: datetime) -> bool:
    """Whether nothing that the owner waited for was overdue when the delay was declared
    (docs/domain.md §4.3)."""
    return not any(
        clock.kind in AWAITED
        and clock.cycle == cycle
        and not clock.is_cancelled
        and clock.due_at <= at
        and (clock.stopped_at is None or clock.stopped_at > at)
        for clock in ticket.clocks
    )


__all__ = [
    "EXCLUDED",
    "Cause",
    "breach_cause",
    "delay_cause",
    "excluded_by",
    "excluded_later",
    "id_by_rule",
    "promise_cause",
    "retraction_reason",
    "was_declared_in_time",
]
