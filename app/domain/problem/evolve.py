"""The fold of a problem. It checks no rules and never fails."""

from collections.abc import Callable, Mapping
from typing import Any

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
from app.events.by_type import by_type, unchanged
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
    if isinstance(fact.event, ProblemOpened):
        return _opened(fact.event, fact)
    return problem if problem is None else FOLD[type(fact.event)](problem, fact)


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


def _recurred(problem: Problem, fact: Fact[ProblemRecurred | ProblemReopened]) -> Problem:
    tickets = tuple(dict.fromkeys((*problem.ticket_ids, fact.event.ticket_id)))
    before = problem.last_recurrence_at or fact.occurred_at
    return replace(
        problem,
        ticket_ids=tickets[:TICKETS],
        occurrences=fact.event.occurrences,
        last_recurrence_at=max(before, fact.occurred_at),
    )


def _reopened(problem: Problem, fact: Fact[ProblemReopened]) -> Problem:
    reopened = replace(_recurred(problem, fact), state="reopened", closed_at=None)
    return replace(reopened, reopenings=problem.reopenings + 1)


def _closed(problem: Problem, fact: Fact[ProblemClosed]) -> Problem:
    return replace(problem, state="closed", closed_at=fact.occurred_at)


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


def _with_why(problem: Problem, fact: Fact[WhyAdded]) -> Problem:
    draft = _draft(problem, fact.event.version)
    draft = replace(draft, whys=(*draft.whys, _why(fact.event, (fact.actor.subject,))))
    return replace(problem, draft=draft, state=_analysing(problem))


def _with_revised_why(problem: Problem, fact: Fact[WhyRevised]) -> Problem:
    revised, by = fact.event, fact.actor.subject
    draft = _draft(problem, revised.version)
    whys = tuple(
        _why(revised, tuple(dict.fromkeys((*why.authors, by)))) if why.id == revised.why_id else why
        for why in draft.whys
    )
    return replace(problem, draft=replace(draft, whys=whys), state=_analysing(problem))


def _with_verified_why(problem: Problem, fact: Fact[WhyVerified]) -> Problem:
    verified, by = fact.event, fact.actor.subject
    draft = _draft(problem, verified.version)
    whys = tuple(
        replace(why, verified_by=by, therefore_ok=verified.therefore_ok)
        if why.id == verified.why_id
        else why
        for why in draft.whys
    )
    return replace(problem, draft=replace(draft, whys=whys))


def _confirmed(problem: Problem, fact: Fact[RootCauseConfirmed]) -> Problem:
    confirmed = fact.event
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


def _superseded(problem: Problem, fact: Fact[RcaSuperseded]) -> Problem:
    versions = tuple(
        replace(each, superseded_by=fact.event.by) if each.version == fact.event.version else each
        for each in problem.confirmed
    )
    return replace(problem, confirmed=versions)


def _planned(problem: Problem, fact: Fact[ActionPlanned]) -> Problem:
    actions = (*problem.actions, _action(fact.event, fact))
    return replace(problem, actions=actions, state=_acting(problem))


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


def _overdue(problem: Problem, fact: Fact[ActionOverdue]) -> Problem:
    return _with_action(problem, fact.event.action_id, is_overdue=True)


def _completed(problem: Problem, fact: Fact[ActionCompleted]) -> Problem:
    at, by = fact.occurred_at, fact.actor.subject
    return _with_action(problem, fact.event.action_id, completed_at=at, completed_by=by)


def _verified(problem: Problem, fact: Fact[ActionVerified]) -> Problem:
    at, by = fact.occurred_at, fact.actor.subject
    return _with_action(problem, fact.event.action_id, verified_at=at, verified_by=by)


def _cycle_started(problem: Problem, fact: Fact[PdcaCycleStarted]) -> Problem:
    return replace(_with_cycle(problem, _cycle(fact.event, fact)), state="acting")


def _cycle_checked(problem: Problem, fact: Fact[PdcaCycleChecked]) -> Problem:
    number = fact.event.cycle
    cycle = problem.cycle(number) or Cycle(number=number)
    cycle = replace(cycle, check=_check(fact.event, fact))
    return replace(_with_cycle(problem, cycle), state="verifying")


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


def _cycle_acted(problem: Problem, fact: Fact[PdcaCycleActed]) -> Problem:
    acted = fact.event
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


FOLD: Mapping[type[Any], Callable[[Problem, Fact[Any]], Problem]] = by_type(
    ProblemEvent,
    {
        ProblemOpened: unchanged,  # `evolve` begins the problem with it
        ProblemRecurred: _recurred,
        ProblemReopened: _reopened,
        ProblemClosed: _closed,
        WhyAdded: _with_why,
        WhyRevised: _with_revised_why,
        WhyVerified: _with_verified_why,
        RootCauseConfirmed: _confirmed,
        RcaSuperseded: _superseded,
        ActionPlanned: _planned,
        ActionOverdue: _overdue,
        ActionCompleted: _completed,
        ActionVerified: _verified,
        PdcaCycleStarted: _cycle_started,
        PdcaCycleChecked: _cycle_checked,
        PdcaCycleActed: _cycle_acted,
    },
)
