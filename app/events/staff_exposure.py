"""Facts about what one person has decided to give: one stream a person, beside each decision."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDecided:
    """The person decided that a household gets something; `day` is the tenant's local day."""

    compensation_id: str
    household_id: str | None
    ticket_id: str
    benefit: str
    amount_fen: int
    limit_fen: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithLossRecorded:
    """A loss by a decision in good faith, for which the person is not blamed; `month` `2024-03`."""

    compensation_id: str
    amount_fen: int
    month: str


StaffExposureEvent = StaffDecided | GoodFaithLossRecorded
