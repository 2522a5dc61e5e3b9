"""Facts about the clocks of a matter, recorded on the matter's own stream, and the notices due.

`clock` and `cycle` name the clock: one of a kind in each cycle. Times that count are microseconds
of open time of the clock's calendar; a clock keeps the versions of policy and calendar it is
pinned to.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTarget:
    """Open time in seconds, or days by a rule, or a time `at` which it is due: no hold moves the
    last two."""

    seconds: int | None = None
    days: int | None = None
    count_rule: str | None = None
    cut_off: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """Who is told when a breach has gone on for so long; `at` if nothing stops the clock."""

    level: int
    audience: str
    after_seconds: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietWindow:
    """When staff are not to be woken: local times `HH:MM` of the zone, also over midnight."""

    start: str
    end: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPlan:
    """When things come about if nothing stops the clock before."""

    due_at: datetime
    warn_at: datetime | None
    escalations: tuple[EscalationStep, ...]
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockStarted:
    """A clock runs since the fact that it measures from, whenever that was recorded."""

    clock: str
    cycle: int
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    target: ClockTarget
    budget_us: int
    policy_id: str
    policy_version: int
    calendar_id: str
    calendar_version: int
    provisional: bool
    warn_percent: int | None
    pausable_reasons: tuple[str, ...]
    pause_cap_seconds: int
    escalations: tuple[EscalationStep, ...]
    quiet: QuietWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockPaused:
    """The clock stands still for a reason that its policy allows, until `resume_by` at most."""

    clock: str
    cycle: int
    reason: str
    paused_at: datetime
    consumed_us: int
    resume_by: datetime | None
    ends_by: str
    then: ClockPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockResumed:
    """The clock runs again; what stood still meanwhile is not counted."""

    clock: str
    cycle: int
    cause: str
    resumed_at: datetime
    due_at: datetime
    warn_at: datetime | None
    escalations: tuple[EscalationStep, ...]
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockMet:
    """What the clock waited for has come: on time exactly if by the due time."""

    clock: str
    cycle: int
    result: str
    stopped_at: datetime
    due_at: datetime
    elapsed_us: int
    overrun_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarningRaised:
    """So much of the target has been used up."""

    clock: str
    cycle: int
    percent: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarningSkipped:
    """The warning's time was past already when the clock was given another target."""

    clock: str
    cycle: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreached:
    """The due time passed and the clock still ran; it happened at the due time, once in a cycle."""

    clock: str
    cycle: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockCancelled:
    """The clock measures nothing any more; a breach before that stays."""

    clock: str
    cycle: int
    reason: str
    cancelled_at: datetime
    elapsed_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockRetargeted:
    """A running clock was given other terms; `near_due` if it was done suspiciously late."""

    clock: str
    cycle: int
    mode: str
    reason: str
    changed_at: datetime
    consumed_us: int
    near_due: bool
    old_due_at: datetime
    old_target: ClockTarget
    old_policy_version: int
    old_calendar_version: int
    due_at: datetime
    warn_at: datetime | None
    target: ClockTarget
    budget_us: int
    policy_id: str
    policy_version: int
    calendar_id: str
    calendar_version: int
    provisional: bool
    warn_percent: int | None
    pausable_reasons: tuple[str, ...]
    pause_cap_seconds: int
    escalations: tuple[EscalationStep, ...]
    quiet: QuietWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreachRetracted:
    """Late evidence showed that there had been no breach."""

    clock: str
    cycle: int
    due_at: datetime
    proof: str
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreachWaived:
    """A manager let a breach pass; it stays a breach, and figures show it both ways."""

    clock: str
    cycle: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationQueued:
    """Somebody is to be told, not before `deliver_after`; a digest tells several things at once."""

    template: str
    audience: str
    level: int | None = None
    clock: str | None = None
    cycle: int | None = None
    person: str | None = None
    person_name: str | None = None
    deliver_after: datetime | None = None
    digest: bool = False


SlaEvent = (
    SlaClockStarted
    | SlaClockPaused
    | SlaClockResumed
    | SlaClockMet
    | SlaWarningRaised
    | SlaWarningSkipped
    | SlaBreached
    | SlaClockCancelled
    | SlaClockRetargeted
    | SlaBreachRetracted
    | SlaBreachWaived
    | NotificationQueued
)
