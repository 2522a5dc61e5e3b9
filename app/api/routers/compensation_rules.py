"""The rules of what is compensated by itself: read, replaced version by version, tried out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.answers import json_answer, outcome_answer, versioned
from app.api.callers import Caller, permitted
from app.api.documents import READ, VERSIONED, answers, read_answers, setting_answers
from app.api.documents_compensation import DryRunAnswer, RuleAnswer, RuleList
from app.api.dry_run import Window, history
from app.api.fields import key
from app.api.json_body import JsonRoute
from app.api.refusals import InvalidInput
from app.api.schemas.compensations import DryRunBody, RuleBody
from app.api.visibility import STAFF
from app.domain.compensation.dry_run import GRANTED, NOTHING, WAITS, Tried, try_out
from app.domain.compensation.rule_book import RULE_BOOK, RecordRule, checked_rule, version_of
from app.domain.compensation.rules import (
    DEFAULT_RULES,
    DELAY_DECLARED,
    PROMISE_BROKEN,
    Rule,
    RuleBook,
    RuleVersion,
)
from app.domain.errors import NotFound, Unacceptable
from app.domain.sla.durations import iso_of_us

router = APIRouter(prefix="/v1/compensation-rules", tags=["compensation"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(STAFF, scope="tickets:read"))]
Keeper = Annotated[Caller, Depends(permitted(("admin", "manager")))]
RuleId = Annotated[str, key(64)]
SHOWN = 100
SECOND_US = 1_000_000
BY_CLOCK = "{rule_id}:{version}:{ticket}:{clock}:{cycle}"
TEMPLATES = {
    PROMISE_BROKEN: "{rule_id}:{version}:{ticket}:{promise}:{cycle}",
    DELAY_DECLARED: "{rule_id}:{version}:{ticket}:{event}:{cycle}",
}


@router.get(
    "",
    summary="补偿规则 · the rules",
    responses=read_answers(RuleList),
    openapi_extra=READ,
)
async def get_rules(request: Request, caller: Reader) -> Response:
    """Each as it is in force now, or as it will be first."""
    book, recorded, now = await _book(caller)
    items = [_view(rule, rule.at(now) or rule.latest) for rule in book.rules]
    return versioned(request, {"items": items}, recorded)


@router.get(
    "/{rule_id}",
    summary="补偿规则 · one rule",
    responses=read_answers(RuleAnswer),
    openapi_extra=READ,
)
async def get_rule(
    rule_id: RuleId,
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """As it is in force now, or the version asked for."""
    book, recorded, now = await _book(caller)
    rule = _rule(book, rule_id)
    one = rule.at(now) or rule.latest
    if version is not None:
        found = [each for each in rule.versions if each.version == version]
        if not found:
            raise NotFound("version_not_found")
        one = found[0]
    return versioned(request, _view(rule, one), recorded)


@router.put(
    "/{rule_id}",
    summary="设定补偿规则 · record a rule",
    responses=setting_answers(RuleAnswer),
    openapi_extra=VERSIONED,
)
async def put_rule(rule_id: RuleId, body: RuleBody, caller: Keeper) -> Response:
    """A new version, from `valid_from` on. What happened before is judged by the version of then,
    and nothing is granted a second time."""
    command = _command(rule_id, body)
    outcome = await caller.services.handler.handle(RULE_BOOK, command, await caller.envelope())
    rule = _rule(outcome.state or DEFAULT_RULES, rule_id)
    return outcome_answer(outcome, _view(rule, rule.latest))


@router.post(
    "/{rule_id}/dry-run",
    summary="试算 · what a rule would have given",
    responses=answers({200: DryRunAnswer}, 401, 403, 404, 422, 503),
)
async def try_rule(rule_id: RuleId, body: DryRunBody, caller: Reader) -> Response:
    """Over what was breached, broken or declared late meanwhile. Nothing is written. Exclusions
    count; what people gave is left out."""
    if body.to <= body.from_:
        raise InvalidInput("ends_before_start", pointer="/to")
    book, _, now = await _book(caller)
    if body.draft is not None:
        command = _command(rule_id, body.draft, "/draft")
        rule = version_of(checked_rule(command, 1, now))
    else:
        found = _rule(book, rule_id)
        rule = found.at(now) or found.latest
    loaded = await caller.services.store.load(caller.tenant_id, [])
    zone = ZoneInfo(loaded.timezone)
    window = Window(since=body.from_, until=body.to, now=now, zone=zone.key)
    tried = try_out(rule, await history(caller, rule, window), zone)
    return json_answer({"rule_id": rule_id, **_sums(tried)})


def _command(rule_id: str, body: RuleBody, pointer: str = "") -> RecordRule:
    if body.rule_id not in {None, rule_id}:
        raise Unacceptable("rule_id_differs", pointer=f"{pointer}/rule_id")
    return body.command(rule_id)


async def _book(caller: Caller) -> tuple[RuleBook, int, datetime]:
    services = caller.services
    loaded = await services.store.load(caller.tenant_id, [RULE_BOOK.id])
    fold = loaded.streams.get(RULE_BOOK.id)
    book = await services.handler.unfold(caller.tenant_id, RULE_BOOK, fold)
    return book or DEFAULT_RULES, fold.version if fold else 0, loaded.now


def _rule(book: RuleBook, rule_id: str) -> Rule:
    rule = book.rule(rule_id)
    if rule is None:
        raise NotFound("rule_unknown")
    return rule


def _sums(tried: Sequence[Tried]) -> dict[str, Any]:
    def fen(outcome: str) -> int:
        return sum(one.amount_fen for one in tried if one.outcome == outcome)

    return {
        "breaches": len(tried),
        "granted": sum(1 for one in tried if one.outcome == GRANTED),
        "granted_fen": fen(GRANTED),
        "pending_fen": fen(WAITS),
        "rejected": sum(1 for one in tried if one.outcome == NOTHING),
        "capped_fen": sum(
            one.capped_from_fen - one.amount_fen for one in tried if one.capped_from_fen is not None
        ),
        "items": [
            {
                "ticket_id": one.happened.ticket_id,
                "household_id": one.happened.household_id if one.happened.named else None,
                "community": one.happened.community,
                "clock": one.happened.clock,
                "cycle": one.happened.cycle,
                "occurred_at": one.happened.at,
                "amount_fen": one.amount_fen,
                "capped_from_fen": one.capped_from_fen,
                "outcome": one.outcome,
                "because": one.because,
            }
            for one in tried[:SHOWN]
        ],
    }


def _view(rule: Rule, one: RuleVersion) -> dict[str, Any]:
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


def _length(seconds: int | None) -> str | None:
    return None if seconds is None else iso_of_us(seconds * SECOND_US)
