"""A clock that is wrong is not believed: nothing lapses, nothing is recorded, and when it is right
again everything goes on at once.

The database's clock is moved as in `test_09_clocks`, by minutes from the real time.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from app.clock_watch import ClockInDoubt, ClockWatch
from app.command_handler import CommandHandler
from app.db import open_engine, open_pool
from app.event_store.numbering import Numbering
from app.event_store.store import EventStore
from app.use_cases.readiness import readiness
from app.worker import LapseRecorder
from tests.event_store.tally import TALLY, Add, adding, envelope, superuser
from tests.subscriptions.test_worker import LAPSING

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)
HOURS = timedelta(hours=3)


class Times:
    """The wall clock and the steady clock of a process."""

    def __init__(self) -> None:
        self.wall_time = NOON
        self.steady_time = 1000.0

    def watch(self) -> ClockWatch:
        return ClockWatch(wall=lambda: self.wall_time, steady=lambda: self.steady_time)

    def go_on(self, seconds: float) -> None:
        self.wall_time += timedelta(seconds=seconds)
        self.steady_time += seconds


@pytest.mark.parametrize("hours", [HOURS, -HOURS])
def test_either_clock_alone_is_in_doubt_and_believed_at_once_when_it_is_right(
    hours: timedelta,
) -> None:
    times = Times()
    watch = times.watch()
    assert watch.agree(NOON)
    for _ in range(3):
        times.go_on(600)
        assert not watch.agree(times.wall_time + hours), "the database's"
        assert watch.agree(times.wall_time)
        times.wall_time += hours
        assert not watch.agree(times.wall_time - hours), "the process's"
        times.wall_time -= hours
        assert watch.agree(times.wall_time)


def test_a_minute_is_no_difference() -> None:
    times = Times()
    watch = times.watch()
    for seconds, agree in ((59, True), (-59, True), (61, False), (-61, False), (60, True)):
        assert watch.agree(NOON + timedelta(seconds=seconds)) is agree


def test_both_clocks_of_one_machine_are_held_against_the_steady_one() -> None:
    times = Times()
    watch = times.watch()
    assert watch.agree(NOON)
    times.go_on(10)
    times.wall_time += HOURS
    assert not watch.agree(times.wall_time)
    times.go_on(10)
    assert not watch.agree(times.wall_time)
    times.wall_time -= HOURS
    assert watch.agree(times.wall_time), "ten seconds later all is well"


def test_a_clock_that_was_set_right_is_taken_after_five_minutes() -> None:
    times = Times()
    watch = times.watch()
    assert watch.agree(NOON)
    times.wall_time += HOURS
    for _ in range(5):
        assert not watch.agree(times.wall_time)
        times.go_on(60)
    assert watch.agree(times.wall_time)
    times.go_on(1)
    assert watch.agree(times.wall_time)


def test_slow_drift_is_followed() -> None:
    times = Times()
    watch = times.watch()
    for _ in range(100):
        times.go_on(3600)
        times.wall_time += timedelta(seconds=2)
        assert watch.agree(times.wall_time)


def test_a_process_that_starts_believes_no_time_before_the_last_heartbeat() -> None:
    times = Times()
    watch = times.watch()
    assert not watch.agree(NOON, NOON + HOURS)
    assert times.watch().agree(NOON, NOON - HOURS), "there was no worker for a while"
    times.go_on(1)
    assert watch.agree(times.wall_time, times.wall_time - timedelta(seconds=5)), "a worker beats"


MOVABLE = """
create schema moved;
create table moved.clock (by interval not null);
insert into moved.clock values ('0');
create function moved.clock_timestamp() returns timestamptz language sql volatile security definer
as 'select pg_catalog.clock_timestamp() + by from moved.clock';
grant usage on schema moved to public;
alter database {database} set search_path = moved, pg_catalog, public;
"""


class DatabaseClock:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def move(self, by: timedelta) -> None:
        await self._connection.execute("update moved.clock set by = $1", by)


@pytest.fixture
async def database_clock(database_url: str) -> AsyncIterator[DatabaseClock]:
    async with superuser(database_url) as connection:
        await connection.execute(MOVABLE.format(database=make_url(database_url).database))
        yield DatabaseClock(connection)


@asynccontextmanager
async def watching_store(url: str) -> AsyncIterator[tuple[EventStore, ClockWatch]]:
    watch = ClockWatch()
    pool = await open_pool(url, size=2)
    yield EventStore(pool, clock=watch), watch
    await pool.close()


def handler_of(store: EventStore, watch: ClockWatch, decider: Any = TALLY) -> CommandHandler:
    return CommandHandler(
        store,
        Numbering(store),
        deciders={"tally": decider},
        log_origin="test",
        build="test",
        clock=watch,
    )


@pytest.mark.parametrize("by", [HOURS, -HOURS])
async def test_commands_are_refused_and_leave_no_trace_in_the_tenants_time(
    database_url: str, database_clock: DatabaseClock, tenant: UUID, by: timedelta
) -> None:
    async with watching_store(database_url) as (store, watch):
        commands = handler_of(store, watch)
        said = envelope(tenant, command_id=uuid4(), fingerprint=b"body")
        await commands.handle(TALLY.stream("a"), Add(label="1"), envelope(tenant))
        await commands.handle(TALLY.stream("a"), Add(label="2"), said)
        await database_clock.move(by)
        with pytest.raises(ClockInDoubt):
            await commands.handle(TALLY.stream("a"), Add(label="3"), envelope(tenant))
        assert (await commands.handle(TALLY.stream("a"), Add(label="2"), said)).replayed
        await database_clock.move(timedelta())
        outcome = await commands.handle(TALLY.stream("a"), Add(label="3"), envelope(tenant))
        assert outcome.version == 3
        assert abs(outcome.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("streams", [("tally-a",), ("tally-a", "tally-b")])
async def test_so_is_an_append_whose_clock_was_set_after_the_load(
    database_url: str, database_clock: DatabaseClock, tenant: UUID, streams: tuple[str, ...]
) -> None:
    """By both functions: one stream, and several."""
    async with watching_store(database_url) as (store, _):
        await database_clock.move(HOURS)
        with pytest.raises(ClockInDoubt):
            await store.append_to_stream(tenant, adding(tenant, dict.fromkeys(streams, 0)))
        await database_clock.move(timedelta())
        loaded = await store.load(tenant, list(streams))
        assert (loaded.position, dict(loaded.streams)) == (0, {})
        assert loaded.now - datetime.now(UTC) < timedelta(minutes=1), "the head was not moved"


async def test_a_sandbox_has_a_clock_of_its_own(
    database_url: str, database_clock: DatabaseClock
) -> None:
    tenant = uuid4()
    async with watching_store(database_url) as (store, watch):
        await store.open_tenant(tenant, timezone="Asia/Shanghai", sandbox=True, clock=NOON)
        await database_clock.move(HOURS)
        outcome = await handler_of(store, watch).handle(
            TALLY.stream("a"), Add(label="1"), envelope(tenant)
        )
        assert outcome.at == NOON


async def test_readiness_says_clock(database_url: str, database_clock: DatabaseClock) -> None:
    engine, watch = open_engine(database_url, size=1), ClockWatch()
    try:
        assert (await readiness(engine, watch))["clock"] == "ok"
        await database_clock.move(HOURS)
        assert (await readiness(engine, watch))["clock"] == "in_doubt"
        await database_clock.move(timedelta())
        assert (await readiness(engine, watch))["clock"] == "ok"
        async with superuser(database_url) as connection:
            await connection.execute(
                "insert into worker_heartbeat"
                " values ('elsewhere', clock_timestamp(), clock_timestamp() - interval '3 h')"
            )
        assert (await readiness(engine, watch))["clock"] == "in_doubt", "a worker's is wrong"
    finally:
        await engine.dispose()


async def test_nothing_lapses_and_then_all_at_once(
    database_url: str, database_clock: DatabaseClock, tenant: UUID
) -> None:
    async with watching_store(database_url) as (store, watch):
        lapsing = handler_of(store, watch, LAPSING)
        recorder = LapseRecorder(store, lapsing, clock=watch)
        await recorder.round()
        await lapsing.handle(LAPSING.stream("a"), Add(label="1"), envelope(tenant))
        await database_clock.move(HOURS)
        await recorder.round()
        with pytest.raises(ClockInDoubt):
            await lapsing.lapse(tenant, "tally-a")
        assert (await store.load(tenant, [])).position == 1
        await database_clock.move(timedelta())
        await recorder.round()
        assert (await store.load(tenant, [])).position == 2
