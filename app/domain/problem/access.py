"""Who may see problems and who may work on them, within their communities. All of `ANALYSTS` may
analyse; only `LEADERS` may decide what binds the company."""

from app.domain.checks import require
from app.domain.decider import Given
from app.domain.errors import NotFound
from app.domain.problem.commands import (
    ActOnCycle,
    AddWhy,
    CheckCycle,
    CloseProblem,
    CompleteAction,
    ConfirmRootCause,
    OpenProblem,
    PlanAction,
    ReviseWhy,
    StartCycle,
    VerifyAction,
    VerifyWhy,
)
from app.domain.problem.state import Problem
from app.domain.roles import ANALYSE_PROBLEM, LEAD_PROBLEM, Permission

PERMITTED: dict[type[object], Permission] = {
    OpenProblem: ANALYSE_PROBLEM,
    AddWhy: ANALYSE_PROBLEM,
    ReviseWhy: ANALYSE_PROBLEM,
    VerifyWhy: ANALYSE_PROBLEM,
    ConfirmRootCause: LEAD_PROBLEM,
    PlanAction: LEAD_PROBLEM,
    CompleteAction: ANALYSE_PROBLEM,
    VerifyAction: LEAD_PROBLEM,
    StartCycle: LEAD_PROBLEM,
    CheckCycle: LEAD_PROBLEM,
    ActOnCycle: LEAD_PROBLEM,
    CloseProblem: LEAD_PROBLEM,
}


def check_permitted(command: object, given: Given) -> None:
    require(given, PERMITTED[type(command)])


def may_see(communities: tuple[str, ...], problem: Problem) -> bool:
    """A problem without a community is visible to all communities."""
    community = problem.place.community
    return not communities or community is None or community in communities


def require_visible(problem: Problem | None, given: Given) -> Problem:
    if problem is None or not may_see(given.communities, problem):
        raise NotFound("problem_not_found")
    return problem
