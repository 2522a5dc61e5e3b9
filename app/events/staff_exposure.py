"""Events of what one person decided to give: one stream per person, appended with each decision."""

from datetime import date

from app.events.base import Integer, Value


class StaffDecided(Value, frozen=True, kw_only=True):
    """The person decided on a compensation; `day` is the tenant's local day."""

    compensation_id: str
    household_id: str | None
    ticket_id: str
    benefit: str
    amount_fen: Integer
    limit_fen: Integer
    day: date


class GoodFaithLossRecorded(Value, frozen=True, kw_only=True):
    """A good-faith decision lost money without fault of the person; `month` is `2024-03`."""

    compensation_id: str
    amount_fen: Integer
    month: str


StaffExposureEvent = StaffDecided | GoodFaithLossRecorded
