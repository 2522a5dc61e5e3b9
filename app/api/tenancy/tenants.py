"""Opens tenants (by the operator); tokens on demand and a test clock for sandboxes."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from app.bootstrap import Services
from app.commands import Envelope, Outcome
from app.domain import roles
from app.domain.errors import NotFound, NotPermitted
from app.domain.records.tenant import TENANT, NoteClockMove, OpenTenant
from app.domain.roles import Role
from app.http.callers import (
    Caller,
    CallerOf,
    OperatorOf,
    command_id_of,
    correlation_id_of,
    idempotency_key,
    permitted,
    request_fingerprint,
)
from app.http.fields import Body, Identifier, Instant, Several, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.refusals import InvalidInput
from app.http.responses import IDEMPOTENT, responses
from app.use_cases import open_tenant as opening
from app.use_cases.move_clock import is_recorded, move_clock
from app.use_cases.open_tenant import OPERATOR
from app.use_cases.provision_person import ensure_person
from app.views.tenancy.shape import Clock, ClockMoved, SandboxToken, TenantAnswer

router = APIRouter(prefix="/v1", route_class=JsonRoute)

SANDBOX_TOKEN_LIFETIME = timedelta(days=90)
TENANTS = "tenants"  # in place of a tenant, for the operator's idempotency keys


# Printable, as the claims of a token must be.
Label = Annotated[str, key(64, r"^.+$")]


class TenantBody(Body):
    name: Annotated[str, text(128)]
    timezone: Annotated[str, text(64)] = "Asia/Shanghai"
    sandbox: bool = False
    clock: Instant | None = Field(default=None, description="Where a sandbox's clock stands.")


class TokenBody(Body):
    role: Role
    subject: Identifier
    name: Label | None = None
    household_id: Identifier | None = None
    communities: Several[Label] = ()
    refresh: bool = Field(
        default=False, description="A session: a short token, and a refresh token."
    )


class ClockBody(Body):
    now: Instant


@router.post(
    "/tenants",
    status_code=201,
    responses=responses({201: TenantAnswer}, 401, 403, 409, 422, 503),
    openapi_extra=IDEMPOTENT,
)
async def open_tenant(body: TenantBody, request: Request, services: OperatorOf) -> Response:
    """A new tenant has the default pack. Returns the administrator's token."""
    key = idempotency_key(request)
    sender = f"{TENANTS}\n{OPERATOR.subject}"
    tenant_id = command_id_of(key, sender) if key else services.new_id()
    outcome = await opening.open_tenant(
        services.store,
        services.handler,
        tenant_id,
        OpenTenant(name=body.name, timezone=body.timezone, sandbox=body.sandbox),
        clock=body.clock,
        fingerprint=await request_fingerprint(request, OPERATOR.subject),
        correlation_id=partial(correlation_id_of, services, tenant_id),
    )
    answer = {
        "tenant_id": tenant_id,
        "name": body.name,
        "timezone": body.timezone,
        "sandbox": body.sandbox,
        "admin_token": services.admin_token(tenant_id),
    }
    return json_response(answer, 201, _replayed(outcome))


async def sandbox(caller: CallerOf) -> Caller:
    """Refuses other tenants with 404."""
    if not (await caller.reader.read()).sandbox:
        raise NotFound("not_a_sandbox")
    return caller


SandboxCaller = Annotated[Caller, Depends(sandbox)]
Admin = Annotated[Caller, Depends(permitted(roles.ADMINISTER_TENANT))]
ClockReader = Annotated[Caller, Depends(permitted(roles.READ_SANDBOX_CLOCK))]


@router.post(
    "/sandbox/tokens",
    responses=responses({200: SandboxToken}, 401, 403, 404, 409, 422, 503),
    openapi_extra=IDEMPOTENT,
)
async def make_sandbox_token(body: TokenBody, caller: SandboxCaller, _admin: Admin) -> Response:
    """Creates the staff or household record if there is none; who is limited to communities gets
    404 instead. An engineer created here has every skill and a load cap of 5."""
    if caller.viewer.reach and not (
        body.communities and set(body.communities) <= set(caller.viewer.reach)
    ):
        raise NotPermitted("beyond_your_communities", communities=list(caller.viewer.reach))
    try:  # first, so that nobody is recorded if it fails
        token = caller.services.tokens.issue(
            subject=body.subject,
            tenant_id=caller.tenant_id,
            role=body.role,
            lifetime=SANDBOX_TOKEN_LIFETIME,
            household_id=body.household_id,
            communities=body.communities,
            name=body.name,
        )
    except ValueError as too_long:  # the body is valid, so only the list can be too long
        raise InvalidInput("too_many", pointer="/communities", max=100) from too_long
    recorded = await ensure_person(
        caller.services.store,
        caller.services.handler,
        await caller.envelope(),
        role=body.role,
        subject=body.subject,
        name=body.name,
        household_id=body.household_id,
        communities=body.communities,
    )
    refresh = None
    if body.refresh:
        opened = await caller.services.sessions.open(
            replace(await caller.envelope(), command_id=caller.services.new_id()),
            caller.services.new_id(),
            subject=body.subject,
            role=body.role,
            household_id=body.household_id,
            communities=body.communities,
            name=body.name,
        )
        token, refresh = opened.access, opened.refresh
    answer = {"token": token, "refresh_token": refresh}
    return json_response(answer, headers=_replayed(recorded))


@router.get(
    "/sandbox/clock",
    responses=responses({200: Clock}, 401, 403, 404),
)
async def get_sandbox_clock(_reader: ClockReader, caller: SandboxCaller) -> Response:
    return json_response({"now": await caller.reader.now()})


@router.post(
    "/sandbox/clock",
    responses=responses({200: ClockMoved}, 401, 403, 404, 409, 422, 503),
    openapi_extra=IDEMPOTENT,
)
@stops_with_client
async def move_sandbox_clock(body: ClockBody, caller: SandboxCaller, _admin: Admin) -> Response:
    """Everything that falls due on the way happens, in order of its due time, with its
    consequences. Returns the number of events recorded. A long way takes several requests: repeat
    it, with a new idempotency key, until `complete`."""
    services: Services = caller.services
    envelope = await caller.envelope()
    if await is_recorded(services.store, envelope):
        return await _record_move(caller, envelope, NoteClockMove(now=body.now, events=0), body.now)
    before = await caller.reader.now()
    if body.now < before:
        raise InvalidInput("clock_goes_back", pointer="/now", now=before.isoformat())
    now, events = await move_clock(
        services.store, services.handler, services.settle, caller.tenant_id, body.now
    )
    if caller.request.headers.get("idempotency-key") is None:
        return json_response({"now": now, "events": events, "complete": now >= body.now})
    return await _record_move(caller, envelope, NoteClockMove(now=now, events=events), body.now)


async def _record_move(
    caller: Caller, envelope: Envelope, move: NoteClockMove, wanted: datetime
) -> Response:
    """Records the move; for a repeated idempotency key, returns the first one."""
    stream = TENANT.stream(str(caller.tenant_id))
    outcome = await caller.services.handler.handle(stream, move, envelope)
    recorded = outcome.state.last_move
    answer = {
        "now": recorded.now,
        "events": recorded.events,
        "complete": recorded.now >= wanted,
    }
    return json_response(answer, headers=_replayed(outcome))


def _replayed(outcome: Outcome | None) -> dict[str, str]:
    return {"Idempotency-Replayed": "true"} if outcome and outcome.replayed else {}
