"""Renders problems and root causes (docs/domain.md §5.2)."""

from typing import Any

from app.domain.problem.graph import chain_to, levels
from app.domain.problem.improvement import improvement
from app.domain.problem.rca import METHOD, is_systemic, rca_id
from app.domain.problem.state import Action, Check, Cycle, Problem, Rca, Why
from app.event_store.tenant_secret import TenantSecret
from app.events.problem import Measured, MetricSeen

MILLION = 1_000_000


def render_problem(problem: Problem, version: int, secret: TenantSecret) -> dict[str, Any]:
    latest = problem.latest
    return {
        "id": problem.id,
        "number": problem.number,
        "version": version,
        "state": problem.state,
        "source": problem.source,
        "phenomenon": _phenomenon(problem),
        "fingerprint": secret.alias_of(problem.fingerprint) if problem.fingerprint else None,
        "rollup": secret.alias_of(problem.rollup) if problem.rollup else None,
        "place": _place(problem),
        "occurrences": problem.occurrences,
        "within_days": problem.within_days,
        "rca": _rca(problem, latest) if latest else None,
        "earlier_rcas": [_rca(problem, each) for each in problem.confirmed if each is not latest],
        "actions": [_action(problem, each) for each in problem.actions],
        "pdca": [_cycle(each) for each in problem.cycles],
        "opened_at": problem.opened_at,
        "opened_by": problem.opened_by,
        "last_recurrence_at": problem.last_recurrence_at,
        "reopenings": problem.reopenings,
        "closed_at": problem.closed_at,
    }


def render_root_cause(problem: Problem, analysis: Rca) -> dict[str, Any]:
    """One confirmed analysis, with the actions for its roots."""
    return {
        "problem_id": problem.id,
        "number": problem.number,
        "state": problem.state,
        "phenomenon": _phenomenon(problem),
        "place": _place(problem),
        "rca": _rca(problem, analysis),
        "chains": [_chain(analysis, root) for root in analysis.roots],
        "actions": [
            _action(problem, each) for each in problem.actions if each.root in analysis.roots
        ],
    }


def _chain(analysis: Rca, root: str) -> dict[str, Any]:
    answers = {why.id: why.answer for why in analysis.whys}
    return {"root": root, "answers": [answers[each] for each in chain_to(analysis.whys, root)]}


def _phenomenon(problem: Problem) -> dict[str, Any]:
    return {
        "statement": problem.statement,
        "metric": _metric(problem.metric) if problem.metric else None,
        "tickets": problem.ticket_ids,
    }


def _place(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "community": place.community,
        "building": place.building,
        "component": place.component,
        "category": place.category,
    }


def _metric(metric: MetricSeen) -> dict[str, Any]:
    return {
        "name": metric.metric,
        "value": _number(metric.value_e6),
        "threshold": _number(metric.threshold_e6),
        "n": metric.n,
    }


def _number(value_e6: int | None) -> float | None:
    """From millionths."""
    return None if value_e6 is None else value_e6 / MILLION


def _rca(problem: Problem, analysis: Rca) -> dict[str, Any]:
    depths = levels(analysis.whys)
    return {
        "rca_id": rca_id(problem),
        "problem_id": problem.id,
        "method": METHOD,
        "version": analysis.version,
        "nodes": [_node(why, depths[why.id]) for why in analysis.whys if why.id in depths],
        "roots": analysis.roots,
        "justification": analysis.justification,
        "confirmed_at": analysis.confirmed_at,
        "confirmed_by": analysis.confirmed_by,
        "superseded": analysis.superseded_by is not None,
        "superseded_by": analysis.superseded_by,
    }


def _node(why: Why, level: int) -> dict[str, Any]:
    return {
        "id": why.id,
        "parents": why.parents,
        "level": level,
        "answer": why.answer,
        "category": why.category,
        "systemic": is_systemic(why),
        "controllable_by": why.controllable_by,
        "evidence": [{"type": one.type, "ref": one.ref} for one in why.evidence],
        "confidence": why.confidence,
        "authors": why.authors,
        "verified_by": why.verified_by,
        "therefore_ok": why.therefore_ok,
    }


def _action(problem: Problem, action: Action) -> dict[str, Any]:
    progress = improvement(problem, action)
    return {
        "id": action.id,
        "type": action.type,
        "root": action.root,
        "owner": action.owner,
        "description": action.description,
        "due": action.due,
        "metric": action.metric,
        "baseline": _number(action.baseline_e6),
        "target": _number(action.target_e6),
        "reached": _number(progress.reached_e6),
        "promise": progress.state,
        "state": action.state,
        "overdue": action.is_overdue,
        "planned_at": action.planned_at,
        "completed_at": action.completed_at,
        "completed_by": action.completed_by,
        "verified_at": action.verified_at,
        "verified_by": action.verified_by,
    }


def _cycle(cycle: Cycle) -> dict[str, Any]:
    return {
        "cycle": cycle.number,
        "state": cycle.state,
        "plan": {"actions": cycle.actions, "hypothesis": cycle.hypothesis},
        "do": {
            "pilot_scope": cycle.pilot_scope,
            "from": cycle.begins_on,
            "to": cycle.ends_on,
            "started_at": cycle.started_at,
        },
        "check": _check(cycle.check) if cycle.check else None,
        "act": None
        if cycle.act is None
        else {
            "decision": cycle.act.decision,
            "document": cycle.act.document,
            "residual": cycle.act.residual,
            "next_cycle": cycle.act.next_cycle,
            "acted_at": cycle.act.acted_at,
        },
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "metric": check.metric,
        "better": check.better,
        "before": _measured(check.before),
        "after": _measured(check.after),
        "verdict": check.verdict,
        "checked_at": check.checked_at,
    }


def _measured(measured: Measured) -> dict[str, Any]:
    return {"mean": _number(measured.mean_e6), "n": measured.n}
