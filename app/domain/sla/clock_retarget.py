"""Retargets a running clock (docs/domain.md §3.4).

`retro` counts the new target from the start, `restart` from now. `retro_with_floor` counts it from
now, so it breaches nothing in the past, but never leaves more time than there was. A clock that is
over or breached is not changed.
"""

from datetime import datetime, timedelta
from typing import Literal, get_args

from msgspec.structs import replace

from app.domain.calendars.version import CalendarVersion
from app.domain.sla.clock import Clock, clocks_after
from app.domain.sla.clock_line import Line, ending_at, line_of
from app.domain.sla.clock_moves import Events, Proof, pause, resume, started
from app.domain.sla.clock_plan import SECOND_US, ClockTerms, plan_of, target_due, terms_of
from app.events.sla import SlaClockRetargeted, SlaWarningSkipped

MigrationMode = Literal["retro_with_floor", "retro", "restart"]
RetargetMode = Literal["pin", MigrationMode]
PIN: RetargetMode = "pin"
RETRO: RetargetMode = "retro"
FLOOR: RetargetMode = "retro_with_floor"
MODES: tuple[RetargetMode, ...] = get_args(RetargetMode)

ClockChange = Literal["retargeted", "cancelled", "started"]
"""What a new policy did to a clock."""

NEAR = timedelta(minutes=5)  # docs/domain.md §3.4: a change so near the due time is flagged


def start_mid_way(
    kind: str, cycle: int, begun_at: datetime, at: datetime, mode: str, terms: ClockTerms
) -> Events:
    """Starts a clock that the matter did not have so far, as if it had run from the beginning. An
    upgrade breaches nothing in the past."""
    line = Line(calendar=terms.calendar, origin_at=begun_at)
    budget_us, due_at = _budget_and_due(terms, line, begun_at, at, mode)
    plan = plan_of(terms, line, budget_us, due_at)
    begun = started(kind, cycle, begun_at, terms, budget_us, plan)
    return [begun, *_skipped(kind, cycle, terms, plan.warn_at, at)]


def retarget(
    clock: Clock,
    calendar: CalendarVersion,
    terms: ClockTerms,
    at: datetime,
    mode: str,
    reason: str,
) -> Events:
    if clock.is_over or clock.breached_at or mode == PIN or _same(clock, calendar, terms):
        return []
    line = replace(line_of(clock, calendar, ending_at(clock.pauses, at)), calendar=terms.calendar)
    consumed = line.consumed(at)
    budget_us, due_at = _budget_and_due(terms, line, clock.started_at, at, mode)
    if mode == FLOOR:
        budget_us, due_at = _at_most_left(clock, calendar, terms, line, at, budget_us, due_at)
    plan = plan_of(terms, line, budget_us, due_at)
    retargeted = SlaClockRetargeted(
        clock=clock.kind,
        cycle=clock.cycle,
        mode=mode,
        reason=reason,
        changed_at=at,
        consumed_us=consumed,
        near_due=abs(clock.due_at - at) <= NEAR,
        old_due_at=clock.due_at,
        old_target=clock.target,
        old_policy_version=clock.policy_version,
        old_calendar_version=clock.calendar_version,
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
    skipped = [] if clock.warned else _skipped(clock.kind, clock.cycle, terms, plan.warn_at, at)
    return [retargeted, *skipped, *_pause_again(clock, retargeted, terms, at)]


def _budget_and_due(
    terms: ClockTerms, line: Line, begun_at: datetime, at: datetime, mode: str
) -> tuple[int, datetime | None]:
    """The time that may count until the due time; and the due time itself for a target in days."""
    if terms.target.seconds is None:
        due_at = target_due(terms, begun_at if mode == RETRO else at)
        return line.consumed(due_at), due_at
    target_us = terms.target.seconds * SECOND_US
    return target_us + (0 if mode == RETRO else line.consumed(at)), None


def _at_most_left(
    clock: Clock,
    calendar: CalendarVersion,
    terms: ClockTerms,
    line: Line,
    at: datetime,
    budget_us: int,
    due_at: datetime | None,
) -> tuple[int, datetime | None]:
    if due_at is not None:
        earlier = min(clock.due_at, due_at)
        return line.consumed(earlier), earlier
    left_us = line.consumed(clock.due_at) - line.consumed(at)
    if clock.pause or terms.calendar == calendar:
        old = line_of(clock, calendar, ending_at(clock.pauses, at))
        left_us = clock.budget_us - old.consumed(at)
    return min(budget_us, line.consumed(at) + max(left_us, 0)), None


def _same(clock: Clock, calendar: CalendarVersion, terms: ClockTerms) -> bool:
    present = terms_of(clock, calendar)
    asked = replace(
        terms,
        policy_id=present.policy_id,
        policy_version=present.policy_version,
        pausable_reasons=terms.pausing,
    )
    return asked == present


def _skipped(
    kind: str, cycle: int, terms: ClockTerms, warn_at: datetime | None, at: datetime
) -> Events:
    if warn_at is None or warn_at > at:
        return []
    return [SlaWarningSkipped(clock=kind, cycle=cycle, percent=terms.warn_percent or 0)]


def _pause_again(
    clock: Clock, retargeted: SlaClockRetargeted, terms: ClockTerms, at: datetime
) -> Events:
    """A paused clock stays paused if its new terms allow it."""
    lasting = clock.pause
    if lasting is None:
        return []
    [changed] = clocks_after((clock,), retargeted)
    if lasting.reason not in retargeted.pausable_reasons:
        return resume(changed, terms.calendar, at, "retargeted")
    proof: Proof | None = None
    until = lasting.resume_by if lasting.ends_by == "expected" else None
    return pause(changed, terms.calendar, lasting.reason, lasting.since, until, proof)
