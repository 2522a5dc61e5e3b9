"""One example of every event of a clock and of a policy, full in every field."""

from datetime import UTC, datetime
from typing import Any

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
    SlaWarningRaised,
    SlaWarningSkipped,
)
from app.events.sla_policy import (
    PolicyClock,
    PolicyQuietHours,
    PolicyRow,
    PolicyStep,
    Selector,
    SlaPolicyRecorded,
)

AT = datetime(2024, 3, 5, 1, tzinfo=UTC)
WARN = datetime(2024, 3, 5, 2, 36, tzinfo=UTC)
DUE = datetime(2024, 3, 5, 3, tzinfo=UTC)
LATER = datetime(2024, 3, 5, 3, 30, 0, 1, tzinfo=UTC)
ARRIVE: dict[str, Any] = {"clock": "arrive", "cycle": 1}
TARGET = ClockTarget(seconds=7200, days=5, count_rule="civil_code_201_203", cut_off="18:00", at=DUE)
STEPS = (EscalationStep(level=2, audience="manager", after_seconds=1800, at=LATER),)
QUIET = QuietWindow(start="22:00", end="07:00", zone="Asia/Shanghai")
PLAN: dict[str, Any] = {
    "due_at": DUE,
    "warn_at": WARN,
    "escalations": STEPS,
    "provisional": True,
}
TERMS: dict[str, Any] = {
    **PLAN,
    "target": TARGET,
    "budget_us": 7_200_000_000,
    "policy_id": "default",
    "policy_version": 1,
    "calendar_id": "always",
    "calendar_version": 1,
    "warn_percent": 80,
    "pausable_reasons": ("owner_unavailable",),
    "pause_cap_seconds": 604_800,
    "quiet": QUIET,
}

SLA_EXAMPLES: tuple[Any, ...] = (
    SlaClockStarted(**ARRIVE, started_at=AT, **TERMS),
    SlaClockPaused(
        **ARRIVE,
        reason="owner_unavailable",
        paused_at=AT,
        consumed_us=600_000_000,
        resume_by=LATER,
        ends_by="expected",
        then=ClockPlan(**PLAN),
    ),
    SlaClockResumed(**ARRIVE, cause="released", resumed_at=LATER, **PLAN),
    SlaClockRetargeted(
        **ARRIVE,
        mode="retro_with_floor",
        reason="reclassified",
        changed_at=AT,
        consumed_us=600_000_000,
        near_due=True,
        old_due_at=DUE,
        old_target=TARGET,
        old_policy_version=1,
        old_calendar_version=1,
        **TERMS,
    ),
    SlaWarningRaised(**ARRIVE, percent=80, due_at=DUE),
    SlaWarningSkipped(**ARRIVE, percent=80),
    SlaBreached(**ARRIVE, due_at=DUE),
    SlaBreachWaived(**ARRIVE, reason="暴雨红色预警", note="已电话说明"),
    SlaBreachRetracted(**ARRIVE, due_at=DUE, proof="photo", photo_ids=("p-1",)),
    SlaClockMet(
        **ARRIVE,
        result="late",
        stopped_at=LATER,
        due_at=DUE,
        elapsed_us=9_000_000_001,
        overrun_us=1_800_000_001,
    ),
    SlaClockCancelled(**ARRIVE, reason="merged", cancelled_at=LATER, elapsed_us=9_000_000_001),
    NotificationQueued(
        template="sla_escalation",
        audience="manager",
        level=2,
        **ARRIVE,
        person="u-li",
        person_name="李师傅",
        deliver_after=LATER,
        digest=True,
    ),
)

POLICY = SlaPolicyRecorded(
    policy_id="vip",
    version=2,
    valid_from=AT,
    rows=(
        PolicyRow(
            selector=Selector(
                kind="repair",
                service_class="general",
                category="leak",
                community="jinxiu",
                tier="vip",
            ),
            clocks=(
                PolicyClock(
                    clock="arrive",
                    seconds=3600,
                    days=5,
                    count_rule="no_roll",
                    cut_off="18:00",
                    calendar_id="office",
                    warn_percent=80,
                    pausable_reasons=("owner_unavailable",),
                    pause_cap_seconds=86_400,
                    escalations=(PolicyStep(level=1, audience="supervisor", after_seconds=0),),
                    source="S003",
                    only_long_works=True,
                ),
            ),
            urgent=True,
        ),
    ),
    quiet=PolicyQuietHours(start="22:00", end="07:00"),
    source="S003",
)
