"""PDCA cycles: actions are piloted, checked against a metric, and standardized or not
(docs/domain.md §5.3)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, get_args

from app.domain.checks import (
    at_most,
    distinct_texts,
    identifier,
    one_of,
    optional_text,
    text,
    within,
)
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotFound, Unacceptable
from app.domain.problem.actions import CORRECTIVE, end_of
from app.domain.problem.commands import ActOnCycle, CheckCycle, CloseProblem, StartCycle
from app.domain.problem.figures import DIRECTIONS, IMPROVED, better_of, check_figure, verdict
from app.domain.problem.state import CYCLES, Cycle, Problem
from app.events.problem import (
    Measured,
    PdcaCycleActed,
    PdcaCycleChecked,
    PdcaCycleStarted,
    ProblemClosed,
    ProblemEvent,
)

CycleDecision = Literal["standardize", "adapt", "abandon"]
STANDARDIZE: CycleDecision = "standardize"
ADAPT: CycleDecision = "adapt"
ABANDON: CycleDecision = "abandon"
DECISIONS: tuple[CycleDecision, ...] = get_args(CycleDecision)
QUIET = timedelta(days=90)  # docs/domain.md §5.3 (cfg): without recurrence since the check
NOTE = 4000
MOST_COUNTED = 2**31 - 1


def start_cycle(command: StartCycle, problem: Problem, given: Given) -> Sequence[ProblemEvent]:
    if problem.in_force is None:
        raise IllegalTransition("root_cause_unconfirmed")
    if command.ends_on < command.begins_on:
        raise Unacceptable("ends_before_start", pointer="/to")
    if not command.actions:
        raise Unacceptable("required", pointer="/actions")
    for n, action_id in enumerate(command.actions):
        if problem.action(action_id) is None:
            raise Unacceptable("unknown_action", pointer=f"/actions/{n}", action_id=action_id)
    last = problem.cycles[-1] if problem.cycles else None
    started = PdcaCycleStarted(
        cycle=_next_number(last),
        hypothesis=text(command.hypothesis, "/hypothesis", 1000),
        actions=tuple(dict.fromkeys(command.actions)),
        pilot_scope=distinct_texts(command.pilot_scope, "/pilot_scope", most=50),
        begins_on=command.begins_on,
        ends_on=command.ends_on,
        ends_at=end_of(command.ends_on, given),
        note=optional_text(command.note, "/note", NOTE),
    )
    if last is not None and last.state in {"running", "checked"}:
        if last.state == "running" and _same(last, started):
            return []
        raise IllegalTransition("cycle_open", cycle=last.number)
    at_most(problem.cycles, "/cycle", CYCLES - 1)
    return [started]


def _next_number(last: Cycle | None) -> int:
    """The number of the cycle that the last one planned, or the next free number."""
    if last is None:
        return 1
    return last.number if last.state == "planned" else last.number + 1


def _same(cycle: Cycle, started: PdcaCycleStarted) -> bool:
    names = ("hypothesis", "actions", "pilot_scope", "begins_on", "ends_on")
    return all(getattr(cycle, name) == getattr(started, name) for name in names)


def check_cycle(command: CheckCycle, problem: Problem) -> Sequence[ProblemEvent]:
    """A cycle may be checked again, with more answers say; the last check counts."""
    cycle = _cycle(problem, command.cycle)
    if cycle.state == "planned":
        raise IllegalTransition("cycle_not_started", cycle=cycle.number)
    if command.better is not None:
        one_of(command.better, DIRECTIONS, "/better")
    metric = identifier(command.metric, "/metric", 64)
    better = better_of(metric, command.better)
    for name, measured in (("before", command.before), ("after", command.after)):
        check_figure(measured.mean_e6, f"/{name}/mean")
        within(measured.n, 0, MOST_COUNTED, f"/{name}/n")
    found = (metric, better, command.before, command.after)
    last = cycle.check
    if last and (last.metric, last.better, last.before, last.after) == found:
        return []
    if cycle.state == "acted":
        raise IllegalTransition("cycle_over", cycle=cycle.number)
    return [
        PdcaCycleChecked(
            cycle=cycle.number,
            metric=metric,
            better=better,
            before=Measured(mean_e6=command.before.mean_e6, n=command.before.n),
            after=Measured(mean_e6=command.after.mean_e6, n=command.after.n),
            verdict=verdict(better, command.before, command.after),
            note=optional_text(command.note, "/note", NOTE),
        )
    ]


def act_on_cycle(command: ActOnCycle, problem: Problem) -> Sequence[ProblemEvent]:
    """A residual, or the decision to adapt, plans the next cycle."""
    cycle = _cycle(problem, command.cycle)
    decision = one_of(command.decision, DECISIONS, "/decision")
    document = optional_text(command.document, "/document", 200)
    residual = optional_text(command.residual, "/residual", 1000)
    if cycle.act:
        if (cycle.act.decision, cycle.act.document, cycle.act.residual) == (
            decision,
            document,
            residual,
        ):
            return []
        raise IllegalTransition("cycle_over", cycle=cycle.number)
    if decision != ABANDON and cycle.check is None:
        raise IllegalTransition("cycle_not_checked", cycle=cycle.number)
    if decision == STANDARDIZE:
        _check_standard(cycle, document)
    goes_on = decision == ADAPT or (residual is not None and decision != ABANDON)
    return [
        PdcaCycleActed(
            cycle=cycle.number,
            decision=decision,
            document=document,
            residual=residual,
            next_cycle=cycle.number + 1 if goes_on and cycle.number < CYCLES else None,
            note=optional_text(command.note, "/note", NOTE),
        )
    ]


def _check_standard(cycle: Cycle, document: str | None) -> None:
    """A standard needs a document and a check that shows an improvement."""
    if document is None:
        raise Unacceptable("document_required", pointer="/document")
    if cycle.check is None or cycle.check.verdict != IMPROVED:
        raise IllegalTransition("check_not_passed", verdict=cycle.check and cycle.check.verdict)


def close(command: CloseProblem, problem: Problem, given: Given) -> Sequence[ProblemEvent]:
    tried = [cycle for cycle in problem.cycles if not cycle.is_abandoned]
    last = tried[-1] if tried else None
    if last is None or last.check is None or last.check.verdict != IMPROVED:
        found = last.check.verdict if last and last.check else None
        raise IllegalTransition("check_not_passed", verdict=found)
    _check_every_root(problem)
    since = max(last.check.checked_at, problem.last_recurrence_at or last.check.checked_at)
    closes_from = max(since + QUIET, last.ends_at or since)
    if given.now < closes_from:
        raise IllegalTransition("closes_later", since=since, closes_from=closes_from)
    return [ProblemClosed(note=optional_text(command.note, "/note", NOTE))]


def _check_every_root(problem: Problem) -> None:
    """Every root needs a corrective action; containment is not one (docs/domain.md §5.3)."""
    covered = {each.root for each in problem.actions if each.type == CORRECTIVE}
    roots = problem.in_force.roots if problem.in_force else ()
    uncovered = [root for root in roots if root not in covered]
    if uncovered:
        raise IllegalTransition("root_without_action", roots=uncovered)


def _cycle(problem: Problem, number: int) -> Cycle:
    cycle = problem.cycle(number)
    if cycle is None:
        raise NotFound("cycle_not_found")
    return cycle
