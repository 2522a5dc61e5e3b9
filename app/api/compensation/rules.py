"""The rules of automatic compensation: read, replaced by a new version, dry-run."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.compensation.bodies import DryRunBody, RuleBody
from app.domain import roles
from app.domain.compensation.dry_run import try_out
from app.domain.compensation.rule_book import RULE_BOOK, RecordRule, checked_rule, version_of
from app.domain.compensation.rules import DEFAULT_RULES
from app.domain.errors import Unacceptable
from app.http.callers import Caller, permitted
from app.http.fields import key
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.leaving import stops_with_client
from app.http.refusals import InvalidInput
from app.http.responses import READ, VERSIONED, command_responses, read_responses, responses
from app.rates.limits import COMPUTATIONS
from app.use_cases.try_compensation_rule import VIEWS, Window, history
from app.views.compensation.rules import load_rule_book, one_rule, render_dry_run, render_rule
from app.views.compensation.shape import DryRunAnswer, RuleAnswer, RuleList
from app.views.compensation.versions import version_asked_for

router = APIRouter(prefix="/v1/compensation-rules", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_POLICIES))]
Editor = Annotated[Caller, Depends(permitted(roles.EDIT_POLICIES))]
RuleId = Annotated[str, key(64)]


@router.get(
    "",
    responses=read_responses(RuleList),
    openapi_extra=READ,
)
async def get_rules(request: Request, caller: Reader) -> Response:
    """Each in its version in force, or the latest where none is yet."""
    book, snapshot = await load_rule_book(caller.reader)
    items = [
        render_rule(rule, version_asked_for(rule.versions, snapshot.now)) for rule in book.rules
    ]
    return versioned_response(request, {"items": items}, snapshot.version(RULE_BOOK))


@router.get(
    "/{rule_id}",
    responses=read_responses(RuleAnswer),
    openapi_extra=READ,
)
async def get_rule(
    rule_id: RuleId,
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The version in force, or the one requested."""
    book, snapshot = await load_rule_book(caller.reader)
    rule = one_rule(book, rule_id)
    one = version_asked_for(rule.versions, snapshot.now, version)
    return versioned_response(request, render_rule(rule, one), snapshot.version(RULE_BOOK))


@router.put(
    "/{rule_id}",
    responses=command_responses(RuleAnswer),
    openapi_extra=VERSIONED,
)
async def put_rule(rule_id: RuleId, body: RuleBody, caller: Editor) -> Response:
    """A new version from `valid_from` on. Earlier causes are judged by the version of their time,
    and nothing is granted twice."""
    command = _command(rule_id, body)
    outcome = await caller.services.handler.handle(RULE_BOOK, command, await caller.envelope())
    rule = one_rule(outcome.state or DEFAULT_RULES, rule_id)
    return outcome_response(outcome, render_rule(rule, rule.latest))


@router.post(
    "/{rule_id}/dry-run",
    responses=responses({200: DryRunAnswer}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def try_rule(rule_id: RuleId, body: DryRunBody, caller: Reader) -> Response:
    """Over past breaches, broken promises and declared delays. Records nothing. Exclusions apply;
    grants by people are ignored."""
    if body.to <= body.from_:
        raise InvalidInput("ends_before_start", pointer="/to")
    await caller.count(COMPUTATIONS)
    book, snapshot = await load_rule_book(caller.reader)
    now, zone = snapshot.now, snapshot.timezone
    if body.draft is not None:
        command = _command(rule_id, body.draft, "/draft")
        rule = version_of(checked_rule(command, 1, now))
    else:
        rule = version_asked_for(one_rule(book, rule_id).versions, now)
    window = Window(since=body.from_, until=body.to, now=now, zone=zone)
    await caller.services.caught_up(caller.tenant_id, *VIEWS)
    found = await history(caller.reader, caller.services.engine, rule, window)
    return json_response(render_dry_run(rule_id, try_out(rule, found, ZoneInfo(zone))))


def _command(rule_id: str, body: RuleBody, pointer: str = "") -> RecordRule:
    if body.rule_id not in {None, rule_id}:
        raise Unacceptable("rule_id_differs", pointer=f"{pointer}/rule_id")
    return body.command(rule_id)
