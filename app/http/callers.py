"""Authenticates a request (Authorization header to principal) and builds a command's envelope."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from app.bootstrap import Services
from app.commands import Envelope
from app.domain.checks import role_not_permitted
from app.domain.decider import Evidence
from app.domain.roles import Permission
from app.events.base import Actor
from app.http.correlation import current_request_id, identify
from app.http.paging import Cursors, Paging
from app.http.refusals import InvalidInput, Unauthenticated
from app.identity.errors import InvalidToken
from app.identity.principal import Principal
from app.viewer import Viewer
from app.views.reader import Reader

# The UUID namespace of idempotency keys that are not UUIDs themselves.
KEYS = UUID("6f4b2a52-7d1c-5f0e-9a55-0c9f6a7f2b11")

PRINCIPAL = "suyuan.principal"  # in the scope of a request, once it is known

bearer = HTTPBearer(
    auto_error=False, description="A token of ours or of your OIDC issuer, or an API key (`sk_…`)."
)


# Dependencies are coroutines even where they await nothing: FastAPI would run a plain function in a
# thread, which costs more than the dependency itself.


async def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


@dataclass(frozen=True, slots=True)
class Caller:
    """One request of one principal."""

    principal: Principal
    services: Services
    request: Request

    @property
    def tenant_id(self) -> UUID:
        return self.principal.tenant_id

    @property
    def actor(self) -> Actor:
        return Actor(subject=self.principal.subject, role=self.principal.role)

    @property
    def role(self) -> str:
        return self.principal.role

    @property
    def household_id(self) -> str | None:
        return self.principal.household_id

    @property
    def communities(self) -> tuple[str, ...]:
        return self.principal.communities

    @property
    def viewer(self) -> Viewer:
        return Viewer(
            role=self.principal.role,
            subject=self.principal.subject,
            household_id=self.principal.household_id,
            communities=self.principal.communities,
        )

    @property
    def reader(self) -> Reader:
        """Reads the caller's tenant, with the caller as viewer."""
        return self.services.reader(self.tenant_id, self.viewer)

    def paging(self, cursor: str | None, limit: int, **scope: Any) -> Paging:
        """Of a list in the caller's tenant; `scope` says which list, with which filters."""
        cursors = Cursors(*self.services.cursor_secrets)
        return cursors.paging({"tenant": self.tenant_id, **scope}, cursor, limit)

    async def envelope(
        self,
        *,
        status: int = 200,
        channel: str | None = None,
        occurred_at: datetime | None = None,
        evidence: Evidence | None = None,
        body: bytes | None = None,
    ) -> Envelope:
        """`body` replaces the request's body in the fingerprint, where the raw bytes of two equal
        requests may differ."""
        command_id, fingerprint = await command_identity(
            self.request, str(self.tenant_id), self.principal.subject, body
        )
        return Envelope(
            tenant_id=self.tenant_id,
            actor=self.actor,
            command_id=command_id or self.services.new_id(),
            fingerprint=fingerprint,
            correlation_id=current_request_id(),
            channel=channel,
            occurred_at=occurred_at,
            evidence=evidence,
            household_id=self.household_id,
            communities=self.communities,
            expected_version=expected_version(self.request),
            status=status,
        )


async def command_identity(
    request: Request, tenant: str, subject: str, body: bytes | None = None
) -> tuple[UUID | None, bytes]:
    """The command id derived from the Idempotency-Key, if any, and the request's fingerprint."""
    content = await request.body() if body is None else body
    parts = (
        request.method,
        request.scope["path"],
        subject,
        hashlib.sha256(content or b"{}").hexdigest(),
    )
    fingerprint = hashlib.sha256("\n".join(parts).encode()).digest()
    key = request.headers.get("idempotency-key")
    if key is None:
        return None, fingerprint
    key = key.strip().strip('"')
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise InvalidInput("invalid_idempotency_key", pointer="header:idempotency-key")
    return command_id_of(key, f"{tenant}\n{subject}"), fingerprint


def command_id_of(key: str, sender: str) -> UUID:
    """A random UUID stands for itself; any other key for an id of this sender. What follows from
    events by itself has derived ids (version 5), which can be worked out from the log: a key of
    that form must not become one of them."""
    try:
        named = UUID(key)
    except ValueError:
        named = None
    if named is not None and named.version in (4, 7):
        return named
    return uuid5(KEYS, f"{sender}\n{key}")


def expected_version(request: Request) -> int | None:
    """The version in If-Match; None without the header, or with `*`."""
    text = request.headers.get("if-match")
    if text is None or text.strip() == "*":
        return None
    tag = text.strip().removeprefix("W/").strip('"')
    if not (tag.startswith("v") and tag[1:].isascii() and tag[1:].isdecimal() and len(tag) < 11):
        raise InvalidInput("invalid_if_match", pointer="header:if-match")
    return int(tag[1:])


def _credentials(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()


async def authenticate(request: Request) -> Caller:
    """Once per request, however often it is asked. Raises `Unauthenticated`."""
    services: Services = request.app.state.services
    principal: Principal | None = request.scope.get(PRINCIPAL)
    if principal is None:
        principal = request.scope[PRINCIPAL] = await _principal(services, _credentials(request))
        identify(request, tenant_id=str(principal.tenant_id), subject=principal.subject)
    return Caller(principal, services, request)


async def _principal(services: Services, token: str) -> Principal:
    """Verified, and still so by the records of the tenant: app/use_cases/standing.py."""
    try:
        if token.startswith("sk_"):
            return await services.standing.of_api_key(token)
        return await services.standing.of(token, await services.bearer.verify(token))
    except InvalidToken as invalid:
        raise Unauthenticated(invalid.code) from invalid


async def caller(request: Request, _scheme: Annotated[Any, Depends(bearer)]) -> Caller:
    return await authenticate(request)


CallerOf = Annotated[Caller, Depends(caller)]


@dataclass(frozen=True, slots=True)
class Permitted:
    """A dependency that admits the roles of `permission`, and API keys only with its scope. It
    refuses before the body is validated. One dependency, not a chain: each costs every request."""

    permission: Permission

    async def __call__(self, request: Request, _scheme: Annotated[Any, Depends(bearer)]) -> Caller:
        return await self.admit(request)

    async def admit(self, request: Request) -> Caller:
        caller = await authenticate(request)
        scopes, permission = caller.principal.scopes, self.permission
        if caller.role not in permission.who or (
            scopes is not None and permission.scope not in scopes
        ):
            raise role_not_permitted(caller.role, permission.who)
        return caller


def permitted(permission: Permission) -> Permitted:
    return Permitted(permission)


def is_operator_key(services: Services, token: str) -> bool:
    return any(hmac.compare_digest(token.encode(), key.encode()) for key in services.admin_keys)


async def operator(request: Request, _scheme: Annotated[Any, Depends(bearer)]) -> Services:
    """Admits only the operator's admin key; a valid token of anybody else is refused with 403."""
    return await admit_operator(request)


async def admit_operator(request: Request) -> Services:
    services: Services = request.app.state.services
    token = _credentials(request)
    if is_operator_key(services, token):
        return services
    try:
        principal = services.tokens.verify(token)
    except InvalidToken as invalid:
        raise Unauthenticated(invalid.code) from invalid
    raise role_not_permitted(principal.role, ["operator"])


OperatorOf = Annotated[Services, Depends(operator)]


Guard = Callable[[Request], Awaitable[object]]


def guard_of(dependency: object) -> Guard | None:
    """What the dependency asks of a request before its body is parsed; None if nothing."""
    if isinstance(dependency, Permitted):
        return dependency.admit
    if dependency is caller:
        return authenticate
    return admit_operator if dependency is operator else None
