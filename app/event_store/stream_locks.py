"""Locks on streams that a command writes beside its own, within a process.

Commands on one stream go in rounds (app/event_store/turns.py). One that lost a race for a stream
beside its own waits in line for that one before it tries again: with n of them that race, each try
would cost n decisions. Correctness does not rest on it: other processes race as ever, and the
append checks the version.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary

LONGEST_WAIT = 10.0  # seconds


class StreamLockTimeout(Exception):
    """The line was too long, or the database too slow for it."""


class StreamLocks:
    def __init__(self, longest_wait: float = LONGEST_WAIT) -> None:
        self._locks: WeakValueDictionary[tuple[UUID, str], asyncio.Lock] = WeakValueDictionary()
        self._longest_wait = longest_wait

    @asynccontextmanager
    async def hold(self, tenant_id: UUID, stream_id: str) -> AsyncIterator[None]:
        """First come, first served. Raises `StreamLockTimeout`."""
        key = (tenant_id, stream_id)
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        if lock.locked():
            try:
                async with asyncio.timeout(self._longest_wait):
                    await lock.acquire()
            except TimeoutError:
                raise StreamLockTimeout(stream_id) from None
        else:
            await lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @asynccontextmanager
    async def hold_all(self, tenant_id: UUID, stream_ids: Collection[str]) -> AsyncIterator[None]:
        """In one order for everybody, so that nobody waits in a circle."""
        async with AsyncExitStack() as stack:
            for stream_id in sorted(stream_ids):
                await stack.enter_async_context(self.hold(tenant_id, stream_id))
            yield
