"""Loads the problems that a viewer may see, as of now."""

from collections.abc import Sequence

from app.domain.errors import NotFound
from app.domain.problem.access import may_see
from app.domain.problem.decider import PROBLEM
from app.domain.problem.state import Problem
from app.views.reader import Reader


async def load_visible_problems(
    reader: Reader, problem_ids: Sequence[str]
) -> dict[str, tuple[Problem, int]]:
    """By id, each with its version, in the order of `problem_ids`."""
    streams = [PROBLEM.stream(problem_id) for problem_id in dict.fromkeys(problem_ids)]
    snapshot = await reader.read(*streams)
    found: dict[str, tuple[Problem, int]] = {}
    for stream in streams:
        problem = snapshot.current(stream)
        if problem is not None and may_see(reader.viewer.communities, problem):
            found[stream.key] = problem, snapshot.version(stream)
    return found


async def load_one_problem(reader: Reader, problem_id: str) -> tuple[Problem, int]:
    """The problem and its version. Raises `NotFound`."""
    for problem, version in (await load_visible_problems(reader, [problem_id])).values():
        return problem, version
    raise NotFound("problem_not_found")
