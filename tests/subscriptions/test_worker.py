"""A worker as a whole: woken or polling, lapsing what is due, starting and stopping well."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.build import build_version
from app.domain.decider import Decider
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Fact, Recorded
from app.events.workload import LoadReleased
from app.subscriptions.builds import open_owner_engine
from app.subscriptions.start_positions import ensure_reactors
from app.subscriptions.supervisor import SubscriptionsToRun
from app.subscriptions.wakeups import Wakeups
from app.telemetry import render_metrics
from app.use_cases.installation import Installation
from app.worker import Intervals, LapseRecorder, Worker
from tests.event_store.tally import TALLY, Add, Tally, adding, envelope, handler, superuser
from tests.subscriptions.counting import (
    QUICK,
    Counting,
    Poisonous,
    checkpoint,
    counted,
    make_table,
    record,
)
from tests.subscriptions.until import until, until_so

NEVER = 600.0
PAST = datetime(2024, 3, 5, tzinfo=UTC)


@asynccontextmanager
async def working(
    url: str,
    engine: AsyncEngine,
    store: EventStore,
    *subscriptions: Counting,
    poll: float = 0.05,
    wakeups: Wakeups | None = None,
) -> AsyncIterator[Worker]:
    worker = Worker(
        engine,
        store,
        handler(store),
        SubscriptionsToRun(subscriptions=subscriptions, pace=QUICK),
        wakeups=wakeups,
        intervals=Intervals(poll=poll, due=NEVER, heartbeat=0.05, take_up=0.05),
    )
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def stands_at(url: str, tenant_id: UUID, position: int) -> bool:
    row = await checkpoint(url, tenant_id)
    return row is not None and row["position"] == position


@pytest.fixture(autouse=True)
async def counting_table(database_url: str) -> None:
    await make_table(database_url)


async def test_polling_alone_finds_everything(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    wakeups = Wakeups(database_url, on=False)
    async with working(database_url, engine, store, Counting(), wakeups=wakeups):
        await record(store, tenant, *["tally-0"] * 25)
        await until(partial(stands_at, database_url, tenant, 25))
    assert await counted(database_url, tenant) == {"tally-0": 25}


async def test_a_wake_up_spares_the_poll(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    wakeups = Wakeups(database_url)
    other = Wakeups(database_url)
    async with working(
        database_url, engine, store, Counting(), poll=NEVER, wakeups=wakeups
    ) as worker:
        await until(partial(beats, database_url, worker.id))
        wakeups.start()
        other.start()
        await record(store, tenant, "tally-0")
        wakeups.appended(tenant)
        await until(partial(stands_at, database_url, tenant, 1))
        await record(store, tenant, "tally-0")
        other.appended(tenant)  # as another process does
        await until(partial(stands_at, database_url, tenant, 2))
    await wakeups.stop()
    await other.stop()


async def test_two_workers_share_the_tenants_and_count_once(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    tenants = [tenant]
    for _ in range(7):
        tenants.append(uuid4())
        await store.open_tenant(tenants[-1], timezone="UTC", sandbox=False, clock=None)
    async with (
        working(database_url, engine, store, Counting()),
        working(database_url, engine, store, Counting()),
    ):
        for n in range(60):
            await record(store, tenants[n % 8], f"tally-{n % 3}")
        for each in tenants:
            position = (await store.load(each, [])).position
            await until(partial(stands_at, database_url, each, position))
    events = [sum((await counted(database_url, each)).values()) for each in tenants]
    assert sum(events) == 60


async def test_a_stopped_worker_gives_back_its_leases_and_its_heartbeat(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    begun = False

    async def before(_event: Recorded[Any]) -> None:
        nonlocal begun
        begun = True

    await record(store, tenant, *["tally-0"] * 300)
    async with working(database_url, engine, store, Counting(before=before)) as worker:
        await until(partial(beats, database_url, worker.id))
        await until_so(lambda: begun)
    row = await checkpoint(database_url, tenant)
    assert row["holder"] is None
    assert row["position"] % QUICK.batch == 0
    assert not await beats(database_url, worker.id)
    assert sum((await counted(database_url, tenant)).values()) == row["position"]


async def test_lag_and_parked_streams_are_shown(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    """Without a worker, with one, and after it: the database knows."""

    async def before(event: Recorded[Any]) -> None:
        if event.stream_id == "tally-1":
            raise Poisonous

    installation = Installation(engine, None, kept=0)

    async def shows(*lines: str) -> bool:
        text = render_metrics(await installation.figures()).decode()
        return all(f"\n{line}\n" in text for line in lines)

    owner = open_owner_engine(database_url)
    await ensure_reactors(owner, ["shown"])
    await owner.dispose()
    named = 'subscription="shown"'
    lag = f"suyuan_subscription_lag_events{{{named}}}"
    oldest = f"suyuan_subscription_oldest_unhandled_seconds{{{named}}}"
    parked_here = f'suyuan_subscription_parked_streams{{reason="failed",{named}}}'
    await record(store, tenant, "tally-0", "tally-1", "tally-2")
    assert await shows(f"{lag} 3.0", f"{parked_here} 0.0", "suyuan_worker_silence_seconds +Inf")
    assert not await shows(f"{oldest} 0.0")
    async with working(database_url, engine, store, Counting("shown", before)) as worker:
        await until(partial(shows, f"{lag} 0.0", f"{oldest} 0.0", f"{parked_here} 1.0"))
        await until(partial(beats, database_url, worker.id))
        assert await shows(f'suyuan_workers{{build="{build_version()}"}} 1.0')
    assert await shows(f"{parked_here} 1.0", 'suyuan_tenants{kind="real"} 1.0')
    assert not await shows(f'suyuan_workers{{build="{build_version()}"}} 1.0')


async def beats(url: str, worker_id: str) -> bool:
    async with superuser(url) as connection:
        query = "select count(*) from worker_heartbeat where worker_id = $1"
        return bool(await connection.fetchval(query, worker_id))


# ------------------------------------------------------------------------------------------ lapsing


@dataclass(frozen=True, slots=True)
class Lapses:
    """A tally lapses once, after its first event."""

    def due(self, state: Tally) -> datetime | None:
        return PAST if state.count == 1 else None

    def lapse(self, state: Tally, _now: datetime) -> Sequence[Fact[Any]]:
        return [Fact(LoadReleased(ticket_id="late"), PAST, SYSTEM)] if state.count == 1 else ()


LAPSING: Decider[Add, Tally] = replace(TALLY, next_due=Lapses().due, lapse=Lapses().lapse)


async def test_what_is_due_lapses_whatever_fails_beside_it(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    lapsing = handler(store, LAPSING)
    for n in range(5):
        await lapsing.handle(LAPSING.stream(f"{n}"), Add(label="x"), envelope(tenant))
    unknown = adding(tenant, {"unknown-1": 0})
    moves = [replace(move, next_due_at=PAST) for move in unknown.moves]
    await store.append_to_stream(tenant, replace(unknown, moves=moves))
    assert len(await store.due(10)) == 6
    both = [LapseRecorder(store, lapsing, limit=2) for _ in range(2)]
    for _ in range(4):
        for each in both:
            await each.round()
    assert await store.due(10) == [(tenant, "unknown-1")]
    events = await store.read_all(tenant, after=0, limit=100, types=["load_released"])
    assert sorted(event.stream_id for event in events) == [f"tally-{n}" for n in range(5)]
    assert {event.occurred_at for event in events} == {PAST}
