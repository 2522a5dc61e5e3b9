"""Read your own writes: waits until subscriptions have handled what was recorded."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import autocommitting, tenant_transaction
from app.subscriptions.failures import as_unavailable
from app.subscriptions.liveness import Liveness

_SEEN = text("select seen_position(:tenant, :subscriptions)")
_HEAD = text("select position from head where tenant_id = :tenant")


STUCK = 5.0  # seconds that nobody waits for what stood still for the whole of a wait


@dataclass(frozen=True, slots=True)
class _Stuck:
    position: int
    until: float


class Waiting:
    """Polls; a runner of the same process calls `advanced` to save the wait."""

    def __init__(
        self, engine: AsyncEngine, *, shortest: float = 0.005, longest: float = 0.05
    ) -> None:
        self._engine = engine
        self._shortest = shortest
        self._longest = longest
        self._wakes: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._liveness = Liveness(engine)
        self._stuck: dict[tuple[UUID, tuple[str, ...]], _Stuck] = {}

    def advanced(self, _subscription: str, tenant_id: UUID, _position: int) -> None:
        for wake in self._wakes.get(tenant_id, ()):
            wake.set()

    async def wait_until(
        self,
        subscriptions: Sequence[str],
        tenant_id: UUID,
        position: int,
        timeout: float,  # noqa: ASYNC109 - a timeout is a result here, not an error
    ) -> bool:
        """False on timeout. Raises `DatabaseUnavailable`."""
        if not subscriptions:
            return True
        deadline = monotonic() + timeout
        pause = self._shortest
        wake = asyncio.Event()
        self._wakes[tenant_id].add(wake)
        try:
            while await self._seen(subscriptions, tenant_id) < position:
                left = deadline - monotonic()
                if left <= 0:
                    return False
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(pause, left)):
                        await wake.wait()
                wake.clear()
                pause = min(pause * 1.5, self._longest)
            return True
        finally:
            self._wakes[tenant_id].discard(wake)
            if not self._wakes[tenant_id]:
                del self._wakes[tenant_id]

    async def wait_while_moving(
        self,
        subscriptions: Sequence[str],
        tenant_id: UUID,
        position: int,
        timeout: float,  # noqa: ASYNC109
    ) -> bool:
        """Like `wait_until`, but False at once where a wait would be for nothing: no worker is at
        work, or the last wait for the same ended without any progress, a moment ago."""
        key = (tenant_id, tuple(subscriptions))
        before = await self._seen(subscriptions, tenant_id) if subscriptions else position
        if before >= position:
            self._stuck.pop(key, None)
            return True
        stuck = self._stuck.get(key)
        if stuck and stuck.position == before and monotonic() < stuck.until:
            return False
        if not await self._liveness.worker_lives():
            return False
        if await self.wait_until(subscriptions, tenant_id, position, timeout):
            return True
        if await self._seen(subscriptions, tenant_id) == before:
            self._forget()
            self._stuck[key] = _Stuck(before, monotonic() + STUCK)
        return False

    def _forget(self) -> None:
        now = monotonic()
        self._stuck = {key: stuck for key, stuck in self._stuck.items() if stuck.until > now}

    async def settle(
        self,
        subscriptions: Sequence[str],
        tenant_id: UUID,
        timeout: float,  # noqa: ASYNC109
    ) -> int | None:
        """Waits until they have handled everything, what reactors add included. Returns the last
        position, or None on timeout."""
        deadline = monotonic() + timeout
        head = await self._head(tenant_id)
        while await self.wait_until(subscriptions, tenant_id, head, deadline - monotonic()):
            before, head = head, await self._head(tenant_id)
            if head == before:
                return head
        return None

    async def _seen(self, subscriptions: Sequence[str], tenant_id: UUID) -> int:
        order = {"subscriptions": list(subscriptions), "tenant": tenant_id}
        with as_unavailable():
            async with autocommitting(self._engine) as connection:
                return int((await connection.execute(_SEEN, order)).scalar_one())

    async def _head(self, tenant_id: UUID) -> int:
        async with tenant_transaction(self._engine, tenant_id) as connection:
            head = await connection.execute(_HEAD, {"tenant": tenant_id})
            return int(head.scalar() or 0)
