"""Request bodies of series of visits."""

from pydantic import Field

from app.domain.follow_up_series.state import Cadence
from app.domain.ticket.kinds.follow_up import VisitPurpose
from app.http.bodies import LocationBody
from app.http.fields import Body, Date, Identifier, Instant, LongText, Text


class SeriesBody(Body):
    """关怀回访、巡查: whom or what, how often, how long, and by whom."""

    ticket_id: Identifier | None = None
    household_id: Identifier | None = None
    location: LocationBody | None = Field(
        default=None, description="Absent: where the ticket is, or where the household lives."
    )
    purpose: VisitPurpose
    cadence: Cadence = "weekly"
    first_at: Instant | None = Field(
        default=None, description="Absent: one step from now. The time of day is that of them all."
    )
    until: Date = Field(description="The last day on which there may be a visit.")
    assigned_to: Identifier
    reason: Text | None = None
    note: LongText | None = None


class SkipBody(Body):
    date: Date
    reason: Text
    note: LongText | None = None


class EndBody(Body):
    reason: Text
    note: LongText | None = None
