"""Events of what a household was given: one stream per household, or per ticket without one.
Appended only together with the compensation that they count."""

from app.events.base import Integer, Value


class ExposureAdded(Value, frozen=True, kw_only=True):
    """This was given or is pending; a later one for the same compensation replaces it."""

    compensation_id: str
    ticket_id: str
    household_id: str | None
    benefit: str
    amount_fen: Integer
    month: str
    cause: str
    pending: bool  # not given yet
    below_approval: bool  # a person gave it alone
    penalty: bool  # of a promise, which has a cap of its own
    by: str | None = None
    rule_id: str | None = None


class ExposureReleased(Value, frozen=True, kw_only=True):
    """The amount is not given after all."""

    compensation_id: str
    amount_fen: Integer


ExposureEvent = ExposureAdded | ExposureReleased
