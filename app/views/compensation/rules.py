"""Loads and renders compensation rules; renders the result of a dry run."""

from collections.abc import Sequence
from typing import Any

from app.domain.calendars.durations import iso_of_us
from app.domain.compensation.dry_run import GRANTED, NOTHING, WAITS, TrialResult
from app.domain.compensation.rule_book import RULE_BOOK
from app.domain.compensation.rules import (
    DEFAULT_RULES,
    DELAY_DECLARED,
    PROMISE_BROKEN,
    Rule,
    RuleBook,
    RuleVersion,
)
from app.domain.errors import NotFound
from app.views.reader import Reader, Snapshot

MAX_RENDERED = 100
SECOND_US = 1_000_000
BY_CLOCK = "{rule_id}:{version}:{ticket}:{clock}:{cycle}"
TEMPLATES: dict[str, str] = {
    PROMISE_BROKEN: "{rule_id}:{version}:{ticket}:{promise}:{cycle}",
    DELAY_DECLARED: "{rule_id}:{version}:{ticket}:{event}:{cycle}",
}


async def load_rule_book(reader: Reader) -> tuple[RuleBook, Snapshot]:
    """The recorded rules, or the default ones."""
    snapshot = await reader.read(RULE_BOOK)
    return snapshot.state(RULE_BOOK) or DEFAULT_RULES, snapshot


def one_rule(book: RuleBook, rule_id: str) -> Rule:
    """Raises `NotFound`."""
    rule = book.rule(rule_id)
    if rule is None:
        raise NotFound("rule_unknown")
    return rule


def render_rule(rule: Rule, one: RuleVersion) -> dict[str, Any]:
    """With version `one` in full, and a list of all versions."""
    trigger, benefit, caps = one.trigger, one.benefit, one.caps
    return {
        "rule_id": rule.rule_id,
        "version": one.version,
        "valid_from": one.valid_from,
        "trigger": {
            "event": trigger.event,
            "clock": trigger.clock,
            "kind": trigger.promise_kind,
            "delay": _length(trigger.delay_seconds),
            "class": trigger.service_classes,
        },
        "grace": _length(one.grace_seconds),
        "benefit": {
            "kind": benefit.kind,
            "amount_fen": benefit.amount_fen,
            "currency": benefit.currency,
            "per": benefit.per,
        },
        "scope": one.scope,
        "caps": {
            "per_ticket_fen": caps.per_ticket_fen,
            "per_household_month_fen": caps.per_household_month_fen,
            "project_month_budget_fen": caps.project_month_budget_fen,
            "per_promise_fen": caps.per_promise_fen,
        },
        "on_budget_exceeded": one.on_budget_exceeded,
        "exclusions": one.exclusions,
        "stack": one.stack,
        "count_rule": one.count_rule,
        "idempotency": TEMPLATES.get(trigger.event, BY_CLOCK),
        "enabled": one.enabled,
        "source": one.source,
        "versions": [
            {"version": each.version, "valid_from": each.valid_from} for each in rule.versions
        ],
    }


def render_dry_run(rule_id: str, results: Sequence[TrialResult]) -> dict[str, Any]:
    """Sums over all results, and the first items."""

    def fen(outcome: str) -> int:
        return sum(one.amount_fen for one in results if one.outcome == outcome)

    return {
        "rule_id": rule_id,
        "breaches": len(results),
        "granted": sum(1 for one in results if one.outcome == GRANTED),
        "granted_fen": fen(GRANTED),
        "pending_fen": fen(WAITS),
        "rejected": sum(1 for one in results if one.outcome == NOTHING),
        "capped_fen": sum(
            one.capped_from_fen - one.amount_fen
            for one in results
            if one.capped_from_fen is not None
        ),
        "items": [_trial(one) for one in results[:MAX_RENDERED]],
    }


def _trial(one: TrialResult) -> dict[str, Any]:
    happened = one.happened
    return {
        "ticket_id": happened.ticket_id,
        "household_id": happened.household_id,
        "community": happened.community,
        "clock": happened.clock,
        "cycle": happened.cycle,
        "occurred_at": happened.at,
        "amount_fen": one.amount_fen,
        "capped_from_fen": one.capped_from_fen,
        "outcome": one.outcome,
        "because": one.because,
    }


def _length(seconds: int | None) -> str | None:
    return None if seconds is None else iso_of_us(seconds * SECOND_US)
