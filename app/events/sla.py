"""Events of SLA clocks, on the stream of what they measure, and of the notices due.

`clock` and `cycle` identify a clock. `_us` fields are microseconds of open time of its calendar. A
clock is pinned to the versions of policy and calendar that it names.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTarget:
    """Open time in `seconds`, `days` by a count rule, or a fixed time `at`. Holds move only the
    first."""

    seconds: int | None = None
    days: int | None = None
    count_rule: str | None = None
    cut_off: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """Who is told when a breach has lasted `after_seconds`; `at` is when, if nothing
    stops the clock."""

    level: int
    audience: str
    after_seconds: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietWindow:
    """When staff must not be woken: local times `HH:MM` of `zone`; may run past midnight."""

    start: str
    end: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPlan:
    """When the clock falls due if nothing stops it before."""

    due_at: datetime
    warn_at: datetime | None
    escalations: tuple[EscalationStep, ...]
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockStarted:
    """A clock started, as of the event that it measures from."""

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
    """The clock was paused for a reason its policy allows, until `resume_by` at the latest."""

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
    """The clock runs again; the pause does not count."""

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
    """What the clock waited for happened; it is on time exactly if by the due time."""

    clock: str
    cycle: int
    result: str
    stopped_at: datetime
    due_at: datetime
    elapsed_us: int
    overrun_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarningRaised:
    """`percent` of the target is used up."""

    clock: str
    cycle: int
    percent: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarningSkipped:
    """The warning time had already passed when the clock was retargeted."""

    clock: str
    cycle: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreached:
    """The due time passed with the clock running; it happened at the due time, once a cycle."""

    clock: str
    cycle: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockCancelled:
    """The clock was cancelled; an earlier breach stays."""

    clock: str
    cycle: int
    reason: str
    cancelled_at: datetime
    elapsed_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClockRetargeted:
    """A running clock got new terms; `near_due` if suspiciously close to the due time."""

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
    """Late evidence showed that there was no breach."""

    clock: str
    cycle: int
    due_at: datetime
    proof: str
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreachWaived:
    """A manager waived the breach; it stays a breach, and figures show it both ways."""

    clock: str
    cycle: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationQueued:
    """A notice was queued, for `deliver_after` at the earliest; a digest combines several."""

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
