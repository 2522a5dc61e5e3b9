"""What lapses on a problem: an action becomes overdue at the end of its day."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.problem.state import Action, Problem
from app.events.base import SYSTEM, Fact
from app.events.problem import ActionOverdue, ProblemEvent


def next_due(problem: Problem | None) -> datetime | None:
    return min(map(_overdue_at, _waiting(problem)), default=None)


def lapse(problem: Problem | None, now: datetime) -> Sequence[Fact[ProblemEvent]]:
    late = [action for action in _waiting(problem) if _overdue_at(action) <= now]
    return [
        Fact(ActionOverdue(action_id=action.id), _overdue_at(action), SYSTEM)
        for action in sorted(late, key=_overdue_at)
    ]


def _waiting(problem: Problem | None) -> list[Action]:
    if problem is None or problem.state == "closed":
        return []
    return [action for action in problem.actions if action.state == "planned"]


def _overdue_at(action: Action) -> datetime:
    """An action planned for a past day is overdue at once."""
    return max(action.overdue_at, action.planned_at)
