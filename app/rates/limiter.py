"""Counts requests against the limits, for all processes together."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic

from limits import RateLimitItemPerSecond
from limits.aio.strategies import FixedWindowRateLimiter

from app.rates.limits import Limit
from app.rates.storage import RateStorage

REMEMBERED = 10_000


class LimitReached(Exception):
    """`retry_after` in seconds, until the window ends."""

    def __init__(self, limit: Limit, retry_after: int) -> None:
        super().__init__(limit.name)
        self.limit = limit
        self.retry_after = retry_after


class Limiter:
    """A refusal is remembered until its window ends, so whoever goes on costs no query.

    `secret` keeps addresses and ids out of the table: it has only keyed hashes of them.
    """

    def __init__(
        self,
        storage: RateStorage,
        secret: bytes,
        *,
        clock: Callable[[], float] = monotonic,
        remembered: int = REMEMBERED,
    ) -> None:
        self._storage = storage
        self._strategy = FixedWindowRateLimiter(storage)
        self._secret = secret
        self._clock = clock
        self._remembered = remembered
        self._refused: OrderedDict[str, float] = OrderedDict()

    async def take(self, limit: Limit, *who: str, cost: int = 1) -> None:
        """Counts `cost`. Raises `LimitReached`: then nothing was counted that is not counted
        already. Raises `DatabaseUnavailable`."""
        if cost == 1:
            self.check(limit, *who)
        item, name = self._item(limit), self._name(who)
        if await self._strategy.hit(item, name, cost=cost):
            return
        left = await self._storage.seconds_left(item.key_for(name))
        if cost == 1:
            self._remember(item.key_for(name), self._clock() + left)
        else:
            await self._strategy.hit(item, name, cost=-cost)  # a smaller one may fit
        raise LimitReached(limit, _whole(left))

    async def give_back(self, limit: Limit, *who: str, cost: int = 1) -> None:
        """For a request that did nothing, such as the repeat of one that was counted."""
        item, name = self._item(limit), self._name(who)
        self._refused.pop(item.key_for(name), None)
        await self._strategy.hit(item, name, cost=-cost)

    def check(self, limit: Limit, *who: str) -> None:
        """Raises `LimitReached` if this process knows that it is. Asks nobody."""
        if not self._refused:
            return
        key = self._item(limit).key_for(self._name(who))
        until = self._refused.get(key)
        if until is None:
            return
        left = until - self._clock()
        if left > 0:
            raise LimitReached(limit, _whole(left))
        del self._refused[key]

    def _remember(self, key: str, until: float) -> None:
        self._refused[key] = until
        self._refused.move_to_end(key)
        if len(self._refused) > self._remembered:
            self._refused.popitem(last=False)

    def _item(self, limit: Limit) -> RateLimitItemPerSecond:
        return RateLimitItemPerSecond(limit.amount, limit.seconds, namespace=limit.name)

    def _name(self, who: tuple[str, ...]) -> str:
        parts = "".join(f"{len(part)}:{part}" for part in who)
        return hashlib.blake2b(parts.encode(), key=self._secret, digest_size=16).hexdigest()


def _whole(seconds: float) -> int:
    return max(1, ceil(seconds))
