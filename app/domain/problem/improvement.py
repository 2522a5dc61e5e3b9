"""Whether an action kept its promise (docs/domain.md §5.2): done by its date, and its target
reached."""

from typing import Literal

from app.domain.problem.figures import IMPROVED, LOW
from app.domain.problem.state import Action, Check, Problem
from app.domain.statistics.intervals import ENOUGH
from app.events.base import Value

ActionPromise = Literal["kept", "broken", "open"]
KEPT: ActionPromise = "kept"
BROKEN: ActionPromise = "broken"
OPEN: ActionPromise = "open"


class Improvement(Value, frozen=True, kw_only=True):
    """`reached_e6` is the figure of the latest check with a large enough sample."""

    state: ActionPromise
    reached_e6: int | None = None


def improvement(problem: Problem, action: Action) -> Improvement:
    """Late is broken, whatever the figure. A target that is not reached is open until the problem
    is closed."""
    check = _latest_check(problem, action)
    reached_e6 = check.after.mean_e6 if check else None
    if action.is_overdue:
        return Improvement(state=BROKEN, reached_e6=reached_e6)
    if action.completed_at is None:
        return Improvement(state=OPEN, reached_e6=reached_e6)
    if action.metric is None:
        return Improvement(state=KEPT)
    if check is not None and _is_reached(action, check):
        return Improvement(state=KEPT, reached_e6=reached_e6)
    over = problem.state == "closed"
    return Improvement(state=BROKEN if over else OPEN, reached_e6=reached_e6)


def _latest_check(problem: Problem, action: Action) -> Check | None:
    metric = (action.metric or "").lower()
    checks = [
        cycle.check
        for cycle in problem.cycles
        if cycle.check and action.id in cycle.actions and cycle.check.metric.lower() == metric
    ]
    conclusive = [check for check in checks if check.after.n >= ENOUGH]
    return conclusive[-1] if conclusive else None


def _is_reached(action: Action, check: Check) -> bool:
    target_e6, reached_e6 = action.target_e6, check.after.mean_e6
    if target_e6 is None:
        return check.verdict == IMPROVED
    return reached_e6 <= target_e6 if check.better == LOW else reached_e6 >= target_e6
