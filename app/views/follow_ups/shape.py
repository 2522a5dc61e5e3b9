"""Shapes of series of visits."""

from datetime import date, datetime

from app.domain.follow_up_series.state import Cadence
from app.domain.ticket.kinds.follow_up import VisitPurpose
from app.views.shape import Shape
from app.views.tickets.shape import Location, Person


class SkippedVisit(Shape):
    date: date
    reason: str


class SeriesAnswer(Shape):
    """回访计划. `visits` have tickets of their own by now."""

    id: str
    version: int
    ticket_id: str | None
    household_id: str | None
    location: Location
    purpose: VisitPurpose
    cadence: Cadence
    first_at: datetime
    until: date
    assigned_to: Person
    reason: str | None
    visits: int
    next_visit_at: datetime | None
    skipped: list[SkippedVisit]
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None


class SeriesPage(Shape):
    items: list[SeriesAnswer]
    next_cursor: str | None
