"""Contestants take turns: A B C A B C …, so that a busy machine is busy for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Protocol


class Contestant(Protocol):
    @property
    def name(self) -> str: ...

    async def run(self, seconds: float) -> float:
        """Works for about so long; answers how much it did a second."""


async def interleave(
    contestants: Sequence[Contestant], *, rounds: int, seconds: float, warm_up: float = 1
) -> dict[str, float]:
    """Each one's median over the rounds. A short one before them warms up and is not counted."""
    for contestant in contestants if warm_up else ():
        await contestant.run(warm_up)
    results: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for number in range(1, rounds + 1):
        for contestant in contestants:
            results[contestant.name].append(await contestant.run(seconds))
        last = ", ".join(f"{name} {rates[-1]:,.0f}" for name, rates in results.items())
        print(f"  round {number} of {rounds}: {last}", flush=True)
    return {name: median(rates) for name, rates in results.items()}


async def rate(works: Sequence[Callable[[], Awaitable[object]]], seconds: float) -> float:
    """Each piece of work is done over and over, all of them at once; how often in a second."""
    done = 0
    started = perf_counter()

    async def again_and_again(work: Callable[[], Awaitable[object]]) -> None:
        nonlocal done
        while perf_counter() - started < seconds:
            await work()
            done += 1

    await asyncio.gather(*(again_and_again(work) for work in works))
    return done / (perf_counter() - started)
