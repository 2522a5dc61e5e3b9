"""The counters that all processes share."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest
from limits import RateLimitItemPerSecond
from limits.aio.strategies import FixedWindowRateLimiter
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import DatabaseUnavailable, open_pool
from app.event_store.store import EventStore
from app.rates.storage import RateStorage
from app.subscriptions.supervisor import SubscriptionsToRun
from app.worker import Intervals, Worker
from tests.event_store.tally import handler
from tests.subscriptions.until import until

HOUR = 3600


@pytest.fixture
async def storages(database_url: str) -> AsyncIterator[tuple[RateStorage, RateStorage]]:
    """Two pools, as two processes have them."""
    pools = [await open_pool(database_url, size=4) for _ in range(2)]
    yield RateStorage(pools[0]), RateStorage(pools[1])
    for pool in pools:
        await pool.close()


async def end_windows(pool: asyncpg.Pool) -> None:
    await pool.execute("update rate_window set ends_at = clock_timestamp() - interval '1 ms'")


async def test_two_pools_share_the_count(storages: tuple[RateStorage, RateStorage]) -> None:
    one, other = storages
    assert await one.incr("k", HOUR) == 1
    assert await other.incr("k", HOUR) == 2
    assert await one.incr("k", HOUR, 5) == 7
    assert await other.get("k") == 7
    assert await other.get("another") == 0


async def test_of_many_at_once_exactly_as_many_as_allowed_pass(
    storages: tuple[RateStorage, RateStorage],
) -> None:
    item = RateLimitItemPerSecond(30, HOUR)
    strategies = [FixedWindowRateLimiter(each) for each in storages]
    passed = await asyncio.gather(*(strategies[n % 2].hit(item, "k") for n in range(100)))
    assert sum(passed) == 30


async def test_a_window_ends_by_the_clock_of_the_database(
    pool: asyncpg.Pool, storages: tuple[RateStorage, RateStorage]
) -> None:
    one, other = storages
    await one.incr("k", HOUR, 3)
    now: datetime = await pool.fetchval("select clock_timestamp()")
    ends_at = datetime.fromtimestamp(await one.get_expiry("k"), UTC)
    assert 0 < HOUR - (ends_at - now).total_seconds() < 60
    assert HOUR - 60 < await other.seconds_left("k") <= HOUR
    await one.incr("k", 2 * HOUR)
    assert await one.seconds_left("k") <= HOUR, "hits do not prolong a window"
    await end_windows(pool)
    assert (await one.get("k"), await one.seconds_left("k")) == (0, 0)
    assert await other.incr("k", HOUR) == 1
    assert await other.seconds_left("k") > HOUR - 60


async def test_what_is_given_back_is_never_more_than_was_taken(
    pool: asyncpg.Pool, storages: tuple[RateStorage, RateStorage]
) -> None:
    one, _ = storages
    assert await one.incr("k", HOUR, -1) == 0
    assert await one.incr("k", HOUR, 2) == 2
    await end_windows(pool)
    assert await one.incr("k", HOUR, -2) == 0
    assert await one.incr("k", HOUR) == 1


async def test_only_windows_that_have_ended_are_swept(
    pool: asyncpg.Pool, storages: tuple[RateStorage, RateStorage]
) -> None:
    one, _ = storages
    await one.incr("old", HOUR)
    await one.incr("older", HOUR)
    await end_windows(pool)
    await one.incr("new", HOUR)
    assert await one.sweep() == 2
    assert await one.get("new") == 1
    await one.clear("new")
    assert await one.get("new") == 0


async def test_a_database_that_is_away_is_unavailable(database_url: str) -> None:
    pool = await open_pool(database_url, size=1)
    storage = RateStorage(pool)
    assert await storage.check()
    await pool.close()
    assert not await storage.check()
    with pytest.raises(DatabaseUnavailable):
        await storage.incr(str(uuid4()), HOUR)


async def test_the_worker_sweeps(pool: asyncpg.Pool, engine: AsyncEngine) -> None:
    storage, store = RateStorage(pool), EventStore(pool)
    await storage.incr("old", HOUR)
    await end_windows(pool)
    worker = Worker(
        engine,
        store,
        handler(store),
        SubscriptionsToRun(subscriptions=()),
        sweep=storage.sweep,
        intervals=Intervals(sweep=0.05),
    )

    async def swept() -> bool:
        return not await pool.fetchval("select count(*) from rate_window")

    worker.start()
    try:
        await until(swept)
    finally:
        await worker.stop()
