"""Keys of integrations: issued with scopes, revoked for good."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import assert_never, get_args

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import identifier, one_of, require, text
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.events.api_key import ApiKeyEvent, ApiKeyIssued, ApiKeyRevoked
from app.events.base import Fact, Value

SCOPES: tuple[roles.Scope, ...] = get_args(roles.Scope)
SHA256 = re.compile(r"[0-9a-f]{64}")


class ApiKey(Value, frozen=True, kw_only=True):
    name: str
    scopes: tuple[str, ...]
    role: str
    secret_hash: str
    is_revoked: bool
    issued_at: datetime | None = None


class IssueApiKey(Value, frozen=True, kw_only=True):
    key_id: str
    name: str
    scopes: tuple[str, ...]
    secret_sha256: str


class RevokeApiKey(Value, frozen=True, kw_only=True):
    key_id: str


ApiKeyCommand = IssueApiKey | RevokeApiKey


def decide(command: ApiKeyCommand, state: ApiKey | None, given: Given) -> Sequence[ApiKeyEvent]:
    require(given, roles.ADMINISTER_TENANT)
    if given.viewer.reach:  # a key sees the whole tenant
        raise NotPermitted("whole_company_only")
    match command:
        case IssueApiKey():
            return issue_api_key(command, state)
        case RevokeApiKey():
            return revoke_api_key(state)
        case _:
            assert_never(command)


def issue_api_key(command: IssueApiKey, state: ApiKey | None) -> Sequence[ApiKeyEvent]:
    identifier(command.key_id, "/key_id")
    if not SHA256.fullmatch(command.secret_sha256):
        raise Unacceptable("malformed", pointer="/secret_sha256")
    issued = ApiKeyIssued(
        name=text(command.name, "/name"),
        scopes=_scopes(command.scopes),
        secret_hash=command.secret_sha256,
    )
    if state is None:
        return [issued]
    if _key(issued) == replace(state, issued_at=None):
        return []
    raise IllegalTransition("api_key_already_issued")


def _scopes(scopes: Sequence[str]) -> tuple[str, ...]:
    if not scopes:
        raise Unacceptable("too_few", pointer="/scopes", min=1)
    return tuple(
        dict.fromkeys(one_of(scope, SCOPES, f"/scopes/{n}") for n, scope in enumerate(scopes))
    )


def revoke_api_key(state: ApiKey | None) -> Sequence[ApiKeyEvent]:
    if state is None:
        raise NotFound("api_key_unknown")
    return [] if state.is_revoked else [ApiKeyRevoked()]


def evolve(state: ApiKey | None, fact: Fact[ApiKeyEvent]) -> ApiKey | None:
    match fact.event:
        case ApiKeyIssued() as issued:
            return replace(_key(issued), issued_at=fact.occurred_at)
        case ApiKeyRevoked():
            return None if state is None else replace(state, is_revoked=True)


def _key(issued: ApiKeyIssued) -> ApiKey:
    return ApiKey(
        name=issued.name,
        scopes=issued.scopes,
        role=issued.role,
        secret_hash=issued.secret_hash,
        is_revoked=False,
    )


API_KEY: Decider[ApiKeyCommand, ApiKey | None] = Decider(
    category="api_key",
    initial=None,
    state_type=ApiKey | None,
    decide=decide,
    evolve=evolve,
    fold_version=2,
)
