"""Workers and server processes are killed at any moment: nothing is lost, nothing counted twice."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.commands import Contended
from app.database_url import driver_url
from app.db import DatabaseUnavailable, open_pool
from app.embedded.launcher import EmbeddedPostgres
from app.event_store.store import EventStore
from app.schema import migrate
from tests.event_store.tally import TALLY, Add, envelope, handler, superuser
from tests.subscriptions.counting import make_table
from tests.subscriptions.process import Orders, died, spawned
from tests.subscriptions.until import until, until_so

STREAMS = 5
POINTS = ("mid_batch", "before_commit", "after_commit")
WORKER_ROUNDS = 18
SERVER_ROUNDS = 5


@pytest.fixture
def own_server() -> Iterator[str]:
    """A server whose processes may be killed: when one dies, all its connections go."""
    with EmbeddedPostgres.temporary() as server:
        migrate(server.url())
        asyncio.run(make_table(server.url()))
        yield server.url()


@asynccontextmanager
async def writing(
    store: EventStore, tenant_id: UUID, *, first: int = 0
) -> AsyncIterator[list[int]]:
    """Commands without a pause; a command whose fate is unknown is given again under its id."""
    done = [first]

    async def write() -> None:
        while True:
            said = envelope(tenant_id, command_id=uuid4())
            stream = TALLY.stream(str(done[0] % STREAMS))
            while True:
                try:
                    await handler(store).handle(stream, Add(label=f"n{done[0]}"), said)
                    break
                except (DatabaseUnavailable, Contended):
                    await asyncio.sleep(0.02)
            done[0] += 1
            await asyncio.sleep(0.002)

    task = asyncio.create_task(write())
    try:
        yield done
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def kill_a_backend(url: str, chance: Random) -> str:
    """-9 for one of the worker's connections; or the gentler end that an administrator gives."""
    ended = "backend_ended"
    with suppress(OSError, asyncpg.InterfaceError):  # whoever is killed takes this one along
        async with superuser(url) as connection:
            pids = await connection.fetch(
                "select pid from pg_stat_activity where application_name = 'suyuan'"
                " and pid <> pg_backend_pid() and datname = current_database()"
            )
            pid = chance.choice(pids)["pid"]
            if chance.random() < 0.5:
                ended = "backend_killed"
                os.kill(pid, signal.SIGKILL)
            else:
                await connection.execute("select pg_terminate_backend($1)", pid)
    return ended


async def is_up(url: str) -> bool:
    try:
        connection = await asyncpg.connect(driver_url(url), timeout=5)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def is_quiet(url: str, tenant_id: UUID) -> bool:
    """Both subscriptions stand at the head."""
    async with superuser(url) as connection:
        count: int = await connection.fetchval(
            "select count(*) from head h join checkpoint c using (tenant_id)"
            " where h.tenant_id = $1 and c.position = h.position",
            tenant_id,
        )
    return count == 2


async def test_whoever_is_killed_each_event_counts_once(own_server: str, tmp_path: Path) -> None:
    chance = Random(4)
    log = tmp_path / "worker.log"
    pool = await open_pool(own_server, size=4)
    store = EventStore(pool)
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None)
    deaths: Counter[str] = Counter()
    async with writing(store, tenant_id) as done:
        for n in range(WORKER_ROUNDS):
            point = POINTS[n % len(POINTS)]
            nth = chance.randrange(1, 60 if point == "mid_batch" else 12)
            orders = Orders(kill_at=point, nth=nth, lease=0.2, echo=True)
            with spawned(own_server, orders, log) as process:
                assert await died(process) == -signal.SIGKILL, log.read_text()
            deaths[point] += 1
    async with superuser(own_server) as connection:
        await connection.execute("delete from worker_heartbeat")
    with spawned(own_server, Orders(lease=0.2, echo=True), log):
        await until(partial(is_at_work, own_server))
        async with writing(store, tenant_id, first=done[0]) as more:
            for _ in range(SERVER_ROUNDS):
                await until_so(partial(reached, more, more[0] + 50))
                deaths[await kill_a_backend(own_server, chance)] += 1
                await until(partial(is_up, own_server))
        await until(partial(is_quiet, own_server, tenant_id))
    await prove(own_server, tenant_id, deaths, more[0])
    await pool.close()


async def is_at_work(url: str) -> bool:
    async with superuser(url) as connection:
        return bool(await connection.fetchval("select count(*) from worker_heartbeat"))


def reached(done: list[int], enough: int) -> bool:
    return done[0] >= enough


async def prove(url: str, tenant_id: UUID, deaths: Counter[str], commands: int) -> None:
    async with superuser(url) as connection:
        versions = dict(
            await connection.fetch(
                "select stream_id, max(version) from event where tenant_id = $1 group by 1",
                tenant_id,
            )
        )
        rows = await connection.fetch("select * from counted where tenant_id = $1", tenant_id)
        parked = await connection.fetch("select * from parked")
    counted = {row["stream_id"]: row["events"] for row in rows}
    told = sum(count for stream, count in versions.items() if "echo" not in stream)
    echoed = sum(count for stream, count in versions.items() if "echo" in stream)
    print(
        f"deaths {dict(deaths)}; {commands} commands, {told} events, {echoed} effects, "
        f"{sum(counted.values())} counted, {len(parked)} parked"
    )
    assert not parked
    assert all(row["in_order"] for row in rows)
    assert counted == versions
    assert told in (commands, commands + 1, commands + 2)  # two last ones were cut off by us
    assert echoed == told
