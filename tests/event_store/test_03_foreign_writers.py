"""Open transactions of others, in this database or beside it, hold nobody up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy.engine import make_url

from app.commands import Contended
from app.event_store.store import EventStore, StreamBusy
from tests.event_store.history import proven, tailing
from tests.event_store.tally import (
    TALLY,
    Add,
    adding,
    append,
    envelope,
    handler,
    open_transaction,
    superuser,
)

EVENTS = 60
WRITE = "create table foreign_table as select 1 as n"


@asynccontextmanager
async def writer_in_another_table(url: str) -> AsyncIterator[None]:
    async with open_transaction(url) as connection:
        await connection.execute(WRITE)
        yield


@asynccontextmanager
async def writer_in_another_database(url: str) -> AsyncIterator[None]:
    elsewhere = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    async with writer_in_another_table(elsewhere):
        yield


@asynccontextmanager
async def prepared_transaction(url: str) -> AsyncIterator[None]:
    async with superuser(url) as connection:
        await connection.execute(f"begin; {WRITE}; prepare transaction 'foreign'")
        try:
            yield
        finally:
            await connection.execute("rollback prepared 'foreign'")


@asynccontextmanager
async def holder_of_a_stream(url: str) -> AsyncIterator[None]:
    async with open_transaction(url) as connection:
        await connection.execute("select from stream where stream_id = 'tally-held' for update")
        yield


FOREIGN = (
    writer_in_another_table,
    writer_in_another_database,
    prepared_transaction,
    holder_of_a_stream,
)


@pytest.mark.parametrize("foreign", FOREIGN)
async def test_a_foreign_transaction_delays_no_tail(
    database_url: str,
    store: EventStore,
    tenant: UUID,
    foreign: Callable[[str], AbstractAsyncContextManager[None]],
) -> None:
    await append(store, tenant, "tally-held", 0)
    async with foreign(database_url), tailing(store, tenant) as (tail,):
        for version in range(EVENTS):
            await append(store, tenant, "tally-other", version)
        await tail.until(1 + EVENTS)
    assert tail.saw_all_in_order(1 + EVENTS)
    await proven(database_url, tenant)
    print(f"{foreign.__name__}: {EVENTS} events appended and seen while it was open")


async def test_the_command_on_a_held_stream_is_tried_again_until_it_is_free(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    await append(store, tenant, "tally-held", 0)
    busy = 0
    async with holder_of_a_stream(database_url):
        for _ in range(5):
            with pytest.raises(StreamBusy):
                await store.append_to_stream(tenant, adding(tenant, {"tally-held": 1}))
            busy += 1
        command = asyncio.create_task(
            handler(store).handle(TALLY.stream("held"), Add(label="later"), envelope(tenant))
        )
        for version in range(EVENTS):
            await append(store, tenant, "tally-other", version)
        assert not command.done()
    outcome = await command
    assert (outcome.version, outcome.position) == (2, EVENTS + 2)
    await proven(database_url, tenant)
    print(f"busy {busy} of 5 times; {EVENTS} appends beside it; then recorded once")


async def test_a_stream_that_stays_held_is_contended_in_the_end(
    database_url: str, store: EventStore, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.command_handler.ATTEMPTS", 4)
    await append(store, tenant, "tally-held", 0)
    async with holder_of_a_stream(database_url):
        with pytest.raises(Contended):
            await handler(store).handle(TALLY.stream("held"), Add(label="x"), envelope(tenant))
    assert (await proven(database_url, tenant)).events == 1
    print("given up after 4 attempts; nothing was written")
