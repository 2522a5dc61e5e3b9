"""What lapses on a compensation: days accrue, a waiting approval escalates, a grace period ends,
and a request that nobody decides expires."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec.structs import replace

from app.domain.calendars.late_days import late_day_begins
from app.domain.compensation.clocks import APPROVAL, FULFILMENT, audience_of
from app.domain.compensation.evolve import after
from app.domain.compensation.state import (
    ACCRUING,
    DEFERRED,
    EXPIRES_AFTER,
    GRANTED,
    PENDING,
    Compensation,
)
from app.domain.roles import ESCALATION_LADDER
from app.domain.sla.clock import ClockKind, Clocks
from app.domain.sla.clock_timers import AFTER, Timer, clock_timers, merge_late_notices
from app.events.base import SYSTEM, Fact
from app.events.compensation import (
    AccrualTerms,
    CompensationAccrued,
    CompensationApprovalEscalated,
    CompensationDeferred,
    CompensationEvent,
    CompensationExpired,
    CompensationGraceEnded,
)
from app.events.sla import NotificationQueued
from app.events.ticket import EscalationRaised


def next_due(c: Compensation | None) -> datetime | None:
    return min((timer.lapses_at for timer in _timers(c)), default=None) if c else None


def lapse(c: Compensation | None, now: datetime) -> Sequence[Fact[CompensationEvent]]:
    """What lapsed by `now`, in the order of due times, each with its due time."""
    facts: list[Fact[CompensationEvent]] = []
    while c is not None:
        timer = min(_timers(c), key=lambda each: each.lapses_at, default=None)
        if timer is None or timer.lapses_at > now:
            break
        for event in timer.events():
            facts.append(Fact(event, timer.occurred_at, SYSTEM))
            c = after(c, facts[-1])
    return merge_late_notices(facts, c.clocks, now) if c else facts


def _timers(c: Compensation) -> Iterator[Timer]:
    if c.state == DEFERRED and c.deferred is not None:
        until = c.deferred.until
        yield Timer(until + AFTER, until, partial(_grace_ended, c.deferred))
    if c.state == ACCRUING and c.accrual is not None and c.amount_fen < c.accrual.cap_fen:
        begins = late_day_begins(c.accrual.due_at, c.days + 1, c.accrual.zone)
        yield Timer(begins + AFTER, begins, partial(_accrued, c, c.accrual, begins))
    if c.state == PENDING and not c.is_by_rule and c.pending_since is not None:
        expires = c.pending_since + EXPIRES_AFTER
        expired = CompensationExpired(after_days=EXPIRES_AFTER.days)
        yield Timer(expires, expires, lambda: [expired])
    for timer in clock_timers(_running_clocks(c)):
        yield timer._replace(events=partial(_of_clock, c, timer.events))


CLOCK_OF_STATE: dict[str, ClockKind] = {PENDING: APPROVAL, GRANTED: FULFILMENT}


def _running_clocks(c: Compensation) -> Clocks:
    """Only the clock of the current state lapses: after the decision, the approval's does not."""
    kind = CLOCK_OF_STATE.get(c.state)
    return tuple(one for one in c.clocks if one.kind == kind)


def _grace_ended(deferred: CompensationDeferred) -> Sequence[CompensationEvent]:
    return [
        CompensationGraceEnded(
            compensation_id=deferred.compensation_id,
            ticket_id=deferred.ticket_id,
            rule_id=deferred.rule_id,
            clock=deferred.clock,
            cycle=deferred.cycle,
            happened_at=deferred.happened_at,
        )
    ]


def _accrued(c: Compensation, terms: AccrualTerms, begins: datetime) -> Sequence[CompensationEvent]:
    total_fen = min(c.amount_fen + terms.per_day_fen, terms.cap_fen)
    return [
        CompensationAccrued(
            day=c.days + 1,
            day_started_at=begins,
            amount_fen=total_fen - c.amount_fen,
            total_fen=total_fen,
        )
    ]


def _of_clock(c: Compensation, events: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    """As on a ticket, but the audience is the approver or the one who fulfils."""
    return [_translated(c, event) for event in events()]


def _translated(c: Compensation, event: Any) -> Any:
    match event:
        case EscalationRaised(level=level):
            return CompensationApprovalEscalated(level=level, to=_asked(c, level))
        case NotificationQueued(level=level) if level:
            return replace(event, audience=_asked(c, level))
        case NotificationQueued(clock=clock):
            return replace(event, audience=audience_of(c, clock or ""))
        case _:
            return event


def _asked(c: Compensation, level: int) -> str:
    return replace(c, approval_level=level).asked_role or ESCALATION_LADDER[-1]
