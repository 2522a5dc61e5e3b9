"""Limits requests by key with a leaky bucket: a burst, then a steady rate. State is in memory and
per process: it protects the database and is not an exact quota."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from app.http.refusals import TooManyRequests


class RateLimiter:
    """Keeps the `max_keys` most recent keys; a key that was dropped starts with a full burst."""

    def __init__(
        self,
        *,
        burst: int,
        seconds_per_request: float,
        max_keys: int = 10_000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._capacity = burst * seconds_per_request
        self._seconds_per_request = seconds_per_request
        self._max_keys = max_keys
        self._clock = clock
        self._empty_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str) -> None:
        """Counts one request. Raises `TooManyRequests` with the time to wait."""
        now = self._clock()
        before = max(self._empty_at.pop(key, now), now)
        after = before + self._seconds_per_request
        excess = after - now - self._capacity
        if excess > 0:
            self._empty_at[key] = before
            raise TooManyRequests(max(1, round(excess)))
        self._empty_at[key] = after
        if len(self._empty_at) > self._max_keys:
            self._empty_at.popitem(last=False)
