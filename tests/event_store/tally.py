"""What the suite writes: tallies, the smallest streams there can be; by command, or raw."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.database_url import driver_url
from app.db import APP_ROLE, open_pool
from app.domain.decider import Decider, Given, On
from app.event_store import statements
from app.event_store.codec import Encoded, Origin, encode, encode_state
from app.event_store.numbering import Numbering
from app.event_store.store import Append, Appended, EventStore, Move, _columns
from app.events.base import Actor, Fact
from app.events.workload import LoadTaken

CLERK = Actor(subject="u-clerk", role="csr")
OCCURRED = datetime(2024, 3, 5, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    count: int = 0
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Notes a label on this tally and, by the same command, on others."""

    label: str
    also: tuple[str, ...] = ()


def decide(command: Add, _state: Tally, _given: Given) -> Sequence[Any]:
    noted = LoadTaken(ticket_id=command.label)
    return [noted, *(On(TALLY.stream(key), noted) for key in command.also)]


def evolve(state: Tally, fact: Fact[LoadTaken]) -> Tally:
    return Tally(count=state.count + 1, last=fact.event.ticket_id)


TALLY: Decider[Add, Tally] = Decider(
    category="tally", initial=Tally(), state_type=Tally, decide=decide, evolve=evolve
)


def handler(store: EventStore, decider: Decider[Any, Any] = TALLY) -> CommandHandler:
    return CommandHandler(
        store, Numbering(store), deciders={"tally": decider}, log_origin="test", build="test"
    )


def envelope(tenant_id: UUID, **said: Any) -> Envelope:
    return Envelope(tenant_id=tenant_id, actor=CLERK, **said)


def encoded(tenant_id: UUID, command_id: UUID, stream_id: str, version: int, label: str) -> Encoded:
    origin = Origin(
        tenant_id=tenant_id,
        log="test",
        build="test",
        command_id=command_id,
        correlation_id=str(command_id),
        causation_id=None,
        channel=None,
    )
    fact = Fact(LoadTaken(ticket_id=label), OCCURRED, CLERK)
    return encode(origin, stream_id, version, uuid4(), fact)


def adding(
    tenant_id: UUID,
    writes: Mapping[str, int],
    *,
    reads: Mapping[str, int] | None = None,
    label: str = "x",
    command_id: UUID | None = None,
    fingerprint: bytes = b"body",
) -> Append:
    """One event on each stream of `writes`, which maps a stream to its expected version."""
    command_id = command_id or uuid4()
    moves = [
        Move(
            stream_id=stream_id,
            expected=expected,
            version=expected + 1,
            fold_version=1,
            state=encode_state(Tally(count=expected + 1, last=label)),
        )
        for stream_id, expected in writes.items()
    ]
    moves += [
        Move(stream_id=stream_id, expected=version, version=version)
        for stream_id, version in (reads or {}).items()
    ]
    events = [
        encoded(tenant_id, command_id, stream_id, expected + 1, label)
        for stream_id, expected in writes.items()
    ]
    return Append(
        command_id=command_id, fingerprint=fingerprint, result="{}", moves=moves, events=events
    )


async def append(store: EventStore, tenant_id: UUID, stream_id: str, expected: int) -> Appended:
    answer = await store.append_to_stream(tenant_id, adding(tenant_id, {stream_id: expected}))
    assert isinstance(answer, Appended), answer
    return answer


async def append_inside(
    connection: asyncpg.Connection, tenant_id: UUID, *appends: Append
) -> list[asyncpg.Record]:
    """The same call as the store's, in whatever transaction the connection is in."""
    rows: list[asyncpg.Record] = await connection.fetch(
        statements.APPEND, tenant_id, *_columns(appends), None
    )
    return rows


async def new_tenant(store: EventStore) -> UUID:
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None)
    return tenant_id


@asynccontextmanager
async def session(url: str, **settings: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the test's own, as the product's role."""
    connection = await asyncpg.connect(
        driver_url(url), server_settings={"role": APP_ROLE, **settings}
    )
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def superuser(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(driver_url(url))
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def open_transaction(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A stranger's transaction, open while the block lasts and rolled back after it."""
    async with superuser(url) as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            yield connection
        finally:
            await transaction.rollback()


@asynccontextmanager
async def processes(url: str, count: int, *, size: int = 2) -> AsyncIterator[list[EventStore]]:
    """Stores that share nothing but the database, as those of several processes do."""
    pools = [await open_pool(url, size=size) for _ in range(count)]
    try:
        yield [EventStore(pool) for pool in pools]
    finally:
        for pool in pools:
            await pool.close()


@asynccontextmanager
async def held_head(url: str, tenant_id: UUID) -> AsyncIterator[asyncpg.Connection]:
    """While it is open, no append of the tenant can get on; what arrives queues up behind it."""
    async with open_transaction(url) as connection:
        await connection.execute("select from head where tenant_id = $1 for update", tenant_id)
        yield connection


async def until_waiting(connection: asyncpg.Connection, count: int) -> None:
    """Until so many sessions of this database stand before a lock."""
    async with asyncio.timeout(10):
        while True:
            waiting = await connection.fetchval(
                "select count(*) from pg_stat_activity "
                "where datname = current_database() and wait_event_type = 'Lock'"
            )
            if waiting >= count:
                return
            await asyncio.sleep(0.002)
