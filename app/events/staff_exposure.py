"""Events of what one person decided to give: one stream per person, appended with each decision."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDecided:
    """The person decided on a compensation; `day` is the tenant's local day."""

    compensation_id: str
    household_id: str | None
    ticket_id: str
    benefit: str
    amount_fen: int
    limit_fen: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithLossRecorded:
    """A good-faith decision lost money without fault of the person; `month` is `2024-03`."""

    compensation_id: str
    amount_fen: int
    month: str


StaffExposureEvent = StaffDecided | GoodFaithLossRecorded
