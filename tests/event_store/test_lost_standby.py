"""A synchronous standby is lost: what is not on it is acknowledged to nobody, also not by a retry.

The server waits for a standby that does not exist. It takes no part in whether one is there.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.db import NotAnswered, open_pool
from app.embedded.launcher import EmbeddedPostgres
from app.event_store.store import EventStore
from tests.event_store.history import proven
from tests.event_store.tally import TALLY, Add, envelope, handler, new_tenant, superuser

WAITING = "select pid from pg_stat_activity where wait_event = 'SyncRep' and datname = $1"


class Standby:
    """The operator of a primary whose standby may be lost."""

    def __init__(self, connection: asyncpg.Connection, database: str) -> None:
        self._connection = connection
        self._database = database

    async def lose(self) -> None:
        await self._set("alter system set synchronous_standby_names = 'nobody'", "nobody")

    async def give_up(self) -> None:
        await self._set("alter system reset synchronous_standby_names", "")

    async def _set(self, statement: str, names: str) -> None:
        await self._connection.execute(statement)
        await self._connection.execute("select pg_reload_conf()")
        await until(
            lambda: self._connection.fetchval(
                "select current_setting('synchronous_standby_names')"
            ),
            names,
        )

    async def waiting(self) -> list[int]:
        return [row["pid"] for row in await self._connection.fetch(WAITING, self._database)]

    async def cancel_wait(self) -> None:
        await until(self.count, 1)
        for pid in await self.waiting():
            await self._connection.execute("select pg_cancel_backend($1)", pid)

    async def count(self) -> int:
        return len(await self.waiting())


async def until(ask: Callable[[], Awaitable[Any]], answer: object) -> None:
    async with asyncio.timeout(20):
        while await ask() != answer:  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.01)


@pytest.fixture
async def standby(postgres: EmbeddedPostgres, database_url: str) -> AsyncIterator[Standby]:
    async with superuser(postgres.superuser_url) as connection, superuser(database_url) as inside:
        standby = Standby(connection, await inside.fetchval("select current_database()"))
        try:
            yield standby
        finally:
            await standby.give_up()


@asynccontextmanager
async def impatient_store(url: str, *, size: int = 4) -> AsyncIterator[EventStore]:
    pool = await open_pool(url, size=size)
    yield EventStore(pool, committing=0.3)
    await asyncio.wait_for(pool.close(), 10)


async def test_a_commit_that_waits_is_unknown_to_its_retry_until_the_standby_has_it(
    database_url: str, standby: Standby, tenant: UUID
) -> None:
    async with impatient_store(database_url) as store:
        commands, said = handler(store), envelope(tenant, command_id=uuid4(), fingerprint=b"body")
        await standby.lose()
        for _ in range(2):
            with pytest.raises(NotAnswered):
                await commands.handle(TALLY.stream("a"), Add(label="1"), said)
        assert await standby.waiting(), "nobody has cancelled the wait"
        loaded = await store.load(tenant, ["tally-a"], [said.command_id])
        assert (loaded.position, dict(loaded.commands)) == (0, {}), "nor seen what waits"
        await standby.give_up()
        outcome = await commands.handle(TALLY.stream("a"), Add(label="1"), said)
        assert outcome.version == 1
    assert (await proven(database_url, tenant)).events == 1
    print("one command, told 'unknown' twice, recorded once")


async def test_what_is_visible_without_being_on_the_standby_is_not_acknowledged(
    database_url: str, standby: Standby, tenant: UUID
) -> None:
    """As after an operator's pg_cancel_backend, or a restart of the primary in the wait."""
    pool = await open_pool(database_url, size=2)
    said = envelope(tenant, command_id=uuid4(), fingerprint=b"body")
    await standby.lose()
    commands = handler(EventStore(pool))
    writing = asyncio.create_task(commands.handle(TALLY.stream("a"), Add(label="1"), said))
    await standby.cancel_wait()
    with pytest.raises(NotAnswered, match="synchronous replication"):
        await writing
    async with impatient_store(database_url) as store:
        assert said.command_id in (await store.load(tenant, [], [said.command_id])).commands
        with pytest.raises(NotAnswered):
            await handler(store).handle(TALLY.stream("a"), Add(label="1"), said)
        await standby.give_up()
        outcome = await handler(store).handle(TALLY.stream("a"), Add(label="1"), said)
        assert outcome.replayed
    await pool.close()
    assert (await proven(database_url, tenant)).events == 1


async def test_commits_that_wait_take_no_more_of_the_server_than_the_pool(
    database_url: str, standby: Standby, store: EventStore
) -> None:
    tenants = [await new_tenant(store) for _ in range(6)]
    async with impatient_store(database_url, size=2) as few:
        await standby.lose()
        for tenant in tenants:
            with pytest.raises(NotAnswered):
                await handler(few).handle(TALLY.stream("a"), Add(label="1"), envelope(tenant))
        assert len(await standby.waiting()) == 2
        assert (await few.load(tenants[0], [])).position == 0, "reads go on"
        await standby.give_up()
        await until(standby.count, 0)
        await until(lambda: outcome(few, tenants[-1]), "written")  # it looks once a second


async def outcome(store: EventStore, tenant: UUID) -> str:
    try:
        await handler(store).handle(TALLY.stream("b"), Add(label="1"), envelope(tenant))
    except NotAnswered:
        return "not answered"
    return "written"
