"""Events of SLA policies: which clocks run for which tickets, version by version."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which tickets a row applies to: every field that is set has to match."""

    kind: str | None = None
    service_class: str | None = None
    category: str | None = None
    community: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStep:
    """Who is told when a breach has lasted `after_seconds` of open time."""

    level: int
    audience: str
    after_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyClock:
    """One clock of a row: open time in `seconds`, or `days` by a count rule; if neither, none runs.

    `only_long_works` is for updates: they are owed if completion was promised in days.
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
    """The clocks of one selector; those of `urgent` rows notify during quiet hours too."""

    selector: Selector
    clocks: tuple[PolicyClock, ...]
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyQuietHours:
    """Local times `HH:MM`; may run past midnight."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicyRecorded:
    """A policy was entered or replaced as a whole; running clocks keep their version."""

    policy_id: str
    version: int
    valid_from: datetime
    rows: tuple[PolicyRow, ...]
    quiet: PolicyQuietHours | None = None
    source: str | None = None


SlaPolicyEvent = SlaPolicyRecorded
