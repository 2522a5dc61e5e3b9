"""Who may see problems and who may work on them, within their communities. All of `ANALYSTS` may
analyse; only `LEADERS` may decide what binds the company."""

from app.domain.checks import require_role
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

LEADERS = frozenset({"supervisor", "manager", "admin"})
ANALYSTS = LEADERS | {"csr", "dispatcher", "engineer"}

PERMITTED: dict[type[object], frozenset[str]] = {
    OpenProblem: ANALYSTS,
    AddWhy: ANALYSTS,
    ReviseWhy: ANALYSTS,
    VerifyWhy: ANALYSTS,
    ConfirmRootCause: LEADERS,
    PlanAction: LEADERS,
    CompleteAction: ANALYSTS,
    VerifyAction: LEADERS,
    StartCycle: LEADERS,
    CheckCycle: LEADERS,
    ActOnCycle: LEADERS,
    CloseProblem: LEADERS,
}


def check_permitted(command: object, given: Given) -> None:
    require_role(given, *PERMITTED[type(command)])


def may_see(communities: tuple[str, ...], problem: Problem) -> bool:
    """A problem without a community is visible to all communities."""
    community = problem.place.community
    return not communities or community is None or community in communities


def require_visible(problem: Problem | None, given: Given) -> Problem:
    if problem is None or not may_see(given.communities, problem):
        raise NotFound("problem_not_found")
    return problem
