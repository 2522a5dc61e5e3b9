"""Events of one category of trouble in one building: which of its units are affected."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAffected:
    """A repair was reported for this unit; `unit_key` identifies the unit without naming it."""

    unit_key: str
    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollupAttached:
    """A problem was opened for the whole building; there will not be a second one."""

    problem_id: str


RollupEvent = UnitAffected | RollupAttached
