"""What lapses on a clock, and its notices. Needs no calendar."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from app.domain.sla.clock import LATE, Clock, Clocks, clock_of
from app.domain.sla.quiet import deliver_after
from app.events.base import SYSTEM, Fact
from app.events.sla import (
    ClockPlan,
    EscalationStep,
    NotificationQueued,
    SlaBreached,
    SlaClockResumed,
    SlaEvent,
    SlaWarningRaised,
)
from app.events.ticket import EscalationRaised

AFTER = timedelta(microseconds=1)  # breached after the due time, not at it
OUTAGE = timedelta(minutes=1)  # a lapse recorded later than this was not noticed in time

WARNING, BREACH, ESCALATION, DIGEST = "sla_warning", "sla_breached", "sla_escalation", "sla_digest"
WARNING_AUDIENCE, BREACH_AUDIENCE = "assignee", "first_responsible"


class Timer(NamedTuple):
    """From `lapses_at` on, it is certain that `events` happened at `occurred_at`."""

    lapses_at: datetime
    occurred_at: datetime
    events: Callable[[], Sequence[Any]]


def clock_timers(clocks: Clocks) -> Iterator[Timer]:
    for clock in clocks:
        yield from _timers(clock)


def _timers(clock: Clock) -> Iterator[Timer]:
    """The next timer of each sort; later ones follow when it has lapsed."""
    due_at, pause = clock.due_at, clock.pause
    breach = Timer(due_at + AFTER, due_at, partial(_breached, clock))
    if clock.is_over:
        if clock.verdict == LATE and clock.breached_at is None:
            yield breach  # the breach follows from a fact that was recorded late
    elif pause is not None:
        if clock.breached_at is None and due_at < pause.since:
            yield breach
        if pause.resume_by is not None and pause.then is not None:
            resumed = partial(_resumed, clock, pause.resume_by, pause.ends_by, pause.then)
            yield Timer(pause.resume_by, pause.resume_by, resumed)
    elif clock.breached_at is None:
        if clock.warn_at is not None and not clock.warned:
            yield Timer(clock.warn_at, clock.warn_at, partial(_warned, clock, clock.warn_at))
        yield breach
    elif not clock.waived:
        yield from _next_escalation(clock)


def _warned(clock: Clock, at: datetime) -> Sequence[SlaEvent]:
    raised = SlaWarningRaised(
        clock=clock.kind, cycle=clock.cycle, percent=clock.warn_percent or 0, due_at=clock.due_at
    )
    return [raised, _notice(clock, WARNING, WARNING_AUDIENCE, 0, at)]


def _breached(clock: Clock) -> Sequence[SlaEvent]:
    breached = SlaBreached(clock=clock.kind, cycle=clock.cycle, due_at=clock.due_at)
    return [breached, _notice(clock, BREACH, BREACH_AUDIENCE, 0, clock.due_at)]


def _next_escalation(clock: Clock) -> Iterator[Timer]:
    higher = [step for step in clock.escalations if step.level > clock.escalated]
    if higher:
        step = min(higher, key=lambda each: each.level)
        yield Timer(step.at, step.at, partial(_escalated, clock, step))


def _escalated(clock: Clock, step: EscalationStep) -> Sequence[SlaEvent | EscalationRaised]:
    raised = EscalationRaised(level=step.level, reason=BREACH, clock=clock.kind, cycle=clock.cycle)
    return [raised, _notice(clock, ESCALATION, step.audience, step.level, step.at)]


def _resumed(clock: Clock, at: datetime, cause: str, then: ClockPlan) -> Sequence[SlaEvent]:
    return [
        SlaClockResumed(
            clock=clock.kind,
            cycle=clock.cycle,
            cause=cause,
            resumed_at=at,
            due_at=then.due_at,
            warn_at=then.warn_at,
            escalations=then.escalations,
            provisional=then.provisional,
        )
    ]


def _notice(
    clock: Clock, template: str, audience: str, level: int, at: datetime
) -> NotificationQueued:
    return NotificationQueued(
        template=template,
        audience=audience,
        level=level,
        clock=clock.kind,
        cycle=clock.cycle,
        deliver_after=deliver_after(clock.quiet, at),
    )


def merge_late_notices(
    facts: Sequence[Fact[Any]], clocks: Clocks, now: datetime
) -> Sequence[Fact[Any]]:
    """After an outage everything is recorded, but with one notice, to the highest level reached."""
    notices = [fact for fact in facts if isinstance(fact.event, NotificationQueued)]
    if not any(now - fact.occurred_at > OUTAGE for fact in notices):
        return facts
    kept = [fact for fact in facts if not isinstance(fact.event, NotificationQueued)]
    highest: NotificationQueued = max(notices, key=_level_of).event
    clock = clock_of(clocks, highest.clock or "", highest.cycle or 0)
    digest = NotificationQueued(
        template=DIGEST,
        audience=highest.audience,
        level=highest.level,
        clock=highest.clock,
        cycle=highest.cycle,
        deliver_after=deliver_after(clock.quiet if clock else None, now),
        digest=True,
    )
    return [*kept, Fact(digest, kept[-1].occurred_at, SYSTEM)]


def _level_of(fact: Fact[Any]) -> int:
    return fact.event.level or 0
