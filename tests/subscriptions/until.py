"""Waiting for something to be so, and not for some time to pass."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 60.0


async def until(condition: Callable[[], Awaitable[T]], *, patience: float = PATIENCE) -> T:
    """Answers what the condition answered when it was so at last."""
    deadline = monotonic() + patience
    while not (answer := await condition()):
        assert monotonic() < deadline, f"not so after {patience} s: {condition}"
        await asyncio.sleep(0.01)
    return answer


async def until_so(condition: Callable[[], object], *, patience: float = PATIENCE) -> None:
    async def so() -> bool:
        return bool(condition())

    await until(so, patience=patience)
