"""What is promised: policies, version by version, and what is strange about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.api.sla.bodies import PolicyBody
from app.domain import roles
from app.domain.calendars.durations import iso_of_us
from app.domain.errors import NotFound
from app.domain.sla.policy import Policy, PolicyBook, PolicyVersion, has_target
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.sla.policy_checks import target_of
from app.domain.sla.policy_lint import Finding, lint
from app.domain.sla.policy_pack import DEFAULT_BOOK
from app.event_store import folding
from app.events.sla_policy import PolicyClock, Selector
from app.http.answers import outcome_answer, versioned
from app.http.callers import Caller, permitted
from app.http.fields import key
from app.http.json_body import JsonRoute
from app.http.responses import READ, VERSIONED, read_answers, setting_answers
from app.texts.catalogue import text_of
from app.texts.language import chosen
from app.views.sla.render import iso_target
from app.views.sla.shape import PolicyAnswer, PolicyList, PolicyPut

router = APIRouter(prefix="/v1/sla/policies", tags=["sla"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_POLICIES))]
Keeper = Annotated[Caller, Depends(permitted(roles.EDIT_POLICIES))]
PolicyId = Annotated[str, key(64), Path()]
SECOND_US = 1_000_000


async def policy_book(caller: Caller) -> tuple[PolicyBook, int, datetime]:
    """All policies, the version of their record, and now."""
    services = caller.services
    loaded = await services.store.load(caller.tenant_id, [POLICY_BOOK.id])
    fold = loaded.streams.get(POLICY_BOOK.id)
    book = await folding.unfold(caller.services.store, caller.tenant_id, POLICY_BOOK, fold)
    return book or DEFAULT_BOOK, fold.version if fold else 0, loaded.now


@router.get(
    "",
    summary="时限政策 · all policies",
    responses=read_answers(PolicyList),
    openapi_extra=READ,
)
async def get_policies(request: Request, caller: Reader) -> Response:
    """Each as it is in force now, and what is strange about all of them together."""
    book, version, now = await policy_book(caller)
    items = [_policy_view(policy, policy.at(now) or policy.latest) for policy in book.policies]
    answer = {"items": items, "findings": _findings(request, lint(book, now))}
    return versioned(request, answer, version)


@router.get(
    "/{policy_id}",
    summary="时限政策 · one policy",
    responses=read_answers(PolicyAnswer),
    openapi_extra=READ,
)
async def get_policy(
    policy_id: PolicyId,
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """As it is in force now, or the version asked for."""
    book, recorded, now = await policy_book(caller)
    policy = book.policy(policy_id)
    if policy is None:
        raise NotFound("policy_unknown")
    one = policy.at(now) or policy.latest
    if version is not None:
        one = _version(policy, version)
    return versioned(request, _policy_view(policy, one), recorded)


def _version(policy: Policy, number: int) -> PolicyVersion:
    for one in policy.versions:
        if one.version == number:
            return one
    raise NotFound("version_not_found")


@router.put(
    "/{policy_id}",
    summary="设定时限政策 · record a policy",
    responses=setting_answers(PolicyPut),
    openapi_extra=VERSIONED,
)
async def put_policy(
    policy_id: PolicyId, body: PolicyBody, request: Request, caller: Keeper
) -> Response:
    """A new version, from `valid_from` on. Clocks that run keep the version they began with, until
    they are migrated. The answer has the version that was put, and what is strange about it."""
    outcome = await caller.services.handler.handle(
        POLICY_BOOK, body.command(policy_id), await caller.envelope()
    )
    book = outcome.state or DEFAULT_BOOK
    policy = book.policy(policy_id)
    if policy is None:
        raise NotFound("policy_unknown")
    at = max(policy.latest.valid_from, outcome.at)
    answer = _policy_view(policy, policy.latest) | {"findings": _findings(request, lint(book, at))}
    return outcome_answer(outcome, answer)


def _policy_view(policy: Policy, one: PolicyVersion) -> dict[str, Any]:
    return {
        "id": policy.policy_id,
        "version": one.version,
        "valid_from": one.valid_from,
        "source": one.source,
        "quiet_hours": {"start": one.quiet.start, "end": one.quiet.end} if one.quiet else None,
        "rows": [
            {
                "selector": _selector(row.selector),
                "urgent": row.urgent,
                "clocks": [_clock(clock) for clock in row.clocks],
            }
            for row in one.rows
        ],
        "versions": [
            {"version": each.version, "valid_from": each.valid_from} for each in policy.versions
        ],
    }


def _selector(selector: Selector) -> dict[str, str | None]:
    return {
        "kind": selector.kind,
        "service_class": selector.service_class,
        "category": selector.category,
        "community": selector.community,
        "tier": selector.tier,
    }


def _clock(clock: PolicyClock) -> dict[str, Any]:
    return {
        "clock": clock.clock,
        "target": iso_target(target_of(clock)) if has_target(clock) else None,
        "count_rule": clock.count_rule,
        "cut_off": clock.cut_off,
        "calendar_id": clock.calendar_id,
        "warn_percent": clock.warn_percent,
        "pausable_reasons": clock.pausable_reasons,
        "pause_cap": _length(clock.pause_cap_seconds),
        "escalations": [
            {"level": one.level, "audience": one.audience, "after": _length(one.after_seconds)}
            for one in clock.escalations
        ],
        "source": clock.source,
        "only_long_works": clock.only_long_works,
    }


def _length(seconds: int | None) -> str | None:
    return None if seconds is None else iso_of_us(seconds * SECOND_US)


def _findings(request: Request, found: Sequence[Finding]) -> list[dict[str, Any]]:
    language = chosen(request.headers.get("accept-language"))
    return [
        {
            "code": one.code,
            "message": text_of(one.code).title(language),
            "clock": one.clock,
            "selector": _selector(one.selector),
            "policy_id": one.policy_id,
            "given": _length(one.seconds),
            "said": _length(one.said_seconds),
            "source": one.source,
        }
        for one in found
    ]
