"""Runs pairs of something with a name, a subscription or a feed, and a tenant: a few at a time,
each pair in one task. A pair that is woken while it runs is run again."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import structlog

from app.db import DatabaseUnavailable
from app.subscriptions.failures import where
from app.subscriptions.pages import PositionGap

log = structlog.get_logger(__name__)


class Named(Protocol):
    @property
    def name(self) -> str: ...


Pair = tuple[str, UUID]
N = TypeVar("N", bound=Named)


class Dispatcher(Generic[N]):
    """`run(subscription, tenant)` answers False when there is more to do."""

    def __init__(
        self,
        run: Callable[[N, UUID], Coroutine[Any, Any, bool]],
        *,
        at_once: int,
        spacing: float = 0.02,
        back_off: float = 1.0,
    ) -> None:
        self._run = run
        self._at_once = at_once
        self._spacing = spacing
        self._back_off = back_off
        self._waiting: OrderedDict[Pair, N] = OrderedDict()
        self._busy: dict[Pair, asyncio.Task[bool]] = {}
        self._resting: dict[Pair, asyncio.TimerHandle] = {}
        self._again: dict[Pair, N] = {}
        self._stopping = False

    def wake(self, subscription: N, tenant_id: UUID) -> None:
        pair = (subscription.name, tenant_id)
        if pair in self._busy or pair in self._resting:
            self._again[pair] = subscription
        elif not self._stopping:
            self._waiting.setdefault(pair, subscription)
            self._start()

    async def stop(self) -> None:
        """Returns when the running tasks have finished their batches."""
        self._stopping = True
        self._waiting.clear()
        for timer in self._resting.values():
            timer.cancel()
        self._resting.clear()
        while self._busy:
            await asyncio.wait(self._busy.values())

    def _start(self) -> None:
        while self._waiting and len(self._busy) < self._at_once and not self._stopping:
            pair, subscription = self._waiting.popitem(last=False)
            task = asyncio.create_task(self._run(subscription, pair[1]))
            self._busy[pair] = task
            task.add_done_callback(partial(self._done, pair, subscription))

    def _done(self, pair: Pair, subscription: N, task: asyncio.Task[bool]) -> None:
        del self._busy[pair]
        rest = self._spacing
        if task.cancelled():
            return
        if error := task.exception():
            rest = self._back_off
            write = log.warning if isinstance(error, DatabaseUnavailable) else log.error
            write(
                "subscription_interrupted",
                subscription=pair[0],
                tenant=str(pair[1]),
                error=str(error) if isinstance(error, PositionGap) else where(error),
            )
        elif not task.result():
            self._again[pair] = subscription
            rest = 0.0
        if not self._stopping:
            loop = asyncio.get_running_loop()
            self._resting[pair] = loop.call_later(rest, self._end_rest, pair)
        self._start()

    def _end_rest(self, pair: Pair) -> None:
        del self._resting[pair]
        if subscription := self._again.pop(pair, None):
            self.wake(subscription, pair[1])
