"""Being told that something was appended: at once, across processes, seldom, and dispensably."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from app.subscriptions.wakeups import CHANNEL, Wakeups
from tests.event_store.tally import superuser
from tests.subscriptions.until import until_so


@asynccontextmanager
async def connected(url: str, *, on: bool = True) -> AsyncIterator[tuple[Wakeups, list[UUID]]]:
    """Wake-ups of one process, and what they told it; the first `missed` says that it listens."""
    told: list[UUID] = []
    listening = asyncio.Event()
    wakeups = Wakeups(url, on=on)
    wakeups.listen(told.append, listening.set)
    wakeups.start()
    try:
        if on:
            await asyncio.wait_for(listening.wait(), 20)
        yield wakeups, told
    finally:
        await wakeups.stop()


async def test_this_process_is_told_at_once_and_the_others_soon(database_url: str) -> None:
    tenant = uuid4()
    async with (
        connected(database_url) as (here, told_here),
        connected(database_url) as (_there, told_there),
    ):
        here.appended(tenant)
        assert told_here == [tenant]
        await until_so(lambda: told_there == [tenant])
        assert told_here == [tenant]


async def test_many_appends_in_a_short_while_are_told_once(database_url: str) -> None:
    busy, quiet = uuid4(), uuid4()
    async with connected(database_url) as (here, _), superuser(database_url) as other:
        heard: Counter[str] = Counter()
        await other.add_listener(CHANNEL, lambda _c, _p, _ch, payload: heard.update([payload]))
        here.appended(quiet)
        for _ in range(500):
            here.appended(busy)
        await until_so(lambda: heard[str(busy)] and heard[str(quiet)])
        here.appended(quiet)
        await until_so(lambda: heard[str(quiet)] == 2)
        assert heard == {str(busy): 1, str(quiet): 2}


async def test_a_lost_connection_is_made_anew_and_whoever_listens_looks_for_itself(
    database_url: str,
) -> None:
    missed = 0

    def count() -> None:
        nonlocal missed
        missed += 1

    tenant = uuid4()
    async with connected(database_url) as (here, told), superuser(database_url) as other:
        here.listen(lambda _tenant: None, count)
        await other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and query like 'LISTEN%'"
        )
        await until_so(lambda: missed == 1)
        await other.execute("select pg_notify($1, $2)", CHANNEL, str(tenant))
        await until_so(lambda: told == [tenant])


async def test_switched_off_they_tell_nobody(database_url: str) -> None:
    async with connected(database_url, on=False) as (here, told):
        here.appended(uuid4())
        assert told == []
