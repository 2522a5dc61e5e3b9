"""Gives the orders that follow from a page of events: side by side, but in turn on each stream."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

AT_ONCE = 64
"""Orders that one reactor gives concurrently: as many as share one append."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One order: the stream of its event, the streams that it is known to touch, how to give it."""

    source: str
    targets: Sequence[str]
    give: Callable[[], Awaitable[object]]


class _Held(Exception):
    """An order before this one on a stream of its own failed."""


async def give_in_chains(orders: Sequence[Given]) -> None:
    """An order waits for those before it on any of its streams, and is not given if one of them
    failed. Raises the error of the first that failed, when no order is under way any more."""
    at_once = asyncio.Semaphore(AT_ONCE)
    last: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def give(order: Given, before: Sequence[asyncio.Task[None]]) -> None:
        if before:
            await asyncio.wait(before)
        if any(one.cancelled() or one.exception() for one in before):
            raise _Held
        async with at_once:
            await order.give()

    tasks = []
    for order in orders:
        streams = [("source", order.source), *(("target", each) for each in order.targets)]
        before = [last[stream] for stream in streams if stream in last]
        task = asyncio.create_task(give(order, before))
        last |= dict.fromkeys(streams, task)
        tasks.append(task)
    await _all_of(tasks)


async def in_order(works: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Their answers, side by side. Raises the first error, when none is under way any more."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(work: Coroutine[Any, Any, T]) -> T:
        async with at_once:
            return await work

    return await _all_of([asyncio.create_task(one(work)) for work in works])


async def _all_of(tasks: Sequence[asyncio.Task[T]]) -> list[T]:
    """Like `gather`, but leaves nothing under way when it raises."""
    try:
        if tasks:
            await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
    errors = [error for task in tasks if (error := task.exception())]
    if errors:
        raise next((error for error in errors if not isinstance(error, _Held)), errors[0])
    return [task.result() for task in tasks]
