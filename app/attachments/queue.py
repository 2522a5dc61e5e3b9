"""Runs the work on pictures: few at a time, and fair between tenants."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from uuid import UUID

T = TypeVar("T")
P = ParamSpec("P")

AT_ONCE = 2
WAITING_PER_TENANT = 16
WAITING = 128
PATIENCE = 20.0
RETRY_AFTER = 5


class QueueFull(Exception):
    """Too many wait, or this one waited too long."""


class PictureQueue:
    """A free thread takes from one tenant after the other, so many pictures of one tenant hold up
    only those behind them. Each tenant has its own bound, so it fills the queue for itself only.

    Who is cancelled leaves the queue; work that has begun ends in its thread, and keeps its place
    until then. `patience` in seconds. Not thread-safe: use it from the event loop.
    """

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        per_tenant: int = WAITING_PER_TENANT,
        waiting: int = WAITING,
        patience: float = PATIENCE,
    ) -> None:
        self._free = at_once
        self._per_tenant = per_tenant
        self._most = waiting
        self._patience = patience
        self._tenants: OrderedDict[UUID, deque[asyncio.Future[None]]] = OrderedDict()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="picture")

    async def run(
        self, tenant_id: UUID, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Raises `QueueFull`, and what `work` raises."""
        await self._enter(tenant_id)
        running = asyncio.wrap_future(self._threads.submit(work, *args, **kwargs))
        running.add_done_callback(self._ended)
        return await asyncio.shield(running)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _enter(self, tenant_id: UUID) -> None:
        if self._free:  # nobody waits
            self._free -= 1
            return
        queue = self._tenants.get(tenant_id, deque())
        if len(queue) >= self._per_tenant or self._waiting() >= self._most:
            raise QueueFull
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self._tenants[tenant_id] = queue
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._next()  # its turn came at the same moment
            self._forget(tenant_id, turn)
            if isinstance(error, TimeoutError):
                raise QueueFull from error
            raise

    def _ended(self, running: "asyncio.Future[T]") -> None:
        if not running.cancelled():
            running.exception()  # whoever waited may have left
        self._next()

    def _next(self) -> None:
        """Gives the free place to the first of the tenant whose turn it is."""
        while self._tenants:
            tenant_id, queue = self._tenants.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._tenants[tenant_id] = queue  # behind the others
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, tenant_id: UUID, turn: "asyncio.Future[None]") -> None:
        queue = self._tenants.get(tenant_id)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._tenants[tenant_id]

    def _waiting(self) -> int:
        return sum(map(len, self._tenants.values()))
