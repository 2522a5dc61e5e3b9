"""API keys of integrations: returned once, stored as hashes, limited by scopes, revocable."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.records.api_key import API_KEY, IssueApiKey, RevokeApiKey
from app.domain.roles import Scope
from app.http.callers import Caller, permitted
from app.http.fields import Body, Id, Several, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.paging import Cursor, Limit
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    command_responses,
    read_responses,
    responses,
)
from app.identity import api_keys
from app.projections import api_keys as key_list
from app.projections.api_keys import list_api_keys
from app.views.tenancy.api_keys import load_api_keys, load_one_api_key, render_api_key
from app.views.tenancy.shape import ApiKeyAnswer, ApiKeyIssued, ApiKeyPage

router = APIRouter(prefix="/v1/api-keys", route_class=JsonRoute)

Admin = Annotated[Caller, Depends(permitted(roles.ADMINISTER_TENANT))]


class ApiKeyBody(Body):
    name: Annotated[str, text(64)]
    scopes: Several[Scope]


@router.post(
    "",
    status_code=201,
    responses=responses(
        {201: ApiKeyIssued}, 401, 403, 409, 412, 422, 503, headers=COMMAND_HEADERS | LOCATION
    ),
    openapi_extra=IDEMPOTENT,
)
async def issue_api_key(body: ApiKeyBody, caller: Admin) -> Response:
    key_id = caller.services.new_id()
    plain, secret_hash = api_keys.mint(caller.tenant_id, key_id)
    command = IssueApiKey(
        key_id=str(key_id), name=body.name, scopes=body.scopes, secret_sha256=secret_hash
    )
    outcome = await caller.services.handler.handle(
        API_KEY.stream(str(key_id)), command, await caller.envelope(status=201)
    )
    issued = outcome.stream_id.removeprefix("api_key-")
    view = render_api_key(issued, outcome.state)
    view["key"] = None if outcome.replayed else plain
    return outcome_response(outcome, view, lambda: f"/v1/api-keys/{issued}")


@router.get("", responses=responses({200: ApiKeyPage}, 401, 403, 422, 503))
async def get_api_keys(caller: Admin, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """The oldest first, those revoked too."""
    await caller.services.caught_up(caller.tenant_id, key_list.NAME)
    page = caller.paging(cursor, limit, list="api_keys")
    after = page.after[0] if page.after else ""
    async with tenant_transaction(caller.services.engine, caller.tenant_id) as connection:
        found = await list_api_keys(connection, caller.tenant_id, after=after, limit=page.fetch)
    kept, following = page.cut(found, lambda key_id: [key_id])
    items = await load_api_keys(caller.reader, kept)
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/{key_id}",
    responses=read_responses(ApiKeyAnswer),
    openapi_extra=READ,
)
async def get_api_key(key_id: Id, request: Request, caller: Admin) -> Response:
    key, version = await load_one_api_key(caller.reader, str(key_id))
    return versioned_response(request, render_api_key(str(key_id), key), version)


@router.post(
    "/{key_id}/revoke",
    responses=command_responses(ApiKeyAnswer),
    openapi_extra=VERSIONED,
)
async def revoke_api_key(key_id: Id, caller: Admin) -> Response:
    """At once, and final."""
    outcome = await caller.services.handler.handle(
        API_KEY.stream(str(key_id)), RevokeApiKey(key_id=str(key_id)), await caller.envelope()
    )
    return outcome_response(outcome, render_api_key(str(key_id), outcome.state))
