"""The terms of a clock, and the plan that follows from them: due time, warning, escalations."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.calendars.arithmetic import add
from app.domain.calendars.day_count import (
    CIVIL_CODE,
    CalendarDays,
    Elapsed,
    FixedInstant,
    Target,
    Workdays,
    due,
)
from app.domain.calendars.version import CalendarVersion
from app.domain.sla.clock import Clock
from app.domain.sla.clock_line import Line, Span, line_of
from app.events.base import Value
from app.events.sla import ClockPlan, ClockTarget, EscalationStep, QuietWindow

SECOND_US = 1_000_000


class Step(Value, frozen=True, kw_only=True):
    """An escalation: who is notified after some open time past the breach."""

    level: int
    audience: str
    after_seconds: int


class ClockTerms(Value, frozen=True, kw_only=True):
    """One line of a policy for one matter, with the calendar in force."""

    target: ClockTarget
    policy_id: str
    policy_version: int
    calendar_id: str
    calendar: CalendarVersion
    warn_percent: int | None
    pausable_reasons: tuple[str, ...]
    pause_cap_seconds: int
    steps: tuple[Step, ...]
    quiet: QuietWindow | None

    @property
    def pausing(self) -> tuple[str, ...]:
        """A target in days is not paused by a hold (docs/domain.md §3.3)."""
        return () if self.target.seconds is None else self.pausable_reasons

    def fixed_due(self, start: datetime) -> datetime | None:
        return target_due(self, start) if self.target.seconds is None else None


def terms_of(clock: Clock, calendar: CalendarVersion) -> ClockTerms:
    """The terms that the clock is pinned to."""
    return ClockTerms(
        target=clock.target,
        policy_id=clock.policy_id,
        policy_version=clock.policy_version,
        calendar_id=clock.calendar_id,
        calendar=calendar,
        warn_percent=clock.warn_percent,
        pausable_reasons=clock.pausable_reasons,
        pause_cap_seconds=clock.pause_cap_seconds,
        steps=tuple(
            Step(level=one.level, audience=one.audience, after_seconds=one.after_seconds)
            for one in clock.escalations
        ),
        quiet=clock.quiet,
    )


def day_target(target: ClockTarget) -> Target:
    if target.seconds is not None:
        return Elapsed(seconds=target.seconds)
    if target.at is not None:
        return FixedInstant(at=target.at)
    days = target.days if target.days is not None else 1
    if target.cut_off is not None:
        return Workdays(days=days, cut_off=target.cut_off)
    return CalendarDays(days=days, count_rule=target.count_rule or CIVIL_CODE)


def target_due(terms: ClockTerms, start: datetime) -> datetime:
    """The due time of a clock without pauses."""
    return due(terms.calendar, start, day_target(terms.target)).at


def budget_of(terms: ClockTerms, start: datetime) -> int:
    if terms.target.seconds is not None:
        return terms.target.seconds * SECOND_US
    return Line(calendar=terms.calendar, origin_at=start).consumed(target_due(terms, start))


def plan_of(
    terms: ClockTerms, line: Line, budget_us: int, fixed_due: datetime | None = None
) -> ClockPlan:
    """`fixed_due` is the due time of a target in days, which pauses do not move."""
    due_at = fixed_due or line.reaches(budget_us)
    percent = terms.warn_percent
    return ClockPlan(
        due_at=due_at,
        warn_at=line.reaches(budget_us * percent // 100) if percent else None,
        escalations=tuple(
            EscalationStep(
                level=step.level,
                audience=step.audience,
                after_seconds=step.after_seconds,
                at=add(terms.calendar, due_at, timedelta(seconds=step.after_seconds))
                if fixed_due
                else line.reaches(budget_us + step.after_seconds * SECOND_US),
            )
            for step in terms.steps
        ),
        provisional=terms.calendar.is_provisional(line.origin_at, due_at),
    )


def fixed_due(clock: Clock) -> datetime | None:
    return clock.due_at if clock.target.seconds is None else None


def plan_with(clock: Clock, calendar: CalendarVersion, spans: Sequence[Span]) -> ClockPlan:
    """The plan with exactly these pauses."""
    line = line_of(clock, calendar, spans)
    return plan_of(terms_of(clock, calendar), line, clock.budget_us, fixed_due(clock))
