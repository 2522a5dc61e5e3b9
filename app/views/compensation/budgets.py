"""Renders what projects spent in a month, against the budgets of the rules."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.domain.authority.budget import Budget, BudgetKey
from app.domain.compensation.rules import RuleBook
from app.views.figures import percent
from app.views.reader import Reader

RuleBudget = tuple[str, int]
"""A rule id and its monthly budget in fen."""


def budgets_in_force(book: RuleBook, now: datetime) -> list[RuleBudget]:
    return [
        (rule_id, version.caps.project_month_budget_fen)
        for rule_id, version in book.in_force(now)
        if version.caps.project_month_budget_fen is not None
    ]


async def load_budgets(
    reader: Reader, communities: Iterable[str], month: str, budgets: Sequence[RuleBudget]
) -> list[dict[str, Any]]:
    """Of the communities that the viewer may see."""
    visible = reader.viewer.communities
    keys = [
        BudgetKey(community=one, month=month)
        for one in communities
        if not visible or one in visible
    ]
    snapshot = await reader.read(*(one.stream for one in keys))
    return [render_budget(one, snapshot.state(one.stream), budgets) for one in keys]


def render_budget(key: BudgetKey, state: Budget, budgets: Sequence[RuleBudget]) -> dict[str, Any]:
    return {
        "community": key.community,
        "spent_fen": state.spent_fen,
        "over_fen": state.over_fen,
        "budgets": [
            {
                "rule_id": rule_id,
                "budget_fen": budget_fen,
                "used_percent": percent(state.spent_fen / budget_fen) if budget_fen else None,
            }
            for rule_id, budget_fen in budgets
        ],
        "alarms": [
            {"percent": alarm.percent, "budget_fen": alarm.budget_fen} for alarm in state.alarms
        ],
    }
