"""Events of SLA clocks, on the stream of what they measure, and of the notices due.

`clock` and `cycle` identify a clock. `_us` fields are microseconds of open time of its calendar. A
clock is pinned to the versions of policy and calendar that it names.
"""

from datetime import datetime

from app.events.base import Integer, Value


class ClockTarget(Value, frozen=True, kw_only=True):
    """Open time in `seconds`, `days` by a count rule, or a fixed time `at`. Holds move only the
    first."""

    seconds: Integer | None = None
    days: Integer | None = None
    count_rule: str | None = None
    cut_off: str | None = None
    at: datetime | None = None


class EscalationStep(Value, frozen=True, kw_only=True):
    """Who is told when a breach has lasted `after_seconds`; `at` is when, if nothing
    stops the clock."""

    level: Integer
    audience: str
    after_seconds: Integer
    at: datetime


class QuietWindow(Value, frozen=True, kw_only=True):
    """When staff must not be woken: local times `HH:MM` of `zone`; may run past midnight."""

    start: str
    end: str
    zone: str


class ClockPlan(Value, frozen=True, kw_only=True):
    """When the clock falls due if nothing stops it before."""

    due_at: datetime
    warn_at: datetime | None
    escalations: tuple[EscalationStep, ...]
    provisional: bool


class SlaClockStarted(Value, frozen=True, kw_only=True):
    """A clock started, as of the event that it measures from."""

    clock: str
    cycle: Integer
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    target: ClockTarget
    budget_us: Integer
    policy_id: str
    policy_version: Integer
    calendar_id: str
    calendar_version: Integer
    provisional: bool
    warn_percent: Integer | None
    pausable_reasons: tuple[str, ...]
    pause_cap_seconds: Integer
    escalations: tuple[EscalationStep, ...]
    quiet: QuietWindow | None = None


class SlaClockPaused(Value, frozen=True, kw_only=True):
    """The clock was paused for a reason its policy allows, until `resume_by` at the latest."""

    clock: str
    cycle: Integer
    reason: str
    paused_at: datetime
    consumed_us: Integer
    resume_by: datetime | None
    ends_by: str
    then: ClockPlan | None


class SlaClockResumed(Value, frozen=True, kw_only=True):
    """The clock runs again; the pause does not count."""

    clock: str
    cycle: Integer
    cause: str
    resumed_at: datetime
    due_at: datetime
    warn_at: datetime | None
    escalations: tuple[EscalationStep, ...]
    provisional: bool


class SlaClockMet(Value, frozen=True, kw_only=True):
    """What the clock waited for happened; it is on time exactly if by the due time."""

    clock: str
    cycle: Integer
    result: str
    stopped_at: datetime
    due_at: datetime
    elapsed_us: Integer
    overrun_us: Integer | None


class SlaWarningRaised(Value, frozen=True, kw_only=True):
    """`percent` of the target is used up."""

    clock: str
    cycle: Integer
    percent: Integer
    due_at: datetime


class SlaWarningSkipped(Value, frozen=True, kw_only=True):
    """The warning time had already passed when the clock was retargeted."""

    clock: str
    cycle: Integer
    percent: Integer


class SlaBreached(Value, frozen=True, kw_only=True):
    """The due time passed with the clock running; it happened at the due time, once a cycle."""

    clock: str
    cycle: Integer
    due_at: datetime


class SlaClockCancelled(Value, frozen=True, kw_only=True):
    """The clock was cancelled; an earlier breach stays."""

    clock: str
    cycle: Integer
    reason: str
    cancelled_at: datetime
    elapsed_us: Integer


class SlaClockRetargeted(Value, frozen=True, kw_only=True):
    """A running clock got new terms; `near_due` if suspiciously close to the due time."""

    clock: str
    cycle: Integer
    mode: str
    reason: str
    changed_at: datetime
    consumed_us: Integer
    near_due: bool
    old_due_at: datetime
    old_target: ClockTarget
    old_policy_version: Integer
    old_calendar_version: Integer
    due_at: datetime
    warn_at: datetime | None
    target: ClockTarget
    budget_us: Integer
    policy_id: str
    policy_version: Integer
    calendar_id: str
    calendar_version: Integer
    provisional: bool
    warn_percent: Integer | None
    pausable_reasons: tuple[str, ...]
    pause_cap_seconds: Integer
    escalations: tuple[EscalationStep, ...]
    quiet: QuietWindow | None = None


class SlaBreachRetracted(Value, frozen=True, kw_only=True):
    """Late evidence showed that there was no breach."""

    clock: str
    cycle: Integer
    due_at: datetime
    proof: str
    photo_ids: tuple[str, ...] = ()


class SlaBreachWaived(Value, frozen=True, kw_only=True):
    """A manager waived the breach; it stays a breach, and figures show it both ways."""

    clock: str
    cycle: Integer
    reason: str
    note: str | None = None


class NotificationQueued(Value, frozen=True, kw_only=True):
    """A notice was queued, for `deliver_after` at the earliest; a digest combines several."""

    template: str
    audience: str
    level: Integer | None = None
    clock: str | None = None
    cycle: Integer | None = None
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
