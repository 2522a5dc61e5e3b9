"""Events of recurring visits and calls (关怀回访、巡查)."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSeriesStarted:
    """A series was planned at regular local times of `zone`, up to and including `until`."""

    series_id: str
    ticket_id: str | None
    household_id: str | None
    community: str
    building: str | None
    unit: str | None
    component: str | None
    purpose: str  # care | inspection
    cadence: str  # daily | weekly
    first_at: datetime
    until: date
    zone: str
    assigned_to: str
    assigned_to_name: str
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitScheduled:
    """The next visit is near; it becomes a follow-up with this id."""

    visit_id: str
    nth: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSkipped:
    """The visit of this day was skipped, for a reason."""

    nth: int
    on: date
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSeriesEnded:
    """No more visits: the last day is over (`by_itself`), or somebody ended the series."""

    reason: str
    by_itself: bool
    note: str | None = None


FollowUpSeriesEvent = FollowUpSeriesStarted | VisitScheduled | VisitSkipped | FollowUpSeriesEnded
