"""`recorded_at` is the database's word and never goes back; order is by position, never by time.

The database's clock is moved by a `clock_timestamp()` of the test's own, in a schema that this
database searches before `pg_catalog`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from app.db import open_pool
from app.event_store.codec import leaf_hash
from app.event_store.store import EventStore
from tests.event_store.history import proven, tailing
from tests.event_store.tally import (
    TALLY,
    Add,
    adding,
    append,
    append_inside,
    envelope,
    handler,
    session,
    superuser,
)

SHADOW = """
create schema shifted;
create table shifted.clock (at timestamptz not null);
insert into shifted.clock values (pg_catalog.clock_timestamp());
create function shifted.clock_timestamp() returns timestamptz
language sql volatile security definer as 'select at from shifted.clock';
grant usage on schema shifted to public;
alter database {database} set search_path = shifted, pg_catalog, public;
"""


class Clock:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def set(self, at: datetime) -> None:
        await self._connection.execute("update shifted.clock set at = $1", at)


@pytest.fixture
async def clock(database_url: str) -> AsyncIterator[Clock]:
    """Before the `store` of a test connects: the search path is read at connection."""
    async with superuser(database_url) as connection:
        await connection.execute(SHADOW.format(database=make_url(database_url).database))
        yield Clock(connection)


@asynccontextmanager
async def store_of(url: str) -> AsyncIterator[EventStore]:
    pool = await open_pool(url, size=2)
    yield EventStore(pool)
    await pool.close()


async def test_the_clock_of_the_database_stepped_back_moves_nothing_back(
    clock: Clock, database_url: str, tenant: UUID
) -> None:
    noon = datetime(2024, 3, 5, 12, tzinfo=UTC)
    steps = [0, 600, -600, -86_400, 60, 601, -3600 * 24 * 365, 602]
    written, seen = [], []
    async with store_of(database_url) as store, tailing(store, tenant) as (tail,):
        for version, step in enumerate(steps):
            await clock.set(noon + timedelta(seconds=step))
            written.append((await append(store, tenant, "tally-a", version)).recorded_at)
            seen.append((await store.load(tenant, [])).now)
        await tail.until(len(steps))
    assert [(at - noon).seconds for at in written] == [0, 600, 600, 600, 600, 601, 601, 602]
    assert seen == written, "what a command takes for now is never before what was recorded"
    assert tail.saw_all_in_order(len(steps))
    await proven(database_url, tenant)
    back = sum(b < a for a, b in pairwise(steps))
    print(f"{len(steps)} appends, the clock stepped back {back} times: recorded_at 0 times")


async def test_the_clock_of_the_application_counts_for_nothing(
    clock: Clock, database_url: str, tenant: UUID
) -> None:
    far = datetime(2031, 1, 1, tzinfo=UTC)
    await clock.set(far)
    async with store_of(database_url) as store:
        outcomes = [
            await handler(store).handle(
                TALLY.stream("a"), Add(label="x"), envelope(tenant, occurred_at=occurred)
            )
            for minutes in (10, -10, 0)
            for occurred in (far + timedelta(minutes=minutes),)
        ]
        implied = await handler(store).handle(TALLY.stream("a"), Add(label="x"), envelope(tenant))
        events = await store.read_all(tenant, after=0, limit=10)
    assert {outcome.at for outcome in (*outcomes, implied)} == {far}
    assert [event.occurred_at - far for event in events] == [
        timedelta(minutes=minutes) for minutes in (10, -10, 0, 0)
    ]
    assert [event.position for event in events] == [1, 2, 3, 4]
    print("4 events recorded in 2031 by the database's clock; occurred ±10 min, order by position")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu"])
async def test_the_zone_of_a_session_changes_no_stored_byte(
    database_url: str, store: EventStore, tenant: UUID, zone: str
) -> None:
    async with session(database_url, timezone=zone, datestyle="German") as elsewhere:
        for version in range(4):
            added = adding(tenant, {"tally-a": version})
            (row,) = await append_inside(elsewhere, tenant, added)
            header = added.events[0].header
            assert bytes(row["leaf"]) == leaf_hash(version + 1, row["recorded_at"], header)
    events = [event async for event in store.read_stream(tenant, "tally-a")]
    assert [event.version for event in events] == [1, 2, 3, 4]
    await proven(database_url, tenant)
    print(f"{zone}: {len(events)} leaves as computed in UTC")


async def test_a_night_that_has_an_hour_twice(
    clock: Clock, database_url: str, tenant: UUID
) -> None:
    """New York, 3 November 2024: 01:30 comes at 05:30 and again at 06:30 UTC."""
    new_york = ZoneInfo("America/New_York")
    half_past = datetime(2024, 11, 3, 1, 30, tzinfo=new_york)
    async with store_of(database_url) as store:
        for version, occurred in enumerate((half_past, half_past.replace(fold=1))):
            await clock.set(occurred.astimezone(UTC))
            await handler(store).handle(
                TALLY.stream("a"), Add(label=f"{version}"), envelope(tenant, occurred_at=occurred)
            )
        first, second = await store.read_all(tenant, after=0, limit=10)
    assert second.recorded_at - first.recorded_at == timedelta(hours=1)
    assert second.occurred_at - first.occurred_at == timedelta(hours=1)
    assert (first.position, second.position) == (1, 2)
    print("01:30 twice: 2 events, one hour apart")


async def test_order_is_by_position_whatever_the_times_say(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    """As a superuser might leave it: every time of a tenant turned round."""
    for version in range(6):
        await append(store, tenant, "tally-a", version)
    async with superuser(database_url) as connection:
        await connection.execute("alter table event disable trigger user")
        await connection.execute("update event set recorded_at = now() - position * interval '1 d'")
        await connection.execute("vacuum full event")
    everything = await store.read_all(tenant, after=0, limit=10)
    by_stream = [event async for event in store.read_stream(tenant, "tally-a")]
    assert [event.position for event in everything] == [1, 2, 3, 4, 5, 6]
    assert [event.version for event in by_stream] == [1, 2, 3, 4, 5, 6]
    assert everything[0].recorded_at > everything[-1].recorded_at
    print("6 events with their times reversed: read in order of position")
