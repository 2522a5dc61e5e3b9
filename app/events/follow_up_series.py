"""Events of recurring visits and calls (关怀回访、巡查)."""

from datetime import date, datetime

from app.events.base import Integer, Value


class FollowUpSeriesStarted(Value, frozen=True, kw_only=True):
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


class VisitScheduled(Value, frozen=True, kw_only=True):
    """The next visit is near; it becomes a follow-up with this id."""

    visit_id: str
    nth: Integer
    due_at: datetime


class VisitSkipped(Value, frozen=True, kw_only=True):
    """The visit of this day was skipped, for a reason."""

    nth: Integer
    on: date
    reason: str
    note: str | None = None


class FollowUpSeriesEnded(Value, frozen=True, kw_only=True):
    """No more visits: the last day is over (`by_itself`), or somebody ended the series."""

    reason: str
    by_itself: bool
    note: str | None = None


FollowUpSeriesEvent = FollowUpSeriesStarted | VisitScheduled | VisitSkipped | FollowUpSeriesEnded
