"""Which API keys are issued: tells a genuine key from a guess without a query for each.

Asked only about keys from an address that guessed too often (app/rates/guesses.py). It admits
nobody: what it holds is verified as any other key.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar
from uuid import UUID

from app.event_store.store import EventStore
from app.events.api_key import ApiKeyIssued, ApiKeyRevoked
from app.events.registry import NAME_OF
from app.identity import api_keys

EVERY = 5.0
"""Seconds. For as long a key that was just issued may not be known yet, where others guess."""
PAGE = 500
TENANTS = 1024  # whose keys are remembered
TYPES = (NAME_OF[ApiKeyIssued], NAME_OF[ApiKeyRevoked])

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """What `load` adds to a dict. For a key that it lacks it loads again, at most once in `EVERY`
    seconds: a flood of unknown keys costs no more than one."""

    def __init__(
        self, load: Callable[[dict[K, V]], Awaitable[None]], clock: Callable[[], float]
    ) -> None:
        self._load = load
        self._clock = clock
        self._found: dict[K, V] = {}
        self._next: float | None = None
        self._lock = asyncio.Lock()

    async def find(self, key: K) -> V | None:
        if key not in self._found and self._may_load():
            async with self._lock:
                if key not in self._found and self._may_load():
                    await self._load(self._found)
                    self._next = self._clock() + EVERY
        return self._found.get(key)

    def _may_load(self) -> bool:
        return self._next is None or self._clock() >= self._next


@dataclass(slots=True)
class KeyLog:
    """Reads the keys of a tenant from its log, and goes on from where it read to before."""

    store: EventStore
    tenant_id: UUID
    read_to: int = 0

    async def load(self, found: dict[UUID, str]) -> None:
        while page := await self.store.read_all(
            self.tenant_id, after=self.read_to, limit=PAGE, types=TYPES
        ):
            for recorded in page:
                key_id = UUID(recorded.stream_id.partition("-")[2])
                match recorded.event:
                    case ApiKeyIssued() as issued:
                        found[key_id] = issued.secret_hash
                    case ApiKeyRevoked():
                        found.pop(key_id, None)
            self.read_to = page[-1].position


class IssuedKeys:
    """Use it from the event loop. `clock` in seconds."""

    def __init__(self, store: EventStore, *, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self._tenants: Remembered[UUID, bool] = Remembered(self._load_tenants, clock)
        self._keys: OrderedDict[UUID, Remembered[UUID, str]] = OrderedDict()

    async def holds(self, text: str) -> bool:
        """Whether it is a key that is issued and, as far as is known here, not revoked. Raises
        `DatabaseUnavailable`."""
        parts = api_keys.parse(text)
        if parts is None or not await self._tenants.find(parts.tenant_id):
            return False
        secret_hash = await self._of(parts.tenant_id).find(parts.key_id)
        return secret_hash is not None and api_keys.matches(parts, secret_hash)

    def _of(self, tenant_id: UUID) -> Remembered[UUID, str]:
        keys = self._keys.get(tenant_id)
        if keys is None:
            log = KeyLog(self._store, tenant_id)
            keys = self._keys[tenant_id] = Remembered(log.load, self._clock)
        self._keys.move_to_end(tenant_id)
        if len(self._keys) > TENANTS:
            self._keys.popitem(last=False)
        return keys

    async def _load_tenants(self, found: dict[UUID, bool]) -> None:
        after: UUID | None = None
        while page := await self._store.tenants(after=after, limit=PAGE):
            found.update((each.tenant_id, True) for each in page)
            after = page[-1].tenant_id
