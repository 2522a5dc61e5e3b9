"""Events of one category of trouble in one building: which of its units are affected."""

from app.events.base import Value


class UnitAffected(Value, frozen=True, kw_only=True):
    """A repair was reported for this unit; `unit_key` identifies the unit without naming it."""

    unit_key: str
    ticket_id: str


class RollupAttached(Value, frozen=True, kw_only=True):
    """A problem was opened for the whole building; there will not be a second one."""

    problem_id: str


RollupEvent = UnitAffected | RollupAttached
