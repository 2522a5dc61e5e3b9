"""Facts about clocks, as short as a test wants to say them. They start at MORNING."""

from datetime import datetime, timedelta
from typing import Any

from app.events.sla import (
    ClockPlan,
    ClockTarget,
    SlaBreached,
    SlaBreachRetracted,
    SlaBreachWaived,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockRetargeted,
    SlaClockStarted,
)
from app.events.ticket import Location
from tests.projections.telling import MORNING, Teller, reported

MINUTE_US = 60_000_000


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def started(
    clock: str = "arrive", cycle: int = 1, *, since: float = 0, minutes: int = 120, **more: Any
) -> SlaClockStarted:
    return SlaClockStarted(
        clock=clock,
        cycle=cycle,
        started_at=at(since),
        **{**_terms(since + minutes, minutes), **more},
    )


def retargeted(
    clock: str = "arrive", cycle: int = 1, *, due: float, minutes: int = 60
) -> SlaClockRetargeted:
    return SlaClockRetargeted(
        clock=clock,
        cycle=cycle,
        mode="retro_with_floor",
        reason="reclassified",
        changed_at=at(0),
        consumed_us=0,
        near_due=False,
        old_due_at=at(120),
        old_target=ClockTarget(seconds=7200),
        old_policy_version=1,
        old_calendar_version=1,
        **_terms(due, minutes),
    )


def paused(
    clock: str = "arrive", cycle: int = 1, *, since: float, then_due: float | None = None
) -> SlaClockPaused:
    plan = None if then_due is None else _plan(then_due)
    return SlaClockPaused(
        clock=clock,
        cycle=cycle,
        reason="owner_unavailable",
        paused_at=at(since),
        consumed_us=0,
        resume_by=at(5000) if plan else None,
        ends_by="expected",
        then=plan,
    )


def resumed(clock: str = "arrive", cycle: int = 1, *, back: float, due: float) -> SlaClockResumed:
    plan = _plan(due)
    return SlaClockResumed(
        clock=clock,
        cycle=cycle,
        cause="released",
        resumed_at=at(back),
        due_at=plan.due_at,
        warn_at=plan.warn_at,
        escalations=(),
        provisional=False,
    )


def met(
    clock: str = "arrive", cycle: int = 1, *, stopped: float, due: float = 120, over: float = 0
) -> SlaClockMet:
    """Late exactly if it is so much `over`."""
    return SlaClockMet(
        clock=clock,
        cycle=cycle,
        result="late" if over else "on_time",
        stopped_at=at(stopped),
        due_at=at(due),
        elapsed_us=round(stopped * MINUTE_US),
        overrun_us=round(over * MINUTE_US) if over else None,
    )


def breached(clock: str = "arrive", cycle: int = 1, *, due: float = 120) -> SlaBreached:
    return SlaBreached(clock=clock, cycle=cycle, due_at=at(due))


def retracted(clock: str = "arrive", cycle: int = 1) -> SlaBreachRetracted:
    return SlaBreachRetracted(clock=clock, cycle=cycle, due_at=at(120), proof="photo")


def waived(clock: str = "arrive", cycle: int = 1) -> SlaBreachWaived:
    return SlaBreachWaived(clock=clock, cycle=cycle, reason="暴雨红色预警")


def cancelled(clock: str = "arrive", cycle: int = 1, *, when: float) -> SlaClockCancelled:
    return SlaClockCancelled(
        clock=clock,
        cycle=cycle,
        reason="cancelled",
        cancelled_at=at(when),
        elapsed_us=round(when * MINUTE_US),
    )


def _plan(due: float) -> ClockPlan:
    return ClockPlan(due_at=at(due), warn_at=at(due - 10), escalations=(), provisional=False)


def _terms(due: float, minutes: int) -> dict[str, Any]:
    plan = _plan(due)
    return {
        "due_at": plan.due_at,
        "warn_at": plan.warn_at,
        "target": ClockTarget(seconds=minutes * 60),
        "budget_us": minutes * MINUTE_US,
        "policy_id": "default",
        "policy_version": 1,
        "calendar_id": "always",
        "calendar_version": 1,
        "provisional": False,
        "warn_percent": 80,
        "pausable_reasons": ("owner_unavailable",),
        "pause_cap_seconds": 604_800,
        "escalations": (),
    }


async def tell_three(teller: Teller) -> None:
    """Ticket 1 breached two clocks and met one late; 2 has a waived and a retracted breach; 3 runs
    and is not late."""
    await teller.tell(
        "ticket-1",
        reported("1"),
        started("acknowledge", minutes=15),
        started("arrive", minutes=120),
        breached("acknowledge", due=15),
        met("acknowledge", stopped=20, due=15, over=5),
        breached("arrive", due=120),
    )
    await teller.tell(
        "ticket-2",
        reported("2", service_class="simple", location=Location(community="lanting")),
        started("acknowledge", minutes=15),
        started("arrive", minutes=60),
        breached("acknowledge", due=15),
        waived("acknowledge"),
        met("acknowledge", stopped=16, due=15, over=1),
        breached("arrive", due=60),
        retracted("arrive"),
        met("arrive", stopped=59, due=60),
    )
    await teller.tell("ticket-3", reported("3"), started("arrive", minutes=90))
    await teller.project()
