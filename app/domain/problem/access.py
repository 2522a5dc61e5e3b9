"""Who may see problems and who may work on them, within their communities. All of `ANALYSTS` may
analyse; only `LEADERS` may decide what binds the company."""

from collections.abc import Sequence

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
from app.domain.roles import ANALYSE_PROBLEM, LEAD_PROBLEM, MACHINERY, Permission
from app.domain.ticket.access import visibility as ticket_visibility
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer

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


def is_in_reach(viewer: Viewer, problem: Problem) -> bool:
    """A problem without a community is in reach of all communities."""
    community = problem.place.community
    return community is None or viewer.reaches(community)


def works_on(subject: str, problem: Problem) -> bool:
    """Opened it, has an action, or wrote an answer."""
    analyses = (*problem.confirmed, problem.draft) if problem.draft else problem.confirmed
    return (
        problem.opened_by == subject
        or any(action.owner == subject for action in problem.actions)
        or any(subject in why.authors for each in analyses for why in each.whys)
    )


def tells_reporter(viewer: Viewer, tickets: Sequence[Ticket]) -> bool:
    """What an anonymous complaint is grouped with, and what they have in common, would tell who
    complained: a problem with one is not shown to who may not know, even if they work on it."""
    return not all(ticket_visibility.knows_reporter(viewer, each) for each in tickets)


def may_see(viewer: Viewer, problem: Problem, tickets: Sequence[Ticket]) -> bool:
    """`tickets` are those of the problem. Engineers see the problems of tickets that they see, and
    those they work on."""
    if not is_in_reach(viewer, problem):
        return False
    if tells_reporter(viewer, tickets):
        return False
    return (
        viewer.role != "engineer"
        or works_on(viewer.subject, problem)
        or any(ticket_visibility.may_see(viewer, each) for each in tickets)
    )


def require_visible(problem: Problem | None, given: Given) -> Problem:
    if problem is None or not is_in_reach(given.viewer, problem):
        raise NotFound("problem_not_found")
    if given.actor.role in MACHINERY:
        return problem
    found = (given.read(TICKET.stream(each)) for each in problem.ticket_ids)
    tickets = [ticket for ticket in found if ticket is not None]
    if not may_see(given.viewer, problem, tickets):
        raise NotFound("problem_not_found")
    check_no_conflict(given, *tickets)
    return problem
