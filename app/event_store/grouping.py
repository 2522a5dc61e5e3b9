"""Groups concurrent requests: what arrives while a round runs goes together in the next one. Alone,
a request never waits; under load one round trip carries many."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

I = TypeVar("I")  # noqa: E741 - an item
R = TypeVar("R")


@dataclass(slots=True)
class _Waiting(Generic[I, R]):
    item: I
    answer: asyncio.Future[R]


@dataclass(slots=True)
class _Group(Generic[I, R]):
    waiting: list[_Waiting[I, R]] = field(default_factory=list)
    rounds: int = 0


class Grouping(Generic[I, R]):
    """At most `lanes` rounds of one key run at once.

    `run(key, items)` returns one result per item; an exception among them is raised to that item's
    caller. If `run` itself raises, the items are run again one by one, so that only the culprit
    fails. `choose(items)` returns the indexes of those that may go together (default: the first
    `size`).
    """

    def __init__(
        self,
        run: Callable[[Hashable, Sequence[I]], Awaitable[Sequence[R | BaseException]]],
        *,
        size: int,
        lanes: int = 1,
        choose: Callable[[Sequence[I]], Sequence[int]] | None = None,
    ) -> None:
        self._run = run
        self._size = size
        self._lanes = lanes
        self._choose = choose
        self._groups: dict[Hashable, _Group[I, R]] = {}
        self._rounds: set[asyncio.Task[None]] = set()

    async def submit(self, key: Hashable, item: I) -> R:
        """Returns when the item's round is done. Cancelling the caller does not undo the work."""
        group = self._groups.setdefault(key, _Group())
        waiting = _Waiting[I, R](item, asyncio.get_running_loop().create_future())
        group.waiting.append(waiting)
        if group.rounds < self._lanes:
            self._start(key, group)
        return await waiting.answer

    async def drain(self) -> None:
        """Waits until every submitted item is done."""
        while self._rounds:
            await asyncio.wait(self._rounds)

    def _start(self, key: Hashable, group: _Group[I, R]) -> None:
        group.rounds += 1
        task = asyncio.create_task(self._rounds_of(key, group))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)

    async def _rounds_of(self, key: Hashable, group: _Group[I, R]) -> None:
        while group.waiting:
            chosen = self._take(group)
            await self._answer(key, chosen)
        group.rounds -= 1
        if not group.rounds:
            self._groups.pop(key, None)

    def _take(self, group: _Group[I, R]) -> list[_Waiting[I, R]]:
        if self._choose is None:
            chosen, group.waiting = group.waiting[: self._size], group.waiting[self._size :]
            return chosen
        picked = set(self._choose([w.item for w in group.waiting])[: self._size])
        chosen = [w for n, w in enumerate(group.waiting) if n in picked]
        group.waiting = [w for n, w in enumerate(group.waiting) if n not in picked]
        return chosen

    async def _answer(self, key: Hashable, chosen: Sequence[_Waiting[I, R]]) -> None:
        results = await self._try(key, [w.item for w in chosen])
        if results is None:
            results = []
            for waiting in chosen:
                results += await self._try(key, [waiting.item]) or []
        for waiting, result in zip(chosen, results, strict=True):
            if waiting.answer.cancelled():
                continue
            if isinstance(result, BaseException):
                waiting.answer.set_exception(result)
                waiting.answer.exception()  # marks it retrieved: the caller may be gone
            else:
                waiting.answer.set_result(result)

    async def _try(self, key: Hashable, items: Sequence[I]) -> list[R | BaseException] | None:
        """The results; None when several items failed together and are to be run one by one."""
        try:
            return list(await self._run(key, items))
        except Exception as error:  # noqa: BLE001 - raised again to the item's caller
            return None if len(items) > 1 else [error]
