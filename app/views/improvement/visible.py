"""Loads the problems that a viewer may see, as of now."""

from collections.abc import Sequence

from msgspec.structs import replace

from app.domain.errors import NotFound
from app.domain.problem.access import is_in_reach, may_see
from app.domain.problem.decider import PROBLEM
from app.domain.problem.state import Problem
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer
from app.views.reader import Reader


async def load_visible_problems(
    reader: Reader, problem_ids: Sequence[str]
) -> dict[str, tuple[Problem, int]]:
    """By id, each with its version, in the order of `problem_ids`."""
    streams = [PROBLEM.stream(problem_id) for problem_id in dict.fromkeys(problem_ids)]
    snapshot = await reader.read(*streams)
    problems = {
        stream.key: (problem, snapshot.version(stream))
        for stream in streams
        if (problem := snapshot.current(stream)) is not None and is_in_reach(reader.viewer, problem)
    }
    tickets = await _tickets_of(reader, [problem for problem, _ in problems.values()])
    found: dict[str, tuple[Problem, int]] = {}
    for problem_id, (problem, version) in problems.items():
        of_problem = [tickets[each] for each in problem.ticket_ids if each in tickets]
        if may_see(reader.viewer, problem, of_problem):
            found[problem_id] = redacted(reader.viewer, problem, of_problem), version
    return found


async def _tickets_of(reader: Reader, problems: Sequence[Problem]) -> dict[str, Ticket]:
    named = dict.fromkeys(each for problem in problems for each in problem.ticket_ids)
    streams = [TICKET.stream(ticket_id) for ticket_id in named]
    snapshot = await reader.read(*streams)
    states = ((stream.key, snapshot.state(stream)) for stream in streams)
    return {key: ticket for key, ticket in states if ticket is not None}


def redacted(viewer: Viewer, problem: Problem, tickets: Sequence[Ticket]) -> Problem:
    """Without the tickets of other communities, of which only the number is told."""
    beyond = {each.id for each in tickets if not viewer.reaches(each.location.community)}
    near = tuple(each for each in problem.ticket_ids if each not in beyond)
    return replace(problem, ticket_ids=near)


async def load_one_problem(reader: Reader, problem_id: str) -> tuple[Problem, int]:
    """The problem and its version. Raises `NotFound`."""
    for problem, version in (await load_visible_problems(reader, [problem_id])).values():
        return problem, version
    raise NotFound("problem_not_found")


async def redacted_result(reader: Reader, problem: Problem) -> Problem:
    """The state after a command of the viewer."""
    tickets = await _tickets_of(reader, [problem])
    return redacted(reader.viewer, problem, list(tickets.values()))


async def tickets_of_problem(reader: Reader, problem_id: str) -> tuple[str, ...]:
    """Their ids, to load them at once for a command."""
    problem = await reader.state_of(PROBLEM.stream(problem_id))
    return problem.ticket_ids if problem is not None else ()
