"""Starts, pauses, resumes, stops and cancels clocks (docs/domain.md §3.2).

Each function returns events. Instants are when the facts occurred, however late they are recorded:
a late fact corrects what was concluded without it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.calendars.version import CalendarVersion
from app.domain.errors import Unacceptable
from app.domain.sla.clock import LATE, ON_TIME, Clock, Pause
from app.domain.sla.clock_line import MICROSECOND, Line, Span, cut_at, ending_at, line_of
from app.domain.sla.clock_plan import ClockTerms, budget_of, fixed_due, plan_of, plan_with
from app.events.base import Value
from app.events.sla import (
    ClockPlan,
    SlaBreachRetracted,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockStarted,
    SlaEvent,
)

Events = list[SlaEvent]

RELEASED, EXPECTED, CAP, STOPPED = "released", "expected", "pause_cap", "stopped"


class Proof(Value, frozen=True, kw_only=True):
    """The proof of a late fact: `photo`, `geo`, or the role of the person who vouches for it."""

    kind: str
    photo_ids: tuple[str, ...] = ()


def start(kind: str, cycle: int, at: datetime, terms: ClockTerms) -> Events:
    budget_us = budget_of(terms, at)
    line = Line(calendar=terms.calendar, origin_at=at)
    plan = plan_of(terms, line, budget_us, terms.fixed_due(at))
    return [started(kind, cycle, at, terms, budget_us, plan)]


def started(
    kind: str, cycle: int, at: datetime, terms: ClockTerms, budget_us: int, plan: ClockPlan
) -> SlaClockStarted:
    return SlaClockStarted(
        clock=kind,
        cycle=cycle,
        started_at=at,
        due_at=plan.due_at,
        warn_at=plan.warn_at,
        target=terms.target,
        budget_us=budget_us,
        policy_id=terms.policy_id,
        policy_version=terms.policy_version,
        calendar_id=terms.calendar_id,
        calendar_version=terms.calendar.version,
        provisional=plan.provisional,
        warn_percent=terms.warn_percent,
        pausable_reasons=terms.pausing,
        pause_cap_seconds=terms.pause_cap_seconds,
        escalations=plan.escalations,
        quiet=terms.quiet,
    )


def pause(
    clock: Clock,
    calendar: CalendarVersion,
    reason: str,
    at: datetime,
    until: datetime | None,
    proof: Proof | None,
) -> Events:
    """The pause ends by itself at `until` or when the pause cap is used up."""
    lasting = clock.pause
    since = lasting.since if lasting else _earliest_pause(clock, at)
    left = timedelta(seconds=clock.pause_cap_seconds) - _paused_time(clock)
    if left <= timedelta():
        return []
    cap_at = since + left
    resume_by = min(until, cap_at) if until else cap_at
    earlier = _closed(clock)
    then = plan_with(clock, calendar, (*earlier, Span(since, max(since, resume_by))))
    paused = SlaClockPaused(
        clock=clock.kind,
        cycle=clock.cycle,
        reason=reason,
        paused_at=since,
        consumed_us=line_of(clock, calendar, earlier).consumed(since),
        resume_by=resume_by,
        ends_by=EXPECTED if until == resume_by else CAP,
        then=then,
    )
    undone = clock.breached_at is not None and then.due_at >= since
    return [*(_retracted(clock, proof) if undone else ()), paused]


def resume(clock: Clock, calendar: CalendarVersion, at: datetime, cause: str) -> Events:
    if clock.pause is None:
        return []
    at = max(at, clock.pause.since)
    return [_resumed(clock, at, cause, plan_with(clock, calendar, ending_at(clock.pauses, at)))]


def stop(clock: Clock, calendar: CalendarVersion, at: datetime, proof: Proof | None) -> Events:
    """Ends a current pause, stops the clock and gives its verdict."""
    events: Events = []
    if clock.pause and clock.pause.since < at:
        events += resume(clock, calendar, at, STOPPED)
    return [*events, *_judged(clock, calendar, cut_at(clock.pauses, at), at, proof)]


def add_past_pause(
    clock: Clock, calendar: CalendarVersion, reason: str, at: datetime, proof: Proof | None
) -> Events:
    """A hold recorded after the clock had stopped: it lasted until the stop and does not count."""
    stopped_at = clock.stopped_at
    since = _earliest_pause(clock, at)
    if stopped_at is None or since >= stopped_at:
        return []
    earlier = _closed(clock)
    spans = (*earlier, Span(since, stopped_at))
    paused = SlaClockPaused(
        clock=clock.kind,
        cycle=clock.cycle,
        reason=reason,
        paused_at=since,
        consumed_us=line_of(clock, calendar, earlier).consumed(since),
        resume_by=None,
        ends_by=STOPPED,
        then=None,
    )
    resumed = _resumed(clock, stopped_at, STOPPED, plan_with(clock, calendar, spans))
    return [paused, resumed, *_judged(clock, calendar, spans, stopped_at, proof)]


def shorten_past_pause(
    clock: Clock, calendar: CalendarVersion, at: datetime, proof: Proof | None
) -> Events:
    """The last hold before the stop ended earlier than recorded: the rest of it counts."""
    stopped_at = clock.stopped_at
    last = clock.pauses[-1] if clock.pauses else None
    if stopped_at is None or last is None or last.until != stopped_at or at >= stopped_at:
        return []
    at = max(at, last.since)
    spans = (*_closed(clock)[:-1], Span(last.since, at))
    resumed = _resumed(clock, at, RELEASED, plan_with(clock, calendar, spans))
    return [resumed, *_judged(clock, calendar, spans, stopped_at, proof)]


def cancel(clock: Clock, calendar: CalendarVersion, at: datetime, reason: str) -> Events:
    return [
        SlaClockCancelled(
            clock=clock.kind,
            cycle=clock.cycle,
            reason=reason,
            cancelled_at=at,
            elapsed_us=line_of(clock, calendar, cut_at(clock.pauses, at)).consumed(at),
        )
    ]


def _judged(
    clock: Clock,
    calendar: CalendarVersion,
    spans: Sequence[Span],
    at: datetime,
    proof: Proof | None,
) -> Events:
    """The verdict: on time exactly if stopped by the due time."""
    line = line_of(clock, calendar, spans)
    due_at = fixed_due(clock) or line.reaches(clock.budget_us)
    consumed = line.consumed(at)
    on_time = at <= due_at
    met = SlaClockMet(
        clock=clock.kind,
        cycle=clock.cycle,
        result=ON_TIME if on_time else LATE,
        stopped_at=at,
        due_at=due_at,
        elapsed_us=consumed,
        overrun_us=None if on_time else max(consumed - clock.budget_us, 0),
    )
    undone = on_time and clock.breached_at is not None
    return [*(_retracted(clock, proof) if undone else ()), met]


def _retracted(clock: Clock, proof: Proof | None) -> Events:
    """A recorded breach is retracted only for a fact with proof."""
    if proof is None:
        raise Unacceptable("occurred_at_needs_evidence", pointer="/occurred_at")
    return [
        SlaBreachRetracted(
            clock=clock.kind,
            cycle=clock.cycle,
            due_at=clock.breached_at or clock.due_at,
            proof=proof.kind,
            photo_ids=proof.photo_ids,
        )
    ]


def _resumed(clock: Clock, at: datetime, cause: str, plan: ClockPlan) -> SlaClockResumed:
    return SlaClockResumed(
        clock=clock.kind,
        cycle=clock.cycle,
        cause=cause,
        resumed_at=at,
        due_at=plan.due_at,
        warn_at=plan.warn_at,
        escalations=plan.escalations,
        provisional=plan.provisional,
    )


def _earliest_pause(clock: Clock, at: datetime) -> datetime:
    """`at`, or later: a pause begins neither before the clock nor inside another pause."""
    last = clock.pauses[-1] if clock.pauses else None
    return max(at, clock.origin_at, (last.until if last else None) or clock.origin_at)


def _closed(clock: Clock) -> tuple[Span, ...]:
    return tuple(Span(one.since, one.until) for one in clock.pauses if one.until is not None)


def _paused_time(clock: Clock) -> timedelta:
    ended = [one for one in clock.pauses if one.until is not None]
    return sum((_length(one) for one in ended), timedelta())


def _length(pause: Pause) -> timedelta:
    return (pause.until or pause.since) - pause.since


__all__ = [
    "CAP",
    "EXPECTED",
    "MICROSECOND",
    "RELEASED",
    "STOPPED",
    "Proof",
    "add_past_pause",
    "cancel",
    "pause",
    "resume",
    "shorten_past_pause",
    "start",
    "started",
    "stop",
]
