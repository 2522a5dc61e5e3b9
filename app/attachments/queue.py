"""Runs the work on pictures: few at a time, and fair between tenants and within each."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import UUID

T = TypeVar("T")
P = ParamSpec("P")

AT_ONCE = 2
WAITING_PER_TENANT = 16
WAITING = 128
PATIENCE = 20.0
RETRY_AFTER = 5

Caller = tuple[UUID, str]  # a tenant, and who in it: a household, a person of the staff, a key
Turn = asyncio.Future[None]


class QueueFull(Exception):
    """Too many wait, or this one waited too long."""


class PictureQueue:
    """A free thread takes from one tenant after the other, and within a tenant from one caller
    after the other. A caller never has all threads: work that has begun cannot be stopped, and a
    large picture takes as long as others are ready to wait. Each tenant has its own bound; at the
    bound, who has most waiting gives way to who has less.

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
        self._per_caller = max(1, at_once - 1)
        self._per_tenant = per_tenant
        self._most = waiting
        self._patience = patience
        self._tenants: OrderedDict[UUID, OrderedDict[str, deque[Turn]]] = OrderedDict()
        self._running: Counter[Caller] = Counter()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="picture")

    async def run(
        self, tenant_id: UUID, who: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Raises `QueueFull`, and what `work` raises."""
        caller = (tenant_id, who)
        await self._enter(caller)
        running = asyncio.wrap_future(self._threads.submit(work, *args, **kwargs))
        running.add_done_callback(partial(self._ended, caller))
        return await asyncio.shield(running)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _enter(self, caller: Caller) -> None:
        if self._free and self._running[caller] < self._per_caller:  # nobody waits who could begin
            self._begin(caller)
            return
        turn = self._wait(caller)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._leave(caller)  # its turn came at the same moment
            self._forget(caller, turn)
            if isinstance(error, TimeoutError):
                raise QueueFull from error
            raise

    def _wait(self, caller: Caller) -> Turn:
        tenant_id, who = caller
        callers = self._tenants.get(tenant_id, OrderedDict())
        if self._waiting() >= self._most:
            raise QueueFull
        if sum(map(len, callers.values())) >= self._per_tenant:
            longest = max(callers.values(), key=len, default=None)
            if longest is None or len(longest) <= len(callers.get(who, ())) + 1:
                raise QueueFull
            longest.pop().set_exception(QueueFull())
        turn: Turn = asyncio.get_running_loop().create_future()
        self._tenants.setdefault(tenant_id, callers).setdefault(who, deque()).append(turn)
        return turn

    def _begin(self, caller: Caller) -> None:
        self._free -= 1
        self._running[caller] += 1

    def _leave(self, caller: Caller) -> None:
        self._free += 1
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        self._next()

    def _ended(self, caller: Caller, running: "asyncio.Future[T]") -> None:
        if not running.cancelled():
            running.exception()  # whoever waited may have left
        self._leave(caller)

    def _next(self) -> None:
        """Gives free places to the first caller that may begin, of the tenant whose turn it is."""
        while self._free and (caller := self._first()) is not None:
            tenant_id, who = caller
            turn = self._tenants[tenant_id][who].popleft()
            self._tenants.move_to_end(tenant_id)
            self._tenants[tenant_id].move_to_end(who)
            self._tidy(caller)
            if not turn.done():
                self._begin(caller)
                turn.set_result(None)

    def _first(self) -> Caller | None:
        waiting = ((tenant, who) for tenant, callers in self._tenants.items() for who in callers)
        return next((each for each in waiting if self._running[each] < self._per_caller), None)

    def _forget(self, caller: Caller, turn: Turn) -> None:
        tenant_id, who = caller
        callers = self._tenants.get(tenant_id)
        queue = callers.get(who) if callers else None
        if queue is not None and turn in queue:
            queue.remove(turn)
            self._tidy(caller)

    def _tidy(self, caller: Caller) -> None:
        tenant_id, who = caller
        if not self._tenants[tenant_id][who]:
            del self._tenants[tenant_id][who]
        if not self._tenants[tenant_id]:
            del self._tenants[tenant_id]

    def _waiting(self) -> int:
        return sum(len(queue) for callers in self._tenants.values() for queue in callers.values())
