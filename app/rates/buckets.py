"""Rates of one process, kept in memory: for limits so common that a round trip would cost too much.

Each process has its own, so several together let that many times the amount pass.
"""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic

from app.rates.limiter import LimitReached
from app.rates.limits import Limit

REMEMBERED = 16_384


class Buckets:
    """`amount` at once, and then as many as time refills: `amount` in each `seconds`. By the
    generic cell rate algorithm, one number for each who is counted. `clock` in seconds. Not
    thread-safe: use it from the event loop."""

    def __init__(
        self, *, clock: Callable[[], float] = monotonic, remembered: int = REMEMBERED
    ) -> None:
        self._clock = clock
        self._remembered = remembered
        self._full_at: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def take(self, limit: Limit, *who: str) -> None:
        """Counts one. Raises `LimitReached`: then nothing was counted."""
        key, now = (limit.name, *who), self._clock()
        each = limit.seconds / limit.amount
        full_at = max(self._full_at.get(key, now), now) + each
        if full_at - now > limit.seconds + each / 2:  # sums of fractions are not exact
            raise LimitReached(limit, max(1, ceil(full_at - now - limit.seconds)))
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._remembered:
            self._full_at.popitem(last=False)
