"""Keys of integrations: shown once, stored hashed, with scopes, revocable."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from app.api.answers import outcome_answer, versioned
from app.api.callers import Caller, permitted
from app.api.documents import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    answers,
    read_answers,
    setting_answers,
)
from app.api.documents_settings import ApiKeyAnswer, ApiKeyIssued
from app.api.fields import Body, Id, Several, text
from app.api.json_body import JsonRoute
from app.domain.api_key import API_KEY, ApiKey, IssueApiKey, RevokeApiKey
from app.domain.errors import NotFound
from app.identity import api_keys

router = APIRouter(prefix="/v1/api-keys", tags=["api keys"], route_class=JsonRoute)

Admin = Annotated[Caller, Depends(permitted({"admin"}))]
Scope = Literal["tickets:read", "tickets:write", "events:read", "money:read", "money:write"]


class ApiKeyBody(Body):
    name: Annotated[str, text(64)]
    scopes: Several[Scope]


def api_key_view(key_id: str, key: ApiKey) -> dict[str, Any]:
    return {"id": key_id, "name": key.name, "scopes": key.scopes, "revoked": key.is_revoked}


@router.post(
    "",
    status_code=201,
    summary="发放密钥 · issue a key",
    responses=answers(
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
    view = api_key_view(issued, outcome.state)
    view["key"] = None if outcome.replayed else plain
    return outcome_answer(outcome, view, lambda: f"/v1/api-keys/{issued}")


@router.get(
    "/{key_id}",
    summary="密钥 · a key's record",
    responses=read_answers(ApiKeyAnswer),
    openapi_extra=READ,
)
async def get_api_key(key_id: Id, request: Request, caller: Admin) -> Response:
    services, stream = caller.services, API_KEY.stream(str(key_id))
    loaded = await services.store.load(caller.tenant_id, [stream.id])
    fold = loaded.streams.get(stream.id)
    key = await services.handler.unfold(caller.tenant_id, stream, fold)
    if key is None or fold is None:
        raise NotFound("api_key_unknown")
    return versioned(request, api_key_view(str(key_id), key), fold.version)


@router.post(
    "/{key_id}/revoke",
    summary="吊销密钥 · revoke a key",
    responses=setting_answers(ApiKeyAnswer),
    openapi_extra=VERSIONED,
)
async def revoke_api_key(key_id: Id, caller: Admin) -> Response:
    """At once and for good."""
    outcome = await caller.services.handler.handle(
        API_KEY.stream(str(key_id)), RevokeApiKey(key_id=str(key_id)), await caller.envelope()
    )
    return outcome_answer(outcome, api_key_view(str(key_id), outcome.state))
