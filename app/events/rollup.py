"""Facts about one sort of trouble in one building: how many of its units have it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAffected:
    """A repair was asked for in this unit; the key stands for the unit without naming it."""

    unit_key: str
    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollupAttached:
    """There is a problem for the whole building now; there will not be a second one."""

    problem_id: str


RollupEvent = UnitAffected | RollupAttached
