"""Reading one's own writes: waits until subscriptions have seen what was recorded."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tenant_transaction
from app.subscriptions.failures import as_unavailable

_SEEN = text("select seen_position(:tenant, :subscriptions)")
_HEAD = text("select position from head where tenant_id = :tenant")


class Waiting:
    """`advanced` is for the runner of the same process, if there is one: no poll is needed then."""

    def __init__(self, engine: AsyncEngine, *, least: float = 0.005, most: float = 0.05) -> None:
        self._engine = engine
        self._least = least
        self._most = most
        self._stirs: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)

    def advanced(self, _subscription: str, tenant_id: UUID, _position: int) -> None:
        for stir in self._stirs.get(tenant_id, ()):
            stir.set()

    async def wait_until(
        self,
        subscriptions: Sequence[str],
        tenant_id: UUID,
        position: int,
        timeout: float,  # noqa: ASYNC109 - running out of it is an answer, not an error
    ) -> bool:
        """False when they did not get there in time. Raises `DatabaseUnavailable`."""
        if not subscriptions:
            return True
        deadline = monotonic() + timeout
        pause = self._least
        stir = asyncio.Event()
        self._stirs[tenant_id].add(stir)
        try:
            while await self._seen(subscriptions, tenant_id) < position:
                left = deadline - monotonic()
                if left <= 0:
                    return False
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stir.wait(), min(pause, left))
                stir.clear()
                pause = min(pause * 1.5, self._most)
            return True
        finally:
            self._stirs[tenant_id].discard(stir)
            if not self._stirs[tenant_id]:
                del self._stirs[tenant_id]

    async def settle(
        self,
        subscriptions: Sequence[str],
        tenant_id: UUID,
        timeout: float,  # noqa: ASYNC109
    ) -> int | None:
        """Waits until they have seen everything, and what followed from it too. Answers the last
        position; None when it was not over in time."""
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
            async with self._engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                return int((await connection.execute(_SEEN, order)).scalar_one())

    async def _head(self, tenant_id: UUID) -> int:
        async with tenant_transaction(self._engine, tenant_id) as connection:
            head = await connection.execute(_HEAD, {"tenant": tenant_id})
            return int(head.scalar() or 0)
