"""Who may act now: what a token says, as far as the records of its tenant still bear it out.

Cached for `FRESH_FOR` seconds by token. An append to one of the records ends that at once in its
own process, and by a wake-up in the others.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.domain.decider import Stream
from app.domain.errors import NotPermitted, Withdrawn
from app.domain.records.access import ACCESS
from app.domain.records.api_key import API_KEY
from app.domain.records.household import HOUSEHOLD
from app.domain.records.session import SESSION
from app.domain.records.staff import STAFF
from app.domain.records.tenant import TENANT
from app.domain.roles import STAFF_ROLES
from app.domain.standing import (
    Claim,
    communities_of,
    require_member,
    require_not_suspended,
    require_valid,
)
from app.event_store.errors import UnknownTenant
from app.event_store.folding import unfold
from app.event_store.store import EventStore
from app.identity import api_keys
from app.identity.errors import InvalidToken
from app.identity.principal import Principal

FRESH_FOR = 5.0
"""Seconds. The longest that another process believes what is no longer so if a wake-up is lost."""
CACHED = 16_384
INVALID_KEY = "api_key_invalid"
CATEGORIES = frozenset(
    each.category for each in (TENANT, STAFF, HOUSEHOLD, API_KEY, SESSION, ACCESS)
)
"""Whose streams decide: `forget` is to be called for each append to one of them."""

Key = tuple[UUID, str]
States = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Entry:
    """`found` is a refusal if the bearer may not act."""

    until: float
    found: Principal | Withdrawn | NotPermitted
    streams: Sequence[Key]


class Standing:
    """`clock` is monotonic, in seconds. Use it from the event loop."""

    def __init__(
        self,
        store: EventStore,
        *,
        clock: Callable[[], float] = time.monotonic,
        cached: int = CACHED,
    ) -> None:
        self._store = store
        self._clock = clock
        self._cached = cached
        self._entries: dict[str, _Entry] = {}
        self._tokens: defaultdict[Key, set[str]] = defaultdict(set)
        self._changes = 0

    async def of(self, token: str, principal: Principal) -> Principal:
        """The verified principal, its communities limited by the staff record. Raises `Withdrawn`
        and `NotPermitted` (tenant_suspended)."""
        known = self._known(token)
        if known is not None:
            return known
        before, streams = self._changes, _streams(principal)
        try:
            found = await self._admit(principal, streams)
        except (Withdrawn, NotPermitted) as refused:
            self._keep(token, refused, principal.tenant_id, streams, before)
            raise
        self._keep(token, found, principal.tenant_id, streams, before)
        return found

    async def look(self, principal: Principal) -> Principal:
        """Like `of`, past the cache."""
        return await self._admit(principal, _streams(principal))

    async def of_api_key(self, token: str) -> Principal:
        """Raises `InvalidToken`, with the same code for every defect, and `NotPermitted`."""
        return self._known(token) or await self._look_key(token)

    async def require_not_suspended(self, tenant_id: UUID) -> None:
        """For links that work without a token. Not cached. Raises `NotPermitted`."""
        tenant = TENANT.stream(str(tenant_id))
        require_not_suspended((await self._load(tenant_id, [tenant]))[tenant.id])

    def forget(self, tenant_id: UUID, stream_id: str) -> None:
        self._changes += 1
        for token in list(self._tokens.get((tenant_id, stream_id), ())):
            self._drop(token)

    def forget_all(self) -> None:
        self._changes += 1
        self._entries.clear()
        self._tokens.clear()

    def _known(self, token: str) -> Principal | None:
        entry = self._entries.get(token)
        if entry is None or entry.until < self._clock():
            return None
        if isinstance(entry.found, Principal):
            return entry.found
        raise entry.found.with_traceback(None)

    async def _admit(self, principal: Principal, streams: Sequence[Stream[Any, Any]]) -> Principal:
        return _admit(principal, streams, await self._load(principal.tenant_id, streams))

    async def _look_key(self, token: str) -> Principal:
        parts = api_keys.parse(token)
        if parts is None:
            raise InvalidToken(INVALID_KEY)
        tenant, stream = TENANT.stream(str(parts.tenant_id)), API_KEY.stream(str(parts.key_id))
        before = self._changes
        try:
            states = await self._load(parts.tenant_id, [tenant, stream])
        except UnknownTenant as unknown:
            raise InvalidToken(INVALID_KEY) from unknown
        key = states[stream.id]
        if key is None or not api_keys.matches(parts, key.secret_hash) or key.is_revoked:
            raise InvalidToken(INVALID_KEY)  # not cached: guesses would push out what is
        require_not_suspended(states[tenant.id])
        found = Principal(
            subject=f"key:{parts.key_id}",
            tenant_id=parts.tenant_id,
            role=key.role,
            scopes=frozenset(key.scopes),
            name=None,
            expires_at=None,
        )
        self._keep(token, found, parts.tenant_id, [tenant, stream], before)
        return found

    async def _load(self, tenant_id: UUID, streams: Sequence[Stream[Any, Any]]) -> States:
        """One round trip."""
        loaded = await self._store.load(tenant_id, [stream.id for stream in streams])
        return {
            stream.id: await unfold(self._store, tenant_id, stream, loaded.streams.get(stream.id))
            for stream in streams
        }

    def _keep(
        self,
        token: str,
        found: Principal | Withdrawn | NotPermitted,
        tenant_id: UUID,
        streams: Sequence[Stream[Any, Any]],
        changes: int,
    ) -> None:
        """Not if something changed since it was loaded: it may be what was loaded."""
        if changes != self._changes:
            return
        self._drop(token)
        while len(self._entries) >= self._cached:
            self._drop(next(iter(self._entries)))
        keys = [(tenant_id, stream.id) for stream in streams]
        self._entries[token] = _Entry(self._clock() + FRESH_FOR, found, keys)
        for key in keys:
            self._tokens[key].add(token)

    def _drop(self, token: str) -> None:
        entry = self._entries.pop(token, None)
        for key in entry.streams if entry else ():
            self._tokens[key].discard(token)
            if not self._tokens[key]:
                del self._tokens[key]


def _streams(principal: Principal) -> list[Stream[Any, Any]]:
    """The records that decide about this principal."""
    streams: list[Stream[Any, Any]] = [
        TENANT.stream(str(principal.tenant_id)),
        ACCESS.stream(principal.subject),
    ]
    if principal.session is not None:
        streams.append(SESSION.stream(principal.session))
    if principal.role in STAFF_ROLES:
        streams.append(STAFF.stream(principal.subject))
    elif principal.role == "owner" and principal.household_id is not None:
        streams.append(HOUSEHOLD.stream(principal.household_id))
    return streams


def _admit(principal: Principal, streams: Sequence[Stream[Any, Any]], states: States) -> Principal:
    of: dict[str, Any] = {each.decider.category: states[each.id] for each in streams}
    claim = Claim(
        subject=principal.subject,
        role=principal.role,
        communities=principal.communities,
        issued_at=principal.issued_at,
    )
    require_not_suspended(of[TENANT.category])
    require_valid(claim, of[ACCESS.category], of.get(SESSION.category))
    require_member(claim, of.get(HOUSEHOLD.category))
    communities = communities_of(claim, of.get(STAFF.category))
    if communities == principal.communities:
        return principal
    return replace(principal, communities=communities)
