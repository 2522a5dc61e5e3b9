"""Decides commands on a problem: checks visibility, role and state, then calls the rule."""

from collections.abc import Sequence
from typing import assert_never

from app.domain.decider import Given
from app.domain.errors import IllegalTransition
from app.domain.problem import actions, pdca, rca
from app.domain.problem.access import check_permitted, require_visible
from app.domain.problem.commands import (
    ActOnCycle,
    AddWhy,
    CheckCycle,
    CloseProblem,
    CompleteAction,
    ConfirmRootCause,
    OpenProblem,
    PlanAction,
    ProblemCommand,
    ReviseWhy,
    StartCycle,
    VerifyAction,
    VerifyWhy,
)
from app.domain.problem.opening import opened_by_hand
from app.domain.problem.state import Problem
from app.events.problem import ProblemEvent


def decide(
    command: ProblemCommand, problem: Problem | None, given: Given
) -> Sequence[ProblemEvent]:
    if isinstance(command, OpenProblem):
        check_permitted(command, given)
        if problem is not None:
            raise IllegalTransition("problem_exists", number=problem.number)
        return [opened_by_hand(command, given)]
    problem = require_visible(problem, given)
    check_permitted(command, given)
    if problem.state == "closed":
        if isinstance(command, CloseProblem):
            return []
        raise IllegalTransition("problem_closed", number=problem.number)
    return _events(command, problem, given)


def _events(  # noqa: C901, PLR0911, PLR0912 - one table, a command a line
    command: ProblemCommand, problem: Problem, given: Given
) -> Sequence[ProblemEvent]:
    match command:
        case OpenProblem():
            raise IllegalTransition("problem_exists", number=problem.number)
        case AddWhy():
            return rca.add_why(command, problem, given)
        case ReviseWhy():
            return rca.revise_why(command, problem)
        case VerifyWhy():
            return rca.verify_why(command, problem, given)
        case ConfirmRootCause():
            return rca.confirm(command, problem)
        case PlanAction():
            return actions.plan_action(command, problem, given)
        case CompleteAction():
            return actions.complete_action(command, problem)
        case VerifyAction():
            return actions.verify_action(command, problem, given)
        case StartCycle():
            return pdca.start_cycle(command, problem, given)
        case CheckCycle():
            return pdca.check_cycle(command, problem)
        case ActOnCycle():
            return pdca.act_on_cycle(command, problem)
        case CloseProblem():
            return pdca.close(command, problem, given)
        case _:
            assert_never(command)
