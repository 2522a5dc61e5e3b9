"""The 5-Why analysis: answers, their verification, and which of them are roots
(docs/domain.md §5.3)."""

from collections.abc import Sequence
from typing import Any, Literal

from app.domain.checks import at_most, distinct, identifier, optional_text, text
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.problem.blame import blames
from app.domain.problem.commands import AddWhy, ConfirmRootCause, ReviseWhy, VerifyWhy
from app.domain.problem.graph import (
    PHENOMENON,
    closes_a_cycle,
    descendants,
    sound_levels,
)
from app.domain.problem.state import VERSIONS, WHYS, Problem, Rca, Why
from app.events.problem import (
    Evidence,
    ProblemEvent,
    RcaSuperseded,
    RootCauseConfirmed,
    WhyAdded,
    WhyRevised,
    WhyVerified,
)

RcaMethod = Literal["5why"]
METHOD: RcaMethod = "5why"

SHALLOWEST_ROOT = 3  # whys deep; fewer need a justification (five is typical, not a law)
ANSWER = 500
NOTE = 4000

# Categories that are systemic by default.
SYSTEMIC = frozenset({"process", "management", "training", "design", "policy"})


def is_systemic(why: Why) -> bool:
    return why.category in SYSTEMIC if why.systemic is None else why.systemic


def rca_id(problem: Problem) -> str:
    return problem.number.replace("PRB", "RCA", 1)


def add_why(command: AddWhy, problem: Problem, given: Given) -> Sequence[ProblemEvent]:
    why_id = identifier(command.why_id, "/id", 64)
    if why_id == PHENOMENON:
        raise Unacceptable("malformed", pointer="/id")
    whys = problem.latest.whys if problem.latest else ()
    added = WhyAdded(why_id=why_id, version=problem.next_version, **_checked_fields(command))
    present = next((why for why in whys if why.id == why_id), None)
    if present is not None:
        if _same(present, added) and given.actor.subject in present.authors:
            return []
        raise IllegalTransition("why_exists", why_id=why_id)
    at_most(whys, "/id", WHYS - 1)
    _check_parents(added, whys)
    _check_versions(problem)
    return [added]


def revise_why(command: ReviseWhy, problem: Problem) -> Sequence[ProblemEvent]:
    """Revising a confirmed analysis starts a new version."""
    why = _why(problem, command.why_id)
    revised = WhyRevised(why_id=why.id, version=problem.next_version, **_checked_fields(command))
    if _same(why, revised):
        return []
    whys = problem.latest.whys if problem.latest else ()
    _check_parents(revised, whys)
    _check_versions(problem)
    return [revised]


def verify_why(command: VerifyWhy, problem: Problem, given: Given) -> Sequence[ProblemEvent]:
    why = _why(problem, command.why_id)
    if given.actor.subject in why.authors:
        raise NotPermitted("verifier_is_author")
    if why.therefore_ok == command.therefore_ok and why.verified_by == given.actor.subject:
        return []
    if problem.draft is None:
        raise IllegalTransition("rca_confirmed")
    return [
        WhyVerified(
            why_id=why.id,
            version=problem.draft.version,
            therefore_ok=command.therefore_ok,
            note=optional_text(command.note, "/note", NOTE),
        )
    ]


def confirm(command: ConfirmRootCause, problem: Problem) -> Sequence[ProblemEvent]:
    at_most(command.roots, "/roots", WHYS)
    if not command.roots:
        raise Unacceptable("required", pointer="/roots")
    distinct(command.roots, "/roots")
    in_force = problem.in_force
    if problem.draft is None and in_force and set(command.roots) == set(in_force.roots):
        return []
    analysis = problem.latest
    if analysis is None:
        raise IllegalTransition("nothing_to_confirm")
    justification = optional_text(command.justification, "/justification", NOTE)
    roots = [_named_root(analysis, why_id, n) for n, why_id in enumerate(command.roots)]
    for root in roots:
        _check_root(analysis, root, justification)
    _check_versions(problem)
    confirmed = RootCauseConfirmed(
        rca_id=rca_id(problem),
        version=problem.next_version,
        roots=tuple(root.id for root in roots),
        categories=tuple(sorted({root.category for root in roots})),
        justification=justification,
        note=optional_text(command.note, "/note", NOTE),
    )
    if in_force is None:
        return [confirmed]
    superseded = RcaSuperseded(
        rca_id=rca_id(problem), version=in_force.version, by=confirmed.version
    )
    return [confirmed, superseded]


def _check_root(analysis: Rca, root: Why, justification: str | None) -> None:
    if blames(root.answer) and not _has_systemic_cause(analysis, root):
        raise IllegalTransition("root_blames_person", why_id=root.id)
    if not root.evidence:
        raise IllegalTransition("root_without_evidence", why_id=root.id)
    if root.therefore_ok is None:
        raise IllegalTransition("root_not_verified", why_id=root.id)
    depth = sound_levels(analysis.whys).get(root.id)
    if depth is None:
        raise IllegalTransition("root_not_reached", why_id=root.id, doubtful=_doubtful(analysis))
    if depth < SHALLOWEST_ROOT and justification is None:
        raise IllegalTransition(
            "root_too_shallow", why_id=root.id, depth=depth, min=SHALLOWEST_ROOT
        )


def _has_systemic_cause(analysis: Rca, root: Why) -> bool:
    """Whether a verified systemic cause below it blames nobody."""
    deeper = descendants(analysis.whys, root.id)
    return any(
        why.id in deeper and is_systemic(why) and why.therefore_ok and not blames(why.answer)
        for why in analysis.whys
    )


def _doubtful(analysis: Rca) -> list[str]:
    """The answers whose "therefore" was denied or never verified."""
    return [why.id for why in analysis.whys if not why.therefore_ok]


def _named_root(analysis: Rca, why_id: str, n: int) -> Why:
    why = analysis.why(why_id)
    if why is None:
        raise Unacceptable("unknown_why", pointer=f"/roots/{n}", why_id=why_id)
    return why


def _why(problem: Problem, why_id: str) -> Why:
    why = problem.latest.why(why_id) if problem.latest else None
    if why is None:
        raise NotFound("why_not_found")
    return why


def _checked_fields(command: AddWhy | ReviseWhy) -> dict[str, Any]:
    """The checked fields that both commands have in common."""
    at_most(command.parents, "/parents", 10)
    distinct(command.parents, "/parents")
    return {
        "parents": command.parents,
        "answer": text(command.answer, "/answer", ANSWER),
        "category": identifier(command.category, "/category", 64),
        "systemic": command.systemic,
        "controllable_by": optional_text(command.controllable_by, "/controllable_by", 128),
        "evidence": _evidence(command.evidence),
        "note": optional_text(command.note, "/note", NOTE),
    }


def _evidence(items: Sequence[Evidence]) -> tuple[Evidence, ...]:
    at_most(items, "/evidence", 20)
    return tuple(
        Evidence(
            type=identifier(one.type, f"/evidence/{n}/type", 64),
            ref=text(one.ref, f"/evidence/{n}/ref", 200),
        )
        for n, one in enumerate(items)
    )


def _check_parents(event: WhyAdded | WhyRevised, whys: Sequence[Why]) -> None:
    if not event.parents:
        raise Unacceptable("required", pointer="/parents")
    known = {PHENOMENON, event.why_id, *(why.id for why in whys)}
    for n, parent in enumerate(event.parents):
        if parent not in known:
            raise Unacceptable("unknown_why", pointer=f"/parents/{n}", why_id=parent)
    if closes_a_cycle(whys, event.why_id, event.parents):
        raise IllegalTransition("why_cycle", why_id=event.why_id)


def _check_versions(problem: Problem) -> None:
    if problem.draft is None and len(problem.confirmed) >= VERSIONS:
        raise IllegalTransition("too_many_versions", max=VERSIONS)


def _same(why: Why, event: WhyAdded | WhyRevised) -> bool:
    return (why.parents, why.answer, why.category) == (
        event.parents,
        event.answer,
        event.category,
    ) and (why.systemic, why.controllable_by, why.evidence) == (
        event.systemic,
        event.controllable_by,
        event.evidence,
    )
