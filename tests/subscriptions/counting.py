"""A subscription that counts, in a table of its own, and fails where it is told to."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.event_store.store import EventStore
from app.events.base import Recorded
from app.subscriptions.base import Pace
from tests.event_store.tally import adding, superuser

QUICK = Pace(batch=10, lease=2.0, tries=3, back_off=0.001)

TABLE = """
create table counted (
    tenant_id uuid not null, name text not null, stream_id text not null,
    events int not null, last_version int not null, in_order boolean not null,
    primary key (tenant_id, name, stream_id));
alter table counted enable row level security;
create policy tenant_wall on counted
    using (tenant_id = current_setting('suyuan.tenant_id')::uuid);
grant select, insert, update on counted to suyuan_app;
"""

COUNT = text("""
insert into counted as c (tenant_id, name, stream_id, events, last_version, in_order)
values (:tenant, :name, :stream, 1, :version, :version = 1)
on conflict (tenant_id, name, stream_id) do update
set events = c.events + 1, last_version = excluded.last_version,
    in_order = c.in_order and excluded.last_version = c.last_version + 1
""")


class Poisonous(Exception):
    """What a handler with a mistake in it raises."""


async def nothing(_event: Recorded[Any]) -> None: ...


class Counting:
    """`before(event)` is awaited for each event, inside the batch's transaction."""

    reacts = False
    types: frozenset[str] | None = None

    def __init__(
        self,
        name: str = "counting",
        before: Callable[[Recorded[Any]], Awaitable[None]] = nothing,
    ) -> None:
        self.name = name
        self.before = before
        self.batches: list[int] = []

    async def handle(
        self, tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection
    ) -> None:
        self.batches.append(len(events))
        for event in events:
            await self.before(event)
            values = {"tenant": tenant_id, "name": self.name, "stream": event.stream_id}
            await connection.execute(COUNT, {**values, "version": event.version})


async def make_table(url: str) -> None:
    async with superuser(url) as connection:
        await connection.execute(TABLE)


async def counted(url: str, tenant_id: UUID, name: str = "counting") -> dict[str, int]:
    """Events by stream. Every stream was counted in the order of its versions."""
    async with superuser(url) as connection:
        rows = await connection.fetch(
            "select * from counted where tenant_id = $1 and name = $2", tenant_id, name
        )
    assert all(row["in_order"] for row in rows), "a stream was not handled in order"
    return {row["stream_id"]: row["events"] for row in rows}


async def checkpoint(url: str, tenant_id: UUID, name: str = "counting") -> Any:
    async with superuser(url) as connection:
        return await connection.fetchrow(
            "select * from checkpoint where tenant_id = $1 and subscription = $2", tenant_id, name
        )


async def parked(url: str, tenant_id: UUID, name: str = "counting") -> dict[str, Any]:
    async with superuser(url) as connection:
        rows = await connection.fetch(
            "select * from parked where tenant_id = $1 and subscription = $2", tenant_id, name
        )
    return {row["stream_id"]: row for row in rows}


async def record(store: EventStore, tenant_id: UUID, *streams: str) -> dict[str, int]:
    """One event on each, in this order; a stream may be named often. Answers their versions."""
    versions: dict[str, int] = {}
    loaded = await store.load(tenant_id, list(set(streams)))
    for stream_id in streams:
        known = loaded.streams.get(stream_id)
        expected = versions.get(stream_id, known.version if known else 0)
        await store.append_to_stream(tenant_id, adding(tenant_id, {stream_id: expected}))
        versions[stream_id] = expected + 1
    return versions
