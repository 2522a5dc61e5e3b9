"""Facts about what is promised: which clocks run for which matters, version by version."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which matters a row is for: those of which everything named here is true."""

    kind: str | None = None
    service_class: str | None = None
    category: str | None = None
    community: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStep:
    """Who is told when a breach has gone on for so much open time."""

    level: int
    audience: str
    after_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyClock:
    """One clock of a row: open time in seconds, or days by a rule; neither means that none runs.

    `only_long_works` is for updates: they are owed where the work was promised within days.
    """

    clock: str
    seconds: int | None = None
    days: int | None = None
    count_rule: str | None = None
    cut_off: str | None = None
    calendar_id: str = "always"
    warn_percent: int | None = None
    pausable_reasons: tuple[str, ...] = ()
    pause_cap_seconds: int = 604_800
    escalations: tuple[PolicyStep, ...] = ()
    source: str | None = None
    only_long_works: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """What is promised for the matters of one selector; `urgent` ones wake people at night."""

    selector: Selector
    clocks: tuple[PolicyClock, ...]
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyQuietHours:
    """Local times `HH:MM`, also over midnight."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicyRecorded:
    """A policy was entered or replaced as a whole; running clocks keep the one they began on."""

    policy_id: str
    version: int
    valid_from: datetime
    rows: tuple[PolicyRow, ...]
    quiet: PolicyQuietHours | None = None
    source: str | None = None


SlaPolicyEvent = SlaPolicyRecorded
