"""Shapes of calendars, policies, clocks and their figures."""

from datetime import date, datetime

from pydantic import Field

from app.domain.sla.clock import ClockKind, ClockResult, ClockState
from app.domain.sla.clock_line import StretchKind
from app.domain.sla.clock_retarget import ClockChange
from app.views.shape import QuietHours, Shape


class ClockAnswer(Shape):
    """时限. What has `elapsed` counts open time without the pauses, as of now."""

    kind: ClockKind
    cycle: int
    state: ClockState
    result: ClockResult | None
    started_at: datetime
    target: str = Field(description="ISO 8601: `PT2H` of open time, or `P5D` by the calendar.")
    due_at: datetime
    warn_at: datetime | None
    stopped_at: datetime | None
    elapsed: str
    overrun: str | None = Field(description="Open time beyond the target; frozen at the stop.")
    breached_at: datetime | None
    policy_version: int
    calendar_version: int
    provisional: bool


class IntervalAnswer(Shape):
    start: str
    end: str


class SpecialHoursAnswer(Shape):
    on: date
    intervals: list[IntervalAnswer]


class MakeUpDayAnswer(Shape):
    on: date
    weekday: int


class ExceptionsAnswer(Shape):
    closed: list[date]
    hours: list[SpecialHoursAnswer]
    make_up: list[MakeUpDayAnswer]


class CalendarAnswer(Shape):
    id: str
    version: int
    newest_version: int
    zone: str
    week: list[list[IntervalAnswer]]
    exceptions: ExceptionsAnswer
    valid_from: datetime
    provisional_years: list[int]


class Computed(Shape):
    """`due_at` and `provisional`, or `elapsed`, as it was asked."""

    due_at: datetime | None = None
    provisional: bool | None = Field(
        default=None, description="A holiday notice still to come may move it."
    )
    elapsed: str | None = Field(default=None, description="ISO 8601")


class ClockEntry(ClockAnswer):
    """A running clock, and whose it is."""

    ticket_id: str
    number: str
    service_class: str
    community: str
    assignee: str | None


class ClockPage(Shape):
    items: list[ClockEntry]
    next_cursor: str | None


class Breach(Shape):
    """超时. It happened at the due time, whenever it was detected."""

    ticket_id: str
    number: str
    clock: str
    cycle: int
    due_at: datetime
    occurred_at: datetime
    detected_at: datetime | None = Field(
        description="When it was recorded; null for the moment until it is."
    )
    overrun: str | None = Field(description="Open time beyond the due time; frozen at the end.")
    ended_at: datetime | None
    waived: bool
    retracted: bool
    service_class: str
    community: str
    assignee: str | None


class BreachPage(Shape):
    items: list[Breach]
    next_cursor: str | None


class OnTimeFigures(Shape):
    n: int = Field(description="On time and late together.")
    value: float | None = Field(description="Per cent.")
    ci95: list[float] | None = Field(description="Wilson, [low, high], per cent.")
    sufficient: bool = Field(description="Whether n is 30 at least.")
    raw_value: float | None = Field(description="As if nothing had been waived.")
    on_time: int
    late: int
    cancelled: int
    waived: int
    running: int = Field(description="Still within their time: counted nowhere so far.")


class OnTimeGroup(OnTimeFigures):
    key: str | None


class OnTimeAnswer(OnTimeFigures):
    group_by: str | None
    groups: list[OnTimeGroup] | None


class SelectorAnswer(Shape):
    kind: str | None
    service_class: str | None
    category: str | None
    community: str | None
    tier: str | None


class StepAnswer(Shape):
    level: int
    audience: str
    after: str


class PolicyClockAnswer(Shape):
    clock: str
    target: str | None
    count_rule: str | None
    cut_off: str | None
    calendar_id: str
    warn_percent: int | None
    pausable_reasons: list[str]
    pause_cap: str
    escalations: list[StepAnswer]
    source: str | None
    only_long_works: bool


class PolicyRowAnswer(Shape):
    selector: SelectorAnswer
    urgent: bool
    clocks: list[PolicyClockAnswer]


class PolicyVersionAnswer(Shape):
    version: int
    valid_from: datetime


class PolicyAnswer(Shape):
    """时限政策"""

    id: str
    version: int
    valid_from: datetime
    source: str | None
    quiet_hours: QuietHours | None
    rows: list[PolicyRowAnswer]
    versions: list[PolicyVersionAnswer]


class Finding(Shape):
    """What is strange. `given` is what the policy gives, `said` what somebody said beside it."""

    code: str
    message: str
    clock: str
    selector: SelectorAnswer
    policy_id: str | None
    given: str | None
    said: str | None
    source: str | None


class PolicyList(Shape):
    items: list[PolicyAnswer]
    findings: list[Finding]


class PolicyPut(PolicyAnswer):
    findings: list[Finding]


class Segment(Shape):
    from_: datetime = Field(alias="from")
    to: datetime
    kind: StretchKind
    reason: str | None
    seconds: float


class Explanation(ClockAnswer):
    """The clock, and every stretch of its run without a gap."""

    policy_id: str
    calendar_id: str
    segments: list[Segment]


class Migrated(Shape):
    ticket_id: str
    number: str
    clock: str
    cycle: int
    change: ClockChange
    old_due_at: datetime | None
    new_due_at: datetime | None
    old_policy_version: int | None
    new_policy_version: int
    old_calendar_version: int | None
    new_calendar_version: int


class NotMigrated(Shape):
    ticket_id: str
    code: str


class Migration(Shape):
    policy_id: str
    version: int | None = Field(description="In force now; null where it is not yet.")
    dry_run: bool
    mode: str
    items: list[Migrated]
    unchanged: int = Field(
        description="Clocks of older versions whose terms stay: the same, or breached already."
    )
    refused: list[NotMigrated]
    next_cursor: str | None


class Simulated(Shape):
    ticket_id: str
    number: str
    clock: str
    cycle: int
    old_due_at: datetime | None
    new_due_at: datetime | None
    old_breached: bool
    new_breached: bool


class Simulation(Shape):
    items: list[Simulated]
    clocks: int
    moved: int
    breaches_gained: int
    breaches_lost: int
    next_cursor: str | None
