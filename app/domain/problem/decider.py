"""The decider of problems (5-Why): one stream each."""

from app.domain.decider import Decider
from app.domain.problem.commands import ProblemCommand
from app.domain.problem.decide import decide
from app.domain.problem.evolve import evolve
from app.domain.problem.lapse import lapse, next_due
from app.domain.problem.state import Problem

PROBLEM: Decider[ProblemCommand, Problem | None] = Decider(
    category="problem",
    initial=None,
    state_type=Problem | None,
    decide=decide,
    evolve=evolve,
    next_due=next_due,
    lapse=lapse,
)
