"""Authenticates a request (Authorization header to principal) and builds a command's envelope."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID, uuid5

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from app.bootstrap import Services
from app.commands import Envelope, Outcome
from app.domain.checks import role_not_permitted
from app.domain.decider import Evidence
from app.domain.roles import Permission
from app.event_store.tenant_secret import TenantSecret
from app.events.base import Actor
from app.http.correlation import CLIENT_CHOSE, TURN, current_request_id, identify
from app.http.leaving import while_connected
from app.http.paging import Cursors, Paging
from app.http.rates import address_of, counted_as, limit_of, refusing
from app.http.refusals import InvalidInput, TooManyRequests, Unauthenticated
from app.identity.errors import InvalidToken
from app.identity.principal import Principal
from app.rates.limits import OPERATOR_WRITES, WRITES, CallerLimit
from app.use_cases.move_clock import is_recorded
from app.viewer import Viewer
from app.views.reader import Reader

# The UUID namespace of idempotency keys that are no random UUIDs, without the tenant's secret.
KEYS = UUID("6f4b2a52-7d1c-5f0e-9a55-0c9f6a7f2b11")
DERIVED = 5  # their UUID version

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
        return Viewer.of(self.actor, self.household_id, self.communities)

    @property
    def reader(self) -> Reader:
        """Reads the caller's tenant, with the caller as viewer."""
        return self.services.reader(self.tenant_id, self.viewer)

    async def secret(self) -> TenantSecret:
        return await self.services.store.secret_of(self.tenant_id)

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
        envelope = await envelope_of(
            self.services, self.request, self.tenant_id, self.actor, body=body
        )
        return replace(
            envelope,
            channel=channel,
            occurred_at=occurred_at,
            evidence=evidence,
            household_id=self.household_id,
            communities=self.communities,
            expected_version=expected_version(self.request),
            status=status,
        )

    async def count(self, limits: CallerLimit) -> bool:
        """Counts this request, and returns whether it did. Raises `TooManyRequests`, except for the
        repeat of a command that was recorded: it gets its first answer, and is not counted."""
        if limit_of(limits, self.principal) is None:
            return False
        try:
            await self.count_repeats_too(limits)
        except TooManyRequests:
            if not await self._is_repeat():
                raise
            return False
        return True

    async def count_repeats_too(self, limits: CallerLimit) -> None:
        """For what costs before it is known whether it repeats. Raises `TooManyRequests`."""
        limit = limit_of(limits, self.principal)
        if limit is not None:
            with refusing():
                await self.services.limiter.take(limit, *counted_as(self.principal))

    async def settle(self, limits: CallerLimit, outcome: Outcome, *, counted: bool) -> None:
        """Call it with what `count` returned: a repeat gives back what it took."""
        limit = limit_of(limits, self.principal)
        if limit is not None and counted and outcome.replayed:
            await self.services.limiter.give_back(limit, *counted_as(self.principal))

    async def _is_repeat(self) -> bool:
        if "idempotency-key" not in self.request.headers:
            return False
        envelope = await envelope_of(
            self.services, self.request, self.tenant_id, self.actor, body=b""
        )
        return await is_recorded(self.services.store, envelope)


async def envelope_of(
    services: Services,
    request: Request,
    tenant_id: UUID,
    actor: Actor,
    *,
    body: bytes | None = None,
) -> Envelope:
    """Of a request that sends a command: its ids and fingerprint."""
    envelope = Envelope(
        tenant_id=tenant_id,
        actor=actor,
        command_id=services.new_id(),
        fingerprint=await request_fingerprint(request, actor.subject, body),
        correlation_id=await correlation_id_of(services, tenant_id),
    )
    key = idempotency_key(request)
    if key is None:
        return envelope
    sender = f"{tenant_id}\n{actor.subject}"
    former = command_id_of(key, sender)
    if former.version != DERIVED:
        return replace(envelope, command_id=former)
    secret = await services.store.secret_of(tenant_id)
    return replace(envelope, command_id=secret.command_id(sender, key), former_id=former)


async def correlation_id_of(services: Services, tenant_id: UUID) -> str:
    """The correlation id of the events that the current request causes: our own request id as it
    is, a client's as a keyed hash, because it may be anything, a phone number too."""
    request_id = current_request_id()
    if not CLIENT_CHOSE.get():
        return request_id
    correlation_id = (await services.store.secret_of(tenant_id)).correlation_id(request_id)
    structlog.contextvars.bind_contextvars(correlation_id=correlation_id)
    return correlation_id


async def request_fingerprint(request: Request, subject: str, body: bytes | None = None) -> bytes:
    """Whether a repeated key repeats the request, too."""
    content = await request.body() if body is None else body
    parts = (
        request.method,
        request.scope["path"],
        subject,
        hashlib.sha256(content or b"{}").hexdigest(),
    )
    return hashlib.sha256("\n".join(parts).encode()).digest()


def idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    key = key.strip().strip('"')
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise InvalidInput("invalid_idempotency_key", pointer="header:idempotency-key")
    return key


def command_id_of(key: str, sender: str) -> UUID:
    """A random UUID stands for itself; any other key for an id of this sender, without the tenant's
    secret: as earlier releases gave it, and for the operator, whose key names a tenant that is not
    there yet. What follows from events by itself has derived ids (version 5), which can be worked
    out from the log: a key of that form must not become one of them."""
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
        token, address = _credentials(request), address_of(request)
        principal = request.scope[PRINCIPAL] = await _principal(services, token, address)
        identify(request, tenant_id=str(principal.tenant_id), subject=principal.subject)
        if request.method == "GET":
            await _take_turn(request, services, principal.tenant_id)
        elif (limit := limit_of(WRITES, principal)) is not None:
            with refusing():
                services.writes.take(limit, *counted_as(principal))
    return Caller(principal, services, request)


async def _take_turn(request: Request, services: Services, tenant_id: UUID) -> None:
    """Until the request is over, one of the few that a tenant reads at once in a process: however
    many are sent, other tenants wait for those few. Not for writes, whose bodies come as slowly as
    the client likes. Raises `TenantBusy`."""

    async def take() -> None:
        await services.reads.take(tenant_id)
        request.scope[TURN] = partial(services.reads.give_back, tenant_id)

    if services.reads.is_free(tenant_id):
        await take()
    else:  # who leaves before their turn has none
        await while_connected(request, take())


async def _principal(services: Services, token: str, address: str) -> Principal:
    """Verified, and still so by the records of the tenant: app/use_cases/standing.py."""
    guesses, standing = services.guesses, services.standing
    try:
        with refusing():
            if token.startswith("sk_"):
                verify = partial(standing.of_api_key, token)
                return await guesses.key(address, token, verify, services.issued_keys.holds)
            verified = await guesses.token(address, token, lambda: services.bearer.verify(token))
        return await standing.of(token, verified)
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

    async def verify() -> Services:
        if is_operator_key(services, token):
            return services
        raise role_not_permitted(services.tokens.verify(token).role, ["operator"])

    try:
        with refusing():
            await services.guesses.token(address_of(request), f"operator\n{token}", verify)
            if request.method != "GET":
                services.writes.take(OPERATOR_WRITES)
            return services
    except InvalidToken as invalid:
        raise Unauthenticated(invalid.code) from invalid


OperatorOf = Annotated[Services, Depends(operator)]


Guard = Callable[[Request], Awaitable[object]]


def guard_of(dependency: object) -> Guard | None:
    """What the dependency asks of a request before its body is parsed; None if nothing."""
    if isinstance(dependency, Permitted):
        return dependency.admit
    if dependency is caller:
        return authenticate
    return admit_operator if dependency is operator else None
