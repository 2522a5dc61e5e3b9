"""The database goes away in the middle: callers are told so, nothing is half written, and what
comes after works."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from app.commands import Envelope
from app.db import DatabaseUnavailable, open_engine, open_pool, tenant_transaction
from app.event_store.store import EventStore
from tests.event_store.history import proven
from tests.event_store.proxy import Proxy
from tests.event_store.tally import TALLY, Add, adding, append, envelope, handler, superuser

TERMINATE = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and application_name = 'suyuan' and pid <> pg_backend_pid()
"""
COMMANDS = 150
HANG_UPS = 3


async def test_commands_survive_a_database_that_keeps_hanging_up(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    commands, counted = handler(store), Counter[str]()

    async def insist(n: int, said: Envelope) -> None:
        while True:
            try:
                outcome = await commands.handle(
                    TALLY.stream(f"{n % 10}"), Add(label=f"{n}", also=("sum",)), said
                )
            except DatabaseUnavailable:
                counted["unavailable"] += 1
            else:
                counted["replayed" if outcome.replayed else "recorded"] += 1
                return

    async def hang_up(connection: asyncpg.Connection) -> None:
        for _ in range(HANG_UPS):
            counted["terminated"] += await connection.fetchval(TERMINATE)

    async with superuser(database_url) as connection:
        for first in range(0, COMMANDS, 10):
            several = [
                insist(n, envelope(tenant, command_id=uuid4(), fingerprint=b"body"))
                for n in range(first, first + 10)
            ]
            await asyncio.gather(hang_up(connection), *several)
    assert counted["terminated"] > 0
    history = await proven(database_url, tenant)
    assert (history.events, history.commands) == (2 * COMMANDS, COMMANDS)
    print(f"{COMMANDS} commands over two streams each: {dict(counted)}; {history.events} events")


async def test_a_database_that_nobody_reaches_is_unavailable_and_then_there_again(
    database_url: str, tenant: UUID
) -> None:
    async with Proxy.before(database_url) as proxy:
        pool = await open_pool(proxy.url, size=2)
        store = EventStore(pool)
        await append(store, tenant, "tally-a", 0)
        await proxy.close()
        attempts = (
            lambda: store.load(tenant, ["tally-a"]),
            lambda: store.append_to_stream(tenant, adding(tenant, {"tally-a": 1})),
            lambda: store.read_all(tenant, after=0, limit=1),
            lambda: store.draw_numbers(tenant, "R", 1),
            lambda: store.due(1),
            store.ping,
            lambda: open_pool(proxy.url, size=1),
            lambda: handler(store).handle(TALLY.stream("a"), Add(label="x"), envelope(tenant)),
        )
        for attempt in attempts:
            with pytest.raises(DatabaseUnavailable):
                await attempt()
        await proxy.open()
        await store.ping()
        await append(store, tenant, "tally-a", 1)
        await pool.close()
    assert (await proven(database_url, tenant)).events == 2
    print(f"{len(attempts)} calls unavailable while it was gone, 2 events in the end")


async def test_read_models_are_told_too(database_url: str, store: EventStore, tenant: UUID) -> None:
    await append(store, tenant, "tally-a", 0)
    async with Proxy.before(database_url) as proxy:
        engine = open_engine(proxy.url, size=2)
        async with tenant_transaction(engine, tenant) as connection:
            assert await connection.scalar(text("select count(*) from event")) == 1
        async with superuser(database_url) as killer:
            with pytest.raises(DatabaseUnavailable):  # noqa: PT012 - lost in the middle of it
                async with tenant_transaction(engine, tenant) as connection:
                    assert await killer.fetchval(TERMINATE) > 0
                    await connection.scalar(text("select count(*) from event"))
        await proxy.close()
        with pytest.raises(DatabaseUnavailable):
            async with tenant_transaction(engine, tenant) as connection:
                await connection.scalar(text("select 1"))
        await proxy.open()
        async with tenant_transaction(engine, tenant) as connection:
            assert await connection.scalar(text("select count(*) from event")) == 1
        await engine.dispose()
    print("terminated and gone: unavailable twice, right before and after")


async def test_a_caller_that_goes_away_leaves_no_connection_in_a_transaction(
    database_url: str, tenant: UUID
) -> None:
    """Cancelled at every step of a read, on the one connection that the next append will use."""
    pool = await open_pool(database_url, size=1)
    store = EventStore(pool)
    cancelled = 0
    for steps in range(60):
        reading = asyncio.create_task(store.read_all(tenant, after=0, limit=1))
        for _ in range(steps):
            await asyncio.sleep(0)
        cancelled += reading.cancel()
        await asyncio.wait([reading])
        await append(store, tenant, "tally-a", steps)
    await pool.close()
    assert cancelled > 0
    assert (await proven(database_url, tenant)).events == 60
    print(f"{cancelled} reads cancelled on one connection, 60 appends committed beside them")
