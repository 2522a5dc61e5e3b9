"""A primary that was demoted: its old sessions are read-only for ever. They are given up, so that
the next try reaches whoever takes writes."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.db import DatabaseUnavailable, open_engine, open_pool, tenant_transaction
from app.event_store.store import EventStore
from tests.event_store.tally import TALLY, Add, envelope, handler, superuser

WRITE = text("insert into worker_heartbeat values ('w', clock_timestamp())")


async def default_read_only(database_url: str, setting: str) -> None:
    """For sessions that begin from now on."""
    async with superuser(database_url) as connection:
        await connection.execute("set default_transaction_read_only = off")
        name = await connection.fetchval("select current_database()")
        await connection.execute(
            f"alter database {name} set default_transaction_read_only = {setting}"
        )


async def test_a_store_gives_up_connections_that_are_read_only(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    await default_read_only(database_url, "on")
    pool = await open_pool(database_url, size=1)
    try:
        demoted = handler(EventStore(pool))
        await default_read_only(database_url, "off")
        # Within one call: an append of which nothing is known is sent again.
        outcome = await demoted.handle(TALLY.stream("a"), Add(label="1"), envelope(tenant))
        assert outcome.version == 1
    finally:
        await pool.close()


async def test_so_do_read_models(database_url: str) -> None:
    await default_read_only(database_url, "on")
    engine = open_engine(database_url, size=1)

    async def write() -> None:
        async with tenant_transaction(engine, uuid4()) as connection:
            await connection.execute(WRITE)

    try:
        async with tenant_transaction(engine, uuid4()) as connection:
            await connection.execute(text("select 1"))
        await default_read_only(database_url, "off")
        with pytest.raises(DatabaseUnavailable):
            await write()
        await write()
    finally:
        await engine.dispose()


async def test_a_pool_that_is_used_up_is_a_database_that_is_not_there(database_url: str) -> None:
    engine = open_engine(database_url, size=1, patience=0.01)

    async def wait() -> None:
        async with tenant_transaction(engine, uuid4()):
            pass

    try:
        async with engine.connect():
            with pytest.raises(DatabaseUnavailable):
                await wait()
        await wait()
    finally:
        await engine.dispose()
