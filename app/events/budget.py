"""Events of a community's compensation budget: one stream per community and month. Appended only
together with the compensation that they count."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSpent:
    """A compensation was charged to the month; `over_budget` if approved beyond its budget."""

    compensation_id: str
    amount_fen: int
    rule_id: str | None = None
    over_budget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReturned:
    """The compensation was voided or reversed; its amount is back in the budget."""

    compensation_id: str
    amount_fen: int
    rule_id: str | None = None
    over_budget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetAlarmRaised:
    """Spending reached `percent` of the budget; raised once per percentage and budget."""

    community: str
    month: str
    percent: int
    spent_fen: int
    budget_fen: int


BudgetEvent = BudgetSpent | BudgetReturned | BudgetAlarmRaised
