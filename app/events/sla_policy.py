"""Events of SLA policies: which clocks run for which tickets, version by version."""

from datetime import datetime

from app.events.base import Integer, Value


class Selector(Value, frozen=True, kw_only=True):
    """Which tickets a row applies to: every field that is set has to match."""

    kind: str | None = None
    service_class: str | None = None
    category: str | None = None
    community: str | None = None
    tier: str | None = None


class PolicyStep(Value, frozen=True, kw_only=True):
    """Who is told when a breach has lasted `after_seconds` of open time."""

    level: Integer
    audience: str
    after_seconds: Integer


class PolicyClock(Value, frozen=True, kw_only=True):
    """One clock of a row: open time in `seconds`, or `days` by a count rule; if neither, none runs.

    `only_long_works` is for updates: they are owed if completion was promised in days.
    """

    clock: str
    seconds: Integer | None = None
    days: Integer | None = None
    count_rule: str | None = None
    cut_off: str | None = None
    calendar_id: str = "always"
    warn_percent: Integer | None = None
    pausable_reasons: tuple[str, ...] = ()
    pause_cap_seconds: Integer = 604_800
    escalations: tuple[PolicyStep, ...] = ()
    source: str | None = None
    only_long_works: bool = False


class PolicyRow(Value, frozen=True, kw_only=True):
    """The clocks of one selector; those of `urgent` rows notify during quiet hours too."""

    selector: Selector
    clocks: tuple[PolicyClock, ...]
    urgent: bool = False


class PolicyQuietHours(Value, frozen=True, kw_only=True):
    """Local times `HH:MM`; may run past midnight."""

    start: str
    end: str


class SlaPolicyRecorded(Value, frozen=True, kw_only=True):
    """A policy was entered or replaced as a whole; running clocks keep their version."""

    policy_id: str
    version: Integer
    valid_from: datetime
    rows: tuple[PolicyRow, ...]
    quiet: PolicyQuietHours | None = None
    source: str | None = None


SlaPolicyEvent = SlaPolicyRecorded
