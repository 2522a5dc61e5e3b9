"""What is refused, and what a refusal costs."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.db import open_pool
from app.identity.errors import InvalidToken
from app.rates.guesses import WRONG_FOR, Guesses
from app.rates.limiter import Limiter, LimitReached
from app.rates.limits import WRONG_CREDENTIALS, Limit
from app.rates.storage import RateStorage

THREE = Limit(name="three", amount=3, seconds=3600)
SECRET = b"s" * 32


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Counting(RateStorage):
    """Counts its statements."""

    statements = 0

    async def _value(self, query: str, *args: object) -> object:
        self.statements += 1
        return await super()._value(query, *args)


@pytest.fixture
async def other_pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(database_url, size=2)
    yield pool
    await pool.close()


async def taken(limiter: Limiter, *who: str, times: int, limit: Limit = THREE) -> int:
    for n in range(times):
        try:
            await limiter.take(limit, *who)
        except LimitReached:
            return n
    return times


async def test_each_is_counted_alone_and_over_all_processes(
    pool: asyncpg.Pool, other_pool: asyncpg.Pool
) -> None:
    one = Limiter(RateStorage(pool), SECRET)
    other = Limiter(RateStorage(other_pool), SECRET)
    assert await taken(one, "t", "household", "h/1", times=2) == 2
    assert await taken(other, "t", "household", "h/1", times=5) == 1
    assert await taken(other, "t", "household/h", "1", times=5) == 3, "no two ids meet"
    with pytest.raises(LimitReached) as refused:
        await one.take(THREE, "t", "household", "h/1")
    assert 3540 < refused.value.retry_after <= 3600
    stored = await pool.fetch("select key from rate_window")
    assert not any("h/1" in row["key"] for row in stored), "no id is stored"


async def test_a_refusal_costs_no_query_until_the_window_ends(pool: asyncpg.Pool) -> None:
    storage, clock = Counting(pool), Clock()
    limiter = Limiter(storage, SECRET, clock=clock)
    assert await taken(limiter, "k", times=9) == 3
    before = storage.statements
    assert await taken(limiter, "k", times=1) == 0
    assert storage.statements == before
    clock.now = 3601
    await pool.execute("delete from rate_window")
    assert await taken(limiter, "k", times=9) == 3


async def test_what_is_given_back_may_be_taken_again(pool: asyncpg.Pool) -> None:
    limiter = Limiter(RateStorage(pool), SECRET)
    assert await taken(limiter, "k", times=3) == 3
    await limiter.give_back(THREE, "k")
    assert await taken(limiter, "k", times=3) == 1


async def test_what_does_not_fit_a_quota_takes_nothing_of_it(pool: asyncpg.Pool) -> None:
    limiter = Limiter(RateStorage(pool), SECRET)
    await limiter.take(THREE, "k", cost=2)
    with pytest.raises(LimitReached):
        await limiter.take(THREE, "k", cost=2)
    await limiter.take(THREE, "k", cost=1)


async def test_only_the_newest_refusals_are_remembered(pool: asyncpg.Pool) -> None:
    storage = Counting(pool)
    limiter = Limiter(storage, SECRET, remembered=2)
    for who in ("a", "b", "c"):
        await taken(limiter, who, times=4)
    before = storage.statements
    for who in ("b", "c"):
        assert await taken(limiter, who, times=1) == 0
    assert storage.statements == before
    assert await taken(limiter, "a", times=1) == 0
    assert storage.statements > before


GOOD, ADDRESS = "sk_good", "192.0.2.1"


class Door:
    """Knows one key, and counts how often it is asked."""

    def __init__(self, guesses: Guesses) -> None:
        self.guesses = guesses
        self.asked = 0

    async def key(self, text: str, address: str = ADDRESS) -> str:
        return await self.guesses.key(address, text, lambda: self._verify(text), self._is_issued)

    async def token(self, text: str, address: str = ADDRESS) -> str:
        return await self.guesses.token(address, text, lambda: self._verify(text))

    async def _is_issued(self, text: str) -> bool:
        return text == GOOD

    async def _verify(self, text: str) -> str:
        self.asked += 1
        if text != GOOD:
            raise InvalidToken("token_expired" if text.startswith("old") else "api_key_invalid")
        return text

    async def guess(self, number: int) -> int:
        """How many of so many different guesses were answered at all."""
        for n in range(number):
            try:
                await self.key(f"sk_{n}")
            except InvalidToken:
                continue
            except LimitReached:
                return n
        return number


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(pool: asyncpg.Pool, clock: Clock) -> Door:
    limiter = Limiter(RateStorage(pool), SECRET, clock=clock)
    return Door(Guesses(limiter, clock=clock))


async def test_whoever_guesses_is_stopped_before_a_key_is_looked_up(door: Door) -> None:
    assert await door.key(GOOD) == GOOD
    assert await door.guess(1000) == WRONG_CREDENTIALS.amount
    asked = door.asked
    with pytest.raises(LimitReached):
        await door.key("sk_another")
    assert door.asked == asked
    assert await door.key("sk_good", "192.0.2.2") == GOOD, "another address goes on"


async def test_who_was_there_before_goes_on_behind_the_same_address(door: Door) -> None:
    await door.key(GOOD)
    await door.guess(1000)
    assert await door.key(GOOD) == GOOD
    assert await door.token(GOOD) == GOOD
    with pytest.raises(InvalidToken, match="token_expired"):
        await door.token("old token")


async def test_a_genuine_key_goes_on_beside_one_who_guesses(door: Door) -> None:
    """Also where it was not in use before the guesses began."""
    await door.guess(1000)
    assert await door.key(GOOD) == GOOD
    with pytest.raises(LimitReached):
        await door.key("sk_another")


async def test_a_client_that_repeats_itself_does_not_guess(door: Door, clock: Clock) -> None:
    for _ in range(5):
        for _ in range(WRONG_CREDENTIALS.amount):
            with pytest.raises(InvalidToken, match="api_key_invalid"):
                await door.key("sk_of_last_year")
            with pytest.raises(InvalidToken, match="token_expired"):
                await door.token("old token")
        clock.now += WRONG_FOR
    assert await door.guess(1000) == WRONG_CREDENTIALS.amount - 1
