"""The state of an SLA clock: its target, its pauses and the verdict.

Every instant at which something lapses is computed when the clock is decided and stored here, so
reading a clock needs no calendar.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from msgspec.structs import replace

from app.events.base import Value
from app.events.by_type import by_type, unchanged
from app.events.sla import (
    ClockPlan,
    ClockTarget,
    EscalationStep,
    NotificationQueued,
    QuietWindow,
    SlaBreached,
    SlaBreachRetracted,
    SlaBreachWaived,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockRetargeted,
    SlaClockStarted,
    SlaEvent,
    SlaWarningRaised,
    SlaWarningSkipped,
)

ClockKind = Literal[
    "acknowledge",
    "arrive",
    "propose",
    "update",
    "resolve",
    "close",
    "follow_up",
    "approval",
    "fulfilment",
]
KINDS: tuple[ClockKind, ...] = get_args(ClockKind)
KEPT_OF_A_KIND = 20  # cycles; earlier ones stay in the events
KEPT_PAUSES = 50  # of one clock; the time before them is kept as a sum

ClockResult = Literal["on_time", "late", "cancelled", "waived"]
ON_TIME: ClockResult = "on_time"
LATE: ClockResult = "late"
CANCELLED: ClockResult = "cancelled"
WAIVED: ClockResult = "waived"

UnfinishedState = Literal["running", "paused", "breached", "breached_paused"]
ClockState = Literal[UnfinishedState, "met", "met_late", "cancelled"]


class Pause(Value, frozen=True, kw_only=True):
    """`consumed_us` is the time counted by `since`. Until it ends, `resume_by` and `ends_by` tell
    when and why it ends by itself, and `then` the plan from then on."""

    since: datetime
    reason: str
    consumed_us: int
    until: datetime | None = None
    resume_by: datetime | None = None
    ends_by: str = "pause_cap"
    then: ClockPlan | None = None


class Clock(Value, frozen=True, kw_only=True):
    """`budget_us` is the time that may count until the due time; usually the target itself.

    `origin_at` is where the kept pauses begin, `origin_us` the time counted by then.
    """

    kind: str
    cycle: int
    started_at: datetime
    target: ClockTarget
    budget_us: int
    policy_id: str
    policy_version: int
    calendar_id: str
    calendar_version: int
    warn_percent: int | None
    pausable_reasons: tuple[str, ...]
    pause_cap_seconds: int
    quiet: QuietWindow | None
    due_at: datetime
    warn_at: datetime | None
    escalations: tuple[EscalationStep, ...]
    provisional: bool
    origin_at: datetime
    origin_us: int = 0
    pauses: tuple[Pause, ...] = ()
    warned: bool = False
    breached_at: datetime | None = None
    escalated: int = 0
    waived: bool = False
    verdict: str | None = None
    stopped_at: datetime | None = None
    elapsed_us: int = 0
    overrun_us: int | None = None

    @property
    def pause(self) -> Pause | None:
        """The current pause."""
        last = self.pauses[-1] if self.pauses else None
        return last if last and last.until is None else None

    @property
    def is_over(self) -> bool:
        return self.verdict is not None

    @property
    def is_cancelled(self) -> bool:
        return self.verdict == CANCELLED

    @property
    def is_late(self) -> bool:
        return self.breached_at is not None or self.verdict == LATE

    @property
    def state(self) -> ClockState:
        if self.verdict == CANCELLED:
            return "cancelled"
        if self.verdict is not None:
            return "met_late" if self.is_late else "met"
        if self.breached_at:
            return "breached_paused" if self.pause else "breached"
        return "paused" if self.pause else "running"

    @property
    def result(self) -> str | None:
        """A `ClockResult`; None while it may still be on time."""
        if self.waived:
            return WAIVED
        return LATE if self.is_late and self.verdict != CANCELLED else self.verdict

    @property
    def plan(self) -> ClockPlan:
        return ClockPlan(
            due_at=self.due_at,
            warn_at=self.warn_at,
            escalations=self.escalations,
            provisional=self.provisional,
        )


Clocks = tuple[Clock, ...]


def clock_of(clocks: Clocks, kind: str, cycle: int) -> Clock | None:
    return next((one for one in clocks if (one.kind, one.cycle) == (kind, cycle)), None)


def latest(clocks: Clocks, kind: str) -> Clock | None:
    return next((one for one in reversed(clocks) if one.kind == kind), None)


def running(clocks: Clocks) -> Clocks:
    """The clocks that are not over, paused and breached ones included."""
    return tuple(one for one in clocks if not one.is_over)


def clocks_after(clocks: Clocks, event: SlaEvent) -> Clocks:
    """The fold. An event about an unknown clock changes nothing."""
    if isinstance(event, SlaClockStarted):
        return _bounded((*_others(clocks, event.clock, event.cycle), _started(event)))
    if isinstance(event, NotificationQueued):
        return clocks
    after = FOLD[type(event)]
    return tuple(
        after(one, event) if (one.kind, one.cycle) == (event.clock, event.cycle) else one
        for one in clocks
    )


def escalated(clocks: Clocks, kind: str, cycle: int, level: int) -> Clocks:
    return tuple(
        replace(one, escalated=max(one.escalated, level))
        if (one.kind, one.cycle) == (kind, cycle)
        else one
        for one in clocks
    )


def _others(clocks: Clocks, kind: str, cycle: int) -> Clocks:
    return tuple(one for one in clocks if (one.kind, one.cycle) != (kind, cycle))


def _bounded(clocks: Clocks) -> Clocks:
    newest = clocks[-1]
    same = [one for one in clocks if one.kind == newest.kind]
    if len(same) <= KEPT_OF_A_KIND:
        return clocks
    oldest = same[0]
    return tuple(one for one in clocks if one is not oldest)


def _started(event: SlaClockStarted) -> Clock:
    return Clock(
        kind=event.clock,
        cycle=event.cycle,
        started_at=event.started_at,
        target=event.target,
        budget_us=event.budget_us,
        policy_id=event.policy_id,
        policy_version=event.policy_version,
        calendar_id=event.calendar_id,
        calendar_version=event.calendar_version,
        warn_percent=event.warn_percent,
        pausable_reasons=event.pausable_reasons,
        pause_cap_seconds=event.pause_cap_seconds,
        quiet=event.quiet,
        due_at=event.due_at,
        warn_at=event.warn_at,
        escalations=event.escalations,
        provisional=event.provisional,
        origin_at=event.started_at,
    )


def _paused(clock: Clock, event: SlaClockPaused) -> Clock:
    """A current pause is replaced and keeps its start."""
    lasting = clock.pause
    pause = Pause(
        since=lasting.since if lasting else event.paused_at,
        reason=event.reason,
        consumed_us=event.consumed_us,
        resume_by=event.resume_by,
        ends_by=event.ends_by,
        then=event.then,
    )
    before = clock.pauses[:-1] if lasting else clock.pauses
    return _with_bounded_pauses(replace(clock, pauses=(*before, pause)))


def _resumed(clock: Clock, event: SlaClockResumed) -> Clock:
    """On a clock that is over, it corrects the end of the last pause."""
    if not clock.pauses:
        return clock
    ended = replace(clock.pauses[-1], until=event.resumed_at, resume_by=None, then=None)
    return replace(
        clock,
        pauses=(*clock.pauses[:-1], ended),
        due_at=event.due_at,
        warn_at=event.warn_at,
        escalations=event.escalations,
        provisional=event.provisional,
    )


def _met(clock: Clock, event: SlaClockMet) -> Clock:
    return replace(
        clock,
        verdict=event.result,
        stopped_at=event.stopped_at,
        due_at=event.due_at,
        elapsed_us=event.elapsed_us,
        overrun_us=event.overrun_us,
        pauses=_ended(clock.pauses, event.stopped_at),
    )


def _cancelled(clock: Clock, event: SlaClockCancelled) -> Clock:
    return replace(
        clock,
        verdict=CANCELLED,
        stopped_at=event.cancelled_at,
        elapsed_us=event.elapsed_us,
        pauses=_ended(clock.pauses, event.cancelled_at),
    )


def _ended(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    """Ends every pause at the clock's end, and drops those that begin after it."""
    return tuple(
        replace(one, until=min(one.until or at, at), resume_by=None, then=None)
        for one in pauses
        if one.since < at
    )


def _retargeted(clock: Clock, event: SlaClockRetargeted) -> Clock:
    return replace(
        clock,
        target=event.target,
        budget_us=event.budget_us,
        policy_id=event.policy_id,
        policy_version=event.policy_version,
        calendar_id=event.calendar_id,
        calendar_version=event.calendar_version,
        warn_percent=event.warn_percent,
        pausable_reasons=event.pausable_reasons,
        pause_cap_seconds=event.pause_cap_seconds,
        quiet=event.quiet,
        due_at=event.due_at,
        warn_at=event.warn_at,
        escalations=event.escalations,
        provisional=event.provisional,
    )


def _with_bounded_pauses(clock: Clock) -> Clock:
    surplus: Sequence[Pause] = clock.pauses[: max(0, len(clock.pauses) - KEPT_PAUSES)]
    if not surplus:
        return clock
    last = surplus[-1]
    return replace(
        clock,
        pauses=clock.pauses[len(surplus) :],
        origin_at=last.until or last.since,
        origin_us=last.consumed_us,
    )


def _warned(clock: Clock, _event: SlaWarningRaised | SlaWarningSkipped) -> Clock:
    return replace(clock, warned=True)


def _breached(clock: Clock, event: SlaBreached) -> Clock:
    return replace(clock, breached_at=event.due_at)


def _not_breached(clock: Clock, _event: SlaBreachRetracted) -> Clock:
    return replace(clock, breached_at=None, escalated=0, waived=False)


def _waived(clock: Clock, _event: SlaBreachWaived) -> Clock:
    return replace(clock, waived=True)


FOLD: Mapping[type[Any], Callable[[Clock, Any], Clock]] = by_type(
    SlaEvent,
    {
        SlaClockStarted: unchanged,  # `clocks_after` begins the clock with it
        SlaClockPaused: _paused,
        SlaClockResumed: _resumed,
        SlaClockMet: _met,
        SlaWarningRaised: _warned,
        SlaWarningSkipped: _warned,
        SlaBreached: _breached,
        SlaClockCancelled: _cancelled,
        SlaClockRetargeted: _retargeted,
        SlaBreachRetracted: _not_breached,
        SlaBreachWaived: _waived,
        NotificationQueued: unchanged,
    },
)
