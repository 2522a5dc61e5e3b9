"""What a project (a community) gave in a local month. Written only beside the compensation itself:
whoever grants has read it, so no two grants together pass a budget that each alone keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Never, assert_never

from app.domain.decider import Decider, Given, On, Stream
from app.events.base import Fact
from app.events.budget import BudgetAlarmRaised, BudgetEvent, BudgetReturned, BudgetSpent

ALARMS = (80, 100)  # percent of the budget (cfg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    percent: int
    budget_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`over_fen` was approved beyond the budget, and counts apart."""

    spent_fen: int = 0
    over_fen: int = 0
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """Whose budget of which month."""

    community: str
    month: str

    @property
    def stream(self) -> "Stream[Never, Budget]":
        return BUDGET.stream(f"{self.community}:{self.month}")


def has_room(given: Given, purse: Purse, amount_fen: int, budget_fen: int | None) -> bool:
    """Up to the budget, inclusive. Without one there is always room."""
    return budget_fen is None or given.read(purse.stream).spent_fen + amount_fen <= budget_fen


def spend(given: Given, purse: Purse, spent: BudgetSpent, budget_fen: int | None) -> Sequence[On]:
    """The spending, and the alarm that it sets off: the highest that is new."""
    state = given.read(purse.stream)
    events = [On(purse.stream, spent)]
    if budget_fen is None or spent.over_budget:
        return events
    spent_fen = state.spent_fen + spent.amount_fen
    reached = [percent for percent in ALARMS if 100 * spent_fen >= percent * budget_fen]
    if reached and Alarm(percent=reached[-1], budget_fen=budget_fen) not in state.alarms:
        alarm = BudgetAlarmRaised(
            community=purse.community,
            month=purse.month,
            percent=reached[-1],
            spent_fen=spent_fen,
            budget_fen=budget_fen,
        )
        events.append(On(purse.stream, alarm))
    return events


def decide(command: Never, _state: Budget, _given: Given) -> Sequence[Any]:
    assert_never(command)


def evolve(state: Budget, fact: Fact[BudgetEvent]) -> Budget:
    match fact.event:
        case BudgetSpent(amount_fen=amount_fen, over_budget=over):
            return _moved(state, amount_fen, over=over)
        case BudgetReturned(amount_fen=amount_fen, over_budget=over):
            return _moved(state, -amount_fen, over=over)
        case BudgetAlarmRaised(percent=percent, budget_fen=budget_fen):
            alarm = Alarm(percent=percent, budget_fen=budget_fen)
            return replace(state, alarms=(*state.alarms, alarm)[-20:])


def _moved(state: Budget, amount_fen: int, *, over: bool) -> Budget:
    if over:
        return replace(state, over_fen=state.over_fen + amount_fen)
    return replace(state, spent_fen=state.spent_fen + amount_fen)


BUDGET: Decider[Never, Budget] = Decider(
    category="budget",
    initial=Budget(),
    state_type=Budget,
    decide=decide,
    evolve=evolve,
)
