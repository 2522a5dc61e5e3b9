"""Human numbers (`R240305-0001`), unique in their tenant. They are drawn ahead, under load in
blocks, so that a command hardly ever waits for one; a restart leaves a gap, never a duplicate."""

import asyncio
from collections import defaultdict, deque
from contextlib import suppress
from time import monotonic
from uuid import UUID

from app.db import DatabaseUnavailable
from app.event_store.store import EventStore

LARGEST_BLOCK = 64
AHEAD = 2
"""Numbers that stay in reserve once a series is in use: a completed repair plans two follow-ups."""


class _Series:
    def __init__(self) -> None:
        self.ready: deque[int] = deque()
        self.block = AHEAD
        self.drawn_at = float("-inf")
        self.drawing = asyncio.Lock()


class Numbering:
    """A block doubles while the last was used up within a second."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._series: defaultdict[tuple[UUID, str], _Series] = defaultdict(_Series)
        self._refills: set[asyncio.Task[None]] = set()

    def ready(self, tenant_id: UUID, series: str) -> str | None:
        """The next number if one is reserved already."""
        numbers = self._series.get((tenant_id, series))
        return self._give(tenant_id, series, numbers) if numbers and numbers.ready else None

    async def next(self, tenant_id: UUID, series: str) -> str:
        numbers = self._series[tenant_id, series]
        if not numbers.ready:
            async with numbers.drawing:
                if not numbers.ready:
                    await self._draw(tenant_id, series, numbers)
        return self._give(tenant_id, series, numbers)

    async def drain(self) -> None:
        if self._refills:
            await asyncio.wait(self._refills)

    def _give(self, tenant_id: UUID, series: str, numbers: _Series) -> str:
        number = f"{series}-{numbers.ready.popleft():04d}"
        if len(numbers.ready) < AHEAD and not numbers.drawing.locked():
            task = asyncio.create_task(self._refill(tenant_id, series, numbers))
            self._refills.add(task)
            task.add_done_callback(self._refills.discard)
        return number

    async def _refill(self, tenant_id: UUID, series: str, numbers: _Series) -> None:
        async with numbers.drawing:
            if len(numbers.ready) < AHEAD:
                with suppress(DatabaseUnavailable):  # told to whoever needs the number
                    await self._draw(tenant_id, series, numbers)

    async def _draw(self, tenant_id: UUID, series: str, numbers: _Series) -> None:
        now = monotonic()
        busy = now - numbers.drawn_at < 1
        numbers.block = min(numbers.block * 2, LARGEST_BLOCK) if busy else AHEAD
        last = await self._store.draw_numbers(tenant_id, series, numbers.block)
        numbers.ready.extend(range(last - numbers.block + 1, last + 1))
        numbers.drawn_at = now
