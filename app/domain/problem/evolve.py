"""The fold of a problem. It checks no rules and never fails."""

from typing import Any, assert_never

from msgspec.structs import replace

from app.domain.problem.state import (
    TICKETS,
    Act,
    Action,
    Check,
    Cycle,
    Problem,
    Rca,
    Why,
)
from app.events.base import Fact
from app.events.problem import (
    ActionCompleted,
    ActionOverdue,
    ActionPlanned,
    ActionVerified,
    PdcaCycleActed,
    PdcaCycleChecked,
    PdcaCycleStarted,
    ProblemClosed,
    ProblemEvent,
    ProblemOpened,
    ProblemRecurred,
    ProblemReopened,
    RcaSuperseded,
    RootCauseConfirmed,
    WhyAdded,
    WhyRevised,
    WhyVerified,
)


def evolve(problem: Problem | None, fact: Fact[ProblemEvent]) -> Problem | None:
    match fact.event:
        case ProblemOpened() as opened:
            return _opened(opened, fact)
        case _:
            return problem if problem is None else _after(problem, fact)


def _after(  # noqa: C901, PLR0911, PLR0912 - one table, an event a line
    problem: Problem, fact: Fact[ProblemEvent]
) -> Problem:
    at, by = fact.occurred_at, fact.actor.subject
    match fact.event:
        case ProblemOpened():
            return problem
        case ProblemRecurred() as recurred:
            return _recurred(problem, recurred, fact)
        case ProblemReopened() as again:
            reopened = replace(_recurred(problem, again, fact), state="reopened", closed_at=None)
            return replace(reopened, reopenings=problem.reopenings + 1)
        case WhyAdded() as added:
            draft = _draft(problem, added.version)
            draft = replace(draft, whys=(*draft.whys, _why(added, (by,))))
            return replace(problem, draft=draft, state=_analysing(problem))
        case WhyRevised() as revised:
            draft = _revised(_draft(problem, revised.version), revised, by)
            return replace(problem, draft=draft, state=_analysing(problem))
        case WhyVerified(why_id=why_id, version=version, therefore_ok=ok):
            whys = tuple(
                replace(why, verified_by=by, therefore_ok=ok) if why.id == why_id else why
                for why in _draft(problem, version).whys
            )
            return replace(problem, draft=replace(_draft(problem, version), whys=whys))
        case RootCauseConfirmed() as confirmed:
            return _confirmed(problem, confirmed, fact)
        case RcaSuperseded(version=version, by=later):
            versions = tuple(
                replace(each, superseded_by=later) if each.version == version else each
                for each in problem.confirmed
            )
            return replace(problem, confirmed=versions)
        case ActionPlanned() as planned:
            actions = (*problem.actions, _action(planned, fact))
            return replace(problem, actions=actions, state=_acting(problem))
        case ActionOverdue(action_id=action_id):
            return _with_action(problem, action_id, is_overdue=True)
        case ActionCompleted(action_id=action_id):
            return _with_action(problem, action_id, completed_at=at, completed_by=by)
        case ActionVerified(action_id=action_id):
            return _with_action(problem, action_id, verified_at=at, verified_by=by)
        case PdcaCycleStarted() as started:
            return replace(_with_cycle(problem, _cycle(started, fact)), state="acting")
        case PdcaCycleChecked() as checked:
            cycle = problem.cycle(checked.cycle) or Cycle(number=checked.cycle)
            cycle = replace(cycle, check=_check(checked, fact))
            return replace(_with_cycle(problem, cycle), state="verifying")
        case PdcaCycleActed() as acted:
            return _acted(problem, acted, fact)
        case ProblemClosed():
            return replace(problem, state="closed", closed_at=at)
        case _:
            assert_never(fact.event)


def _opened(opened: ProblemOpened, fact: Fact[ProblemEvent]) -> Problem:
    return Problem(
        id=opened.problem_id,
        number=opened.number,
        state="opened",
        source=opened.source,
        statement=opened.statement,
        ticket_ids=opened.ticket_ids[:TICKETS],
        place=opened.place,
        metric=opened.metric,
        fingerprint=opened.fingerprint,
        rollup=opened.rollup,
        occurrences=opened.occurrences,
        within_days=opened.within_days,
        opened_at=fact.occurred_at,
        opened_by=fact.actor.subject,
        last_recurrence_at=fact.occurred_at if opened.occurrences else None,
    )


def _recurred(
    problem: Problem, recurred: ProblemRecurred | ProblemReopened, fact: Fact[ProblemEvent]
) -> Problem:
    tickets = tuple(dict.fromkeys((*problem.ticket_ids, recurred.ticket_id)))
    before = problem.last_recurrence_at or fact.occurred_at
    return replace(
        problem,
        ticket_ids=tickets[:TICKETS],
        occurrences=recurred.occurrences,
        last_recurrence_at=max(before, fact.occurred_at),
    )


def _analysing(problem: Problem) -> str:
    """A new analysis does not stop actions that are under way."""
    return "analysing" if problem.state in {"opened", "reopened"} else problem.state


def _acting(problem: Problem) -> str:
    """A containment before the root is confirmed leaves the state as it is."""
    return "acting" if problem.in_force and problem.state != "verifying" else problem.state


def _draft(problem: Problem, version: int) -> Rca:
    """The current draft; a new one starts with the answers of the confirmed version."""
    if problem.draft is not None:
        return problem.draft
    before = problem.in_force
    return Rca(version=version, whys=before.whys if before else ())


def _why(event: WhyAdded | WhyRevised, authors: tuple[str, ...]) -> Why:
    return Why(
        id=event.why_id,
        parents=event.parents,
        answer=event.answer,
        category=event.category,
        systemic=event.systemic,
        controllable_by=event.controllable_by,
        evidence=event.evidence,
        authors=authors,
    )


def _revised(draft: Rca, revised: WhyRevised, by: str) -> Rca:
    whys = tuple(
        _why(revised, tuple(dict.fromkeys((*why.authors, by)))) if why.id == revised.why_id else why
        for why in draft.whys
    )
    return replace(draft, whys=whys)


def _confirmed(
    problem: Problem, confirmed: RootCauseConfirmed, fact: Fact[ProblemEvent]
) -> Problem:
    analysis = replace(
        _draft(problem, confirmed.version),
        version=confirmed.version,
        roots=confirmed.roots,
        justification=confirmed.justification,
        confirmed_at=fact.occurred_at,
        confirmed_by=fact.actor.subject,
    )
    early = problem.state in {"opened", "analysing", "reopened"}
    return replace(
        problem,
        state="root_confirmed" if early else problem.state,
        draft=None,
        confirmed=(*problem.confirmed, analysis),
    )


def _action(planned: ActionPlanned, fact: Fact[ProblemEvent]) -> Action:
    return Action(
        id=planned.action_id,
        type=planned.type,
        root=planned.root,
        owner=planned.owner,
        description=planned.description,
        due=planned.due,
        overdue_at=planned.overdue_at,
        metric=planned.metric,
        baseline_e6=planned.baseline_e6,
        target_e6=planned.target_e6,
        planned_at=fact.occurred_at,
        planned_by=fact.actor.subject,
    )


def _with_action(problem: Problem, action_id: str, **changes: Any) -> Problem:
    actions = tuple(
        replace(each, **changes) if each.id == action_id else each for each in problem.actions
    )
    return replace(problem, actions=actions)


def _cycle(started: PdcaCycleStarted, fact: Fact[ProblemEvent]) -> Cycle:
    return Cycle(
        number=started.cycle,
        hypothesis=started.hypothesis,
        actions=started.actions,
        pilot_scope=started.pilot_scope,
        begins_on=started.begins_on,
        ends_on=started.ends_on,
        ends_at=started.ends_at,
        started_at=fact.occurred_at,
    )


def _check(checked: PdcaCycleChecked, fact: Fact[ProblemEvent]) -> Check:
    return Check(
        metric=checked.metric,
        better=checked.better,
        before=checked.before,
        after=checked.after,
        verdict=checked.verdict,
        checked_at=fact.occurred_at,
    )


def _acted(problem: Problem, acted: PdcaCycleActed, fact: Fact[ProblemEvent]) -> Problem:
    cycle = problem.cycle(acted.cycle) or Cycle(number=acted.cycle)
    act = Act(
        decision=acted.decision,
        document=acted.document,
        residual=acted.residual,
        next_cycle=acted.next_cycle,
        acted_at=fact.occurred_at,
    )
    problem = _with_cycle(problem, replace(cycle, act=act))
    if acted.next_cycle is None:
        return problem
    following = Cycle(number=acted.next_cycle, hypothesis=acted.residual)
    return replace(_with_cycle(problem, following), state="acting")


def _with_cycle(problem: Problem, cycle: Cycle) -> Problem:
    others = [each for each in problem.cycles if each.number != cycle.number]
    in_order = sorted([*others, cycle], key=lambda each: each.number)
    return replace(problem, cycles=tuple(in_order))
