"""How often somebody may knock: so many at once, and then so many a second. Of this process alone:
it spares the database, it is no account of anything."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from app.http.refusals import TooManyRequests


class Allowance:
    """Remembers the latest `remembered` keys; who is forgotten begins anew."""

    def __init__(
        self,
        *,
        burst: int,
        seconds_each: float,
        remembered: int = 10_000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._span = burst * seconds_each
        self._each = seconds_each
        self._remembered = remembered
        self._clock = clock
        self._empty_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str) -> None:
        """Raises `TooManyRequests` with the time to wait."""
        now = self._clock()
        empty_at = max(self._empty_at.pop(key, now), now) + self._each
        if empty_at - now > self._span:
            self._empty_at[key] = empty_at - self._each
            raise TooManyRequests(max(1, round(empty_at - now - self._span)))
        self._empty_at[key] = empty_at
        if len(self._empty_at) > self._remembered:
            self._empty_at.popitem(last=False)
