"""Facts about what one household was given: one stream a household, or a ticket of none. Written
only beside the compensation that they count."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureAdded:
    """This is given now, or may yet be; said again, it takes the place of what was said before."""

    compensation_id: str
    ticket_id: str
    household_id: str | None
    benefit: str
    amount_fen: int
    month: str
    cause: str
    pending: bool  # not given yet
    below_approval: bool  # a person gave it alone
    penalty: bool  # of a promise, which has a cap of its own
    by: str | None = None
    rule_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureReleased:
    """It is not given after all."""

    compensation_id: str
    amount_fen: int


ExposureEvent = ExposureAdded | ExposureReleased
