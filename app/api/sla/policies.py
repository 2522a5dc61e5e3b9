"""SLA policies and their versions, with the findings of the linter."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.api.sla.bodies import PolicyBody
from app.domain import roles
from app.domain.errors import NotFound
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.sla.policy_lint import Finding, lint
from app.domain.sla.policy_pack import DEFAULT_BOOK
from app.http.callers import Caller, permitted
from app.http.fields import key
from app.http.json_body import JsonRoute
from app.http.json_response import outcome_response, versioned_response
from app.http.responses import READ, VERSIONED, command_responses, read_responses
from app.texts.language import preferred_language
from app.views.sla.policies import (
    in_force,
    load_one_policy,
    load_policies,
    render_findings,
    render_policy,
)
from app.views.sla.shape import PolicyAnswer, PolicyList, PolicyPut

router = APIRouter(prefix="/v1/sla/policies", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_POLICIES))]
Editor = Annotated[Caller, Depends(permitted(roles.EDIT_POLICIES))]
PolicyId = Annotated[str, key(64), Path()]


@router.get(
    "",
    responses=read_responses(PolicyList),
    openapi_extra=READ,
)
async def get_policies(request: Request, caller: Reader) -> Response:
    """Each in its version in force, and the linter's findings over all of them."""
    book, version, now = await load_policies(caller.reader)
    items = [render_policy(policy, in_force(policy, now)) for policy in book.policies]
    answer = {"items": items, "findings": _findings(request, lint(book, now))}
    return versioned_response(request, answer, version)


@router.get(
    "/{policy_id}",
    responses=read_responses(PolicyAnswer),
    openapi_extra=READ,
)
async def get_policy(
    policy_id: PolicyId,
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The version in force, or the one requested."""
    policy, one, recorded = await load_one_policy(caller.reader, policy_id, version)
    return versioned_response(request, render_policy(policy, one), recorded)


@router.put(
    "/{policy_id}",
    responses=command_responses(PolicyPut),
    openapi_extra=VERSIONED,
)
async def put_policy(
    policy_id: PolicyId, body: PolicyBody, request: Request, caller: Editor
) -> Response:
    """A new version from `valid_from` on. Running clocks keep the version they started with, until
    they are migrated. Returns the new version and the linter's findings."""
    outcome = await caller.services.handler.handle(
        POLICY_BOOK, body.command(policy_id), await caller.envelope()
    )
    book = outcome.state or DEFAULT_BOOK
    policy = book.policy(policy_id)
    if policy is None:
        raise NotFound("policy_unknown")
    at = max(policy.latest.valid_from, outcome.at)
    answer = render_policy(policy, policy.latest) | {"findings": _findings(request, lint(book, at))}
    return outcome_response(outcome, answer)


def _findings(request: Request, found: Sequence[Finding]) -> list[dict[str, Any]]:
    return render_findings(found, preferred_language(request.headers.get("accept-language")))
