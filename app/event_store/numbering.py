"""Human numbers (`R240305-0001`), unique in their tenant. Under load they are reserved in blocks; a
crash leaves a gap, never a duplicate."""

import asyncio
from collections import defaultdict, deque
from time import monotonic
from uuid import UUID

from app.event_store.store import EventStore

LARGEST_BLOCK = 64


class _Series:
    def __init__(self) -> None:
        self.ready: deque[int] = deque()
        self.block = 1
        self.drawn_at = float("-inf")
        self.drawing = asyncio.Lock()


class Numbering:
    """A block starts at one number and doubles while the last was used up within a second."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._series: defaultdict[tuple[UUID, str], _Series] = defaultdict(_Series)

    def ready(self, tenant_id: UUID, series: str) -> str | None:
        """The next number if one is reserved already."""
        numbers = self._series.get((tenant_id, series))
        return _number(series, numbers) if numbers and numbers.ready else None

    async def next(self, tenant_id: UUID, series: str) -> str:
        numbers = self._series[tenant_id, series]
        if not numbers.ready:
            async with numbers.drawing:
                if not numbers.ready:
                    await self._draw(tenant_id, series, numbers)
        return _number(series, numbers)

    async def _draw(self, tenant_id: UUID, series: str, numbers: _Series) -> None:
        now = monotonic()
        busy = now - numbers.drawn_at < 1
        numbers.block = min(numbers.block * 2, LARGEST_BLOCK) if busy else 1
        last = await self._store.draw_numbers(tenant_id, series, numbers.block)
        numbers.ready.extend(range(last - numbers.block + 1, last + 1))
        numbers.drawn_at = now


def _number(series: str, numbers: _Series) -> str:
    return f"{series}-{numbers.ready.popleft():04d}"
