"""Tenants for the operator: the list, and suspension."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.bootstrap import Services
from app.commands import Outcome
from app.domain.errors import NotFound
from app.domain.records.tenant import ResumeTenant, SuspendTenant
from app.event_store.errors import UnknownTenant
from app.http.callers import OperatorOf, envelope_of
from app.http.fields import Body, Id, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response
from app.http.paging import Cursor, Cursors, Limit
from app.http.responses import COMMAND_HEADERS, IDEMPOTENT, responses
from app.use_cases.open_tenant import OPERATOR
from app.use_cases.suspend_tenant import set_suspension
from app.views.tenancy.shape import TenantEntry, TenantPage
from app.views.tenancy.tenants import render_tenant, render_tenants

router = APIRouter(prefix="/v1/tenants", route_class=JsonRoute)

COMMAND = responses({200: TenantEntry}, 401, 403, 404, 409, 422, 503, headers=COMMAND_HEADERS)


class SuspensionBody(Body):
    reason: Annotated[str, text(500)]


@router.get("", responses=responses({200: TenantPage}, 401, 403, 422, 503))
async def get_tenants(services: OperatorOf, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """By id, which is the order of their opening."""
    page = Cursors(*services.cursor_secrets).paging({"list": "tenants"}, cursor, limit)
    after = UUID(page.after[0]) if page.after else None
    heads = await services.store.tenants(after=after, limit=page.fetch)
    kept, following = page.cut(heads, lambda head: [str(head.tenant_id)])
    items = await render_tenants(services.store, kept)
    return json_response({"items": items, "next_cursor": following})


@router.post("/{tenant_id}/suspend", responses=COMMAND, openapi_extra=IDEMPOTENT)
async def suspend_tenant(
    tenant_id: Id, body: SuspensionBody, request: Request, services: OperatorOf
) -> Response:
    """Its tokens, keys and links are refused with `tenant_suspended`; its clocks go on."""
    return await _set(services, request, tenant_id, SuspendTenant(reason=body.reason))


@router.post("/{tenant_id}/resume", responses=COMMAND, openapi_extra=IDEMPOTENT)
async def resume_tenant(
    tenant_id: Id, body: SuspensionBody, request: Request, services: OperatorOf
) -> Response:
    return await _set(services, request, tenant_id, ResumeTenant(reason=body.reason))


async def _set(
    services: Services, request: Request, tenant_id: UUID, command: SuspendTenant | ResumeTenant
) -> Response:
    try:
        envelope = await envelope_of(services, request, tenant_id, OPERATOR)
    except UnknownTenant as unknown:
        raise NotFound("tenant_not_found") from unknown
    outcome = await set_suspension(services.handler, envelope, command)
    return outcome_response(outcome, await _entry(services, tenant_id, outcome))


async def _entry(services: Services, tenant_id: UUID, outcome: Outcome) -> dict[str, Any]:
    (head,) = await services.store.tenants(after=None, limit=1, only=tenant_id)
    return render_tenant(head, outcome.state)
