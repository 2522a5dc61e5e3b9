"""What a project (a community) granted in a local month. Appended together with the compensation,
so two concurrent grants cannot exceed the budget: one of them is decided again."""

from collections.abc import Sequence
from typing import Never, assert_never

from msgspec.structs import replace

from app.domain.decider import Decider, Given, On, Stream
from app.events.base import Fact, Value
from app.events.budget import BudgetAlarmRaised, BudgetEvent, BudgetReturned, BudgetSpent

ALARMS = (80, 100)  # percent of the budget (cfg)


class Alarm(Value, frozen=True, kw_only=True):
    percent: int
    budget_fen: int


class Budget(Value, frozen=True, kw_only=True):
    """`over_fen` was approved beyond the budget and is counted separately."""

    spent_fen: int = 0
    over_fen: int = 0
    alarms: tuple[Alarm, ...] = ()


class BudgetKey(Value, frozen=True, kw_only=True):
    """The community and month of a budget."""

    community: str
    month: str

    @property
    def stream(self) -> "Stream[Never, Budget]":
        return BUDGET.stream(f"{self.community}:{self.month}")


def has_room(given: Given, key: BudgetKey, amount_fen: int, budget_fen: int | None) -> bool:
    """Whether the amount fits in the budget, inclusive. Without a budget it always does."""
    return budget_fen is None or given.read(key.stream).spent_fen + amount_fen <= budget_fen


def spend(given: Given, key: BudgetKey, spent: BudgetSpent, budget_fen: int | None) -> Sequence[On]:
    """The spending, and the highest alarm that it raises for the first time."""
    state = given.read(key.stream)
    events = [On(key.stream, spent)]
    if budget_fen is None or spent.over_budget:
        return events
    spent_fen = state.spent_fen + spent.amount_fen
    reached = [percent for percent in ALARMS if 100 * spent_fen >= percent * budget_fen]
    if reached and Alarm(percent=reached[-1], budget_fen=budget_fen) not in state.alarms:
        alarm = BudgetAlarmRaised(
            community=key.community,
            month=key.month,
            percent=reached[-1],
            spent_fen=spent_fen,
            budget_fen=budget_fen,
        )
        events.append(On(key.stream, alarm))
    return events


def decide(command: Never, _state: Budget, _given: Given) -> Sequence[BudgetEvent]:
    assert_never(command)


def evolve(state: Budget, fact: Fact[BudgetEvent]) -> Budget:
    match fact.event:
        case BudgetSpent(amount_fen=amount_fen, over_budget=over):
            return _changed(state, amount_fen, over=over)
        case BudgetReturned(amount_fen=amount_fen, over_budget=over):
            return _changed(state, -amount_fen, over=over)
        case BudgetAlarmRaised(percent=percent, budget_fen=budget_fen):
            alarm = Alarm(percent=percent, budget_fen=budget_fen)
            return replace(state, alarms=(*state.alarms, alarm)[-20:])


def _changed(state: Budget, amount_fen: int, *, over: bool) -> Budget:
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
