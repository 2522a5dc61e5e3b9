"""Facts about what a project gave in a month: one stream a community and month. Written only
beside the compensation that they count."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSpent:
    """So much of the month's money was given; `over_budget` if somebody approved it beyond."""

    compensation_id: str
    amount_fen: int
    rule_id: str | None = None
    over_budget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReturned:
    """It was not given after all, or is entered against."""

    compensation_id: str
    amount_fen: int
    rule_id: str | None = None
    over_budget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetAlarmRaised:
    """The month's money is used up by so much; said once for each percentage and budget."""

    community: str
    month: str
    percent: int
    spent_fen: int
    budget_fen: int


BudgetEvent = BudgetSpent | BudgetReturned | BudgetAlarmRaised
