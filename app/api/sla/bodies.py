"""Request bodies of SLA policies."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from app.domain.calendars.day_count import CountRule
from app.domain.compensation.clocks import SelectorKind
from app.domain.service_classes import ServiceClass
from app.domain.sla.clock import ClockKind
from app.domain.sla.hold_reasons import HoldReason
from app.domain.sla.policy_book import RecordPolicy
from app.events.sla_policy import (
    PolicyClock,
    PolicyQuietHours,
    PolicyRow,
    PolicyStep,
    Selector,
)
from app.http.bodies import QuietHoursBody
from app.http.fields import Body, Duration, Instant, Several, key, text

_DAYS = re.compile(r"P([0-9]+)D")
_TIME = re.compile(r"PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?")
Target = Annotated[
    str,
    key(24, r"^(P[1-9][0-9]{0,3}D|PT([0-9]{1,5}H)?([0-9]{1,7}M)?([0-9]{1,9}S)?)$"),
    Field(
        description="`PT2H` is open time of the calendar; `P5D` are days by `count_rule`, which are"
        " not 120 hours.",
        examples=["PT2H"],
    ),
]
Word = Annotated[str, text(64)]
NO_TIME = timedelta()
WEEK = timedelta(days=7)


class SelectorBody(Body):
    """The matters of which all this is true; what is left out may be anything."""

    kind: SelectorKind | None = None
    service_class: ServiceClass | None = None
    category: Word | None = None
    community: Annotated[str, text(128)] | None = None
    tier: Word | None = Field(default=None, description="A tag of the household.")

    def selector(self) -> Selector:
        return Selector(
            kind=self.kind,
            service_class=self.service_class,
            category=self.category,
            community=self.community,
            tier=self.tier,
        )


class StepBody(Body):
    level: Annotated[int, Field(ge=1, le=10)]
    audience: Annotated[str, key(64)] = Field(examples=["supervisor"])
    after: Duration = Field(default=NO_TIME, description="Open time after the due time.")


class PolicyClockBody(Body):
    """A clock without a target is legal: it says that there is none."""

    clock: ClockKind
    target: Target | None = None
    count_rule: CountRule | None = None
    cut_off: Annotated[str, key(5, r"^[0-9]{2}:[0-9]{2}$")] | None = Field(
        default=None, description="Local time on the last workday; days are workdays then."
    )
    calendar_id: Annotated[str, key(64)] = "always"
    warn_percent: Annotated[int, Field(ge=1, le=99)] | None = 80
    pausable_reasons: Several[HoldReason] = ()
    pause_cap: Duration = WEEK
    escalations: Several[StepBody] = ()
    source: Annotated[str, text(200)] | None = None
    only_long_works: bool = Field(
        default=False,
        description="For `update`: owed once the work has been promised within so many days.",
    )

    def clock_of_policy(self) -> PolicyClock:
        days = _DAYS.fullmatch(self.target) if self.target else None
        time = _TIME.fullmatch(self.target) if self.target else None
        hours, minutes, seconds = (int(part or 0) for part in time.groups()) if time else (0, 0, 0)
        return PolicyClock(
            clock=self.clock,
            seconds=hours * 3600 + minutes * 60 + seconds if time else None,
            days=int(days[1]) if days else None,
            count_rule=self.count_rule,
            cut_off=self.cut_off,
            calendar_id=self.calendar_id,
            warn_percent=self.warn_percent,
            pausable_reasons=self.pausable_reasons,
            pause_cap_seconds=int(self.pause_cap.total_seconds()),
            escalations=tuple(
                PolicyStep(
                    level=each.level,
                    audience=each.audience,
                    after_seconds=int(each.after.total_seconds()),
                )
                for each in self.escalations
            ),
            source=self.source,
            only_long_works=self.only_long_works,
        )


class PolicyRowBody(Body):
    selector: SelectorBody = SelectorBody()
    clocks: Several[PolicyClockBody]
    urgent: bool = Field(default=False, description="Wakes people at night.")

    def row(self) -> PolicyRow:
        return PolicyRow(
            selector=self.selector.selector(),
            clocks=tuple(each.clock_of_policy() for each in self.clocks),
            urgent=self.urgent,
        )


class PolicyBody(Body):
    """The whole policy, a new version from `valid_from` on (from now, where none is said)."""

    rows: Several[PolicyRowBody]
    quiet_hours: QuietHoursBody | None = None
    valid_from: Instant | None = None
    source: Annotated[str, text(200)] | None = None

    def command(self, policy_id: str) -> RecordPolicy:
        quiet = self.quiet_hours
        return RecordPolicy(
            policy_id=policy_id,
            rows=tuple(each.row() for each in self.rows),
            quiet=PolicyQuietHours(start=quiet.start, end=quiet.end) if quiet else None,
            valid_from=self.valid_from,
            source=self.source,
        )
