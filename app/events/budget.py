"""Events of a community's compensation budget: one stream per community and month. Appended only
together with the compensation that they count."""

from app.events.base import Integer, Value


class BudgetSpent(Value, frozen=True, kw_only=True):
    """A compensation was charged to the month; `over_budget` if approved beyond its budget."""

    compensation_id: str
    amount_fen: Integer
    rule_id: str | None = None
    over_budget: bool = False


class BudgetReturned(Value, frozen=True, kw_only=True):
    """The compensation was voided or reversed; its amount is back in the budget."""

    compensation_id: str
    amount_fen: Integer
    rule_id: str | None = None
    over_budget: bool = False


class BudgetAlarmRaised(Value, frozen=True, kw_only=True):
    """Spending reached `percent` of the budget; raised once per percentage and budget."""

    community: str
    month: str
    percent: Integer
    spent_fen: Integer
    budget_fen: Integer


BudgetEvent = BudgetSpent | BudgetReturned | BudgetAlarmRaised
