"""Actions on a problem. A containment stops the harm now; a corrective action changes a root cause
and names the metric that will show it (docs/domain.md §5.3)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from app.domain.checks import at_most, identifier, one_of, optional_text, text
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.problem.commands import CompleteAction, PlanAction, VerifyAction
from app.domain.problem.figures import check_figure
from app.domain.problem.graph import PHENOMENON
from app.domain.problem.state import ACTIONS, Action, Problem
from app.events.problem import ActionCompleted, ActionPlanned, ActionVerified, ProblemEvent

ActionType = Literal["corrective", "containment"]
CONTAINMENT: ActionType = "containment"
CORRECTIVE: ActionType = "corrective"
NEEDED: dict[str, tuple[str, ...]] = {
    CONTAINMENT: ("owner", "due"),
    CORRECTIVE: ("root", "owner", "due", "metric", "baseline_e6", "target_e6"),
}
NOTE = 4000


def plan_action(command: PlanAction, problem: Problem, given: Given) -> Sequence[ProblemEvent]:
    kind = one_of(command.type, NEEDED, "/type")
    missing = [name for name in NEEDED[kind] if getattr(command, name) is None]
    owner, due = command.owner, command.due
    if missing or owner is None or due is None:
        named = [name.removesuffix("_e6") for name in missing]
        raise Unacceptable("action_incomplete", pointer=f"/{named[0]}", missing=named, type=kind)
    _check_root(command, problem)
    for name in ("baseline", "target"):
        check_figure(getattr(command, f"{name}_e6"), f"/{name}")
    planned = ActionPlanned(
        action_id=_new_id(command, problem),
        type=kind,
        root=command.root,
        owner=text(owner, "/owner", 128),
        description=optional_text(command.description, "/description", 500),
        due=due,
        overdue_at=end_of(due, given),
        metric=None if command.metric is None else identifier(command.metric, "/metric", 64),
        baseline_e6=command.baseline_e6,
        target_e6=command.target_e6,
        note=optional_text(command.note, "/note", NOTE),
    )
    present = problem.action(planned.action_id)
    if present is not None:
        if _same(present, planned):
            return []
        raise IllegalTransition("action_exists", action_id=planned.action_id)
    at_most(problem.actions, "/id", ACTIONS - 1)
    return [planned]


def _new_id(command: PlanAction, problem: Problem) -> str:
    if command.action_id is not None:
        return identifier(command.action_id, "/id", 64)
    taken = {each.id for each in problem.actions}
    return next(name for n in range(1, ACTIONS + 2) if (name := f"A{n}") not in taken)


def _check_root(command: PlanAction, problem: Problem) -> None:
    """A corrective action needs a confirmed root; a containment does not."""
    if command.type == CORRECTIVE:
        in_force = problem.in_force
        if in_force is None:
            raise IllegalTransition("root_cause_unconfirmed")
        if command.root not in in_force.roots:
            raise Unacceptable("not_a_root", pointer="/root", roots=in_force.roots)
    elif command.root not in {None, PHENOMENON}:
        latest = problem.latest
        if latest is None or latest.why(command.root or "") is None:
            raise Unacceptable("unknown_why", pointer="/root", why_id=command.root)


def end_of(day: date, given: Given) -> datetime:
    """The first instant after the local day."""
    midnight = datetime.combine(day + timedelta(days=1), time(), given.zone)
    return midnight.astimezone(UTC)


def _same(action: Action, planned: ActionPlanned) -> bool:
    names = ("type", "root", "owner", "description", "due", "metric", "baseline_e6", "target_e6")
    return all(getattr(action, name) == getattr(planned, name) for name in names)


def complete_action(command: CompleteAction, problem: Problem) -> Sequence[ProblemEvent]:
    if _action(problem, command.action_id).completed_at:
        return []
    note = optional_text(command.note, "/note", NOTE)
    return [ActionCompleted(action_id=command.action_id, note=note)]


def verify_action(command: VerifyAction, problem: Problem, given: Given) -> Sequence[ProblemEvent]:
    action = _action(problem, command.action_id)
    if action.completed_at is None:
        raise IllegalTransition("action_not_completed", action_id=action.id)
    if action.completed_by == given.actor.subject:
        raise NotPermitted("verifier_completed_it")
    if action.verified_at:
        return []
    note = optional_text(command.note, "/note", NOTE)
    return [ActionVerified(action_id=command.action_id, note=note)]


def _action(problem: Problem, action_id: str) -> Action:
    action = problem.action(action_id)
    if action is None:
        raise NotFound("action_not_found")
    return action
