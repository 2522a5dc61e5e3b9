"""What a worker could not handle is handled by code that can, without anybody's hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.codec import Encoded, canonical
from app.event_store.store import Append, EventStore
from app.events.base import Recorded
from app.events.registry import EVENTS, SCHEMA_VERSION
from app.events.workload import LoadTaken
from app.subscriptions import checkpoints
from app.subscriptions.supervisor import SubscriptionsToRun
from app.worker import Intervals, Worker
from tests.event_store.tally import adding, handler, superuser
from tests.subscriptions.counting import (
    QUICK,
    Counting,
    Poisonous,
    checkpoint,
    counted,
    make_table,
    parked,
    record,
)
from tests.subscriptions.spoiling import garbled, retyped
from tests.subscriptions.until import until

OLD, NEW = "1.0", "2.0"
LATER = "from_the_future"
NEVER = 600.0


@pytest.fixture(autouse=True)
async def counting_table(database_url: str) -> None:
    await make_table(database_url)


@asynccontextmanager
async def working(
    engine: AsyncEngine, store: EventStore, counting: Counting, build: str
) -> AsyncIterator[None]:
    worker = Worker(
        engine,
        store,
        handler(store),
        SubscriptionsToRun(subscriptions=(counting,), pace=QUICK),
        intervals=Intervals(poll=0.02, due=NEVER, heartbeat=NEVER, take_up=0.02),
        build=build,
    )
    worker.start()
    try:
        yield
    finally:
        await worker.stop()


def of_version(append: Append, version: int) -> Append:
    """The same event in a schema version that nobody here knows."""
    (event,) = append.events
    header = canonical({**orjson.loads(event.header), "sv": version})
    return Append(
        command_id=append.command_id,
        fingerprint=append.fingerprint,
        result=append.result,
        moves=append.moves,
        events=[Encoded(event.stream_id, event.version, event.type, header, event.content)],
    )


def learn_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the registry of a newer release is."""
    monkeypatch.setitem(EVENTS, LATER, LoadTaken)
    monkeypatch.setitem(SCHEMA_VERSION, LATER, 1)
    monkeypatch.setattr(checkpoints, "KNOWN", [*checkpoints.KNOWN, LATER])


def learn_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCHEMA_VERSION, "load_taken", 2)


@pytest.mark.parametrize(
    ("spoil", "needs", "learn"),
    [
        (lambda append: retyped(append, LATER), (LATER, 1), learn_type),
        (lambda append: of_version(append, 2), ("load_taken", 2), learn_version),
    ],
    ids=["type", "version"],
)
async def test_an_event_that_older_code_did_not_know(
    database_url: str,
    engine: AsyncEngine,
    store: EventStore,
    tenant: UUID,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Append], Append],
    needs: tuple[str, int],
    learn: Callable[[pytest.MonkeyPatch], None],
) -> None:
    await record(store, tenant, "tally-0", "tally-1")
    await store.append_to_stream(tenant, spoil(adding(tenant, {"tally-0": 1})))
    await record(store, tenant, "tally-0", "tally-1")
    async with working(engine, store, Counting(), OLD):
        await until(partial(stands_at, database_url, tenant, 5))
        (row,) = (await parked(database_url, tenant)).values()
        assert (row["reason"], row["unknown_type"], row["unknown_version"]) == ("unknown", *needs)
        assert (row["position"], row["attempts"], row["tried_by"]) == (3, 1, [OLD])
        assert await counted(database_url, tenant) == {"tally-0": 1, "tally-1": 2}
    async with working(engine, store, Counting(), NEW):  # another build, but no wiser
        await record(store, tenant, "tally-1")
        await until(partial(stands_at, database_url, tenant, 6))
        assert (await parked(database_url, tenant))["tally-0"]["attempts"] == 1
    learn(monkeypatch)
    async with working(engine, store, Counting(), OLD):  # knowing it is enough
        await until(partial(nothing_is_parked, database_url, tenant))
        await record(store, tenant, "tally-0")
        await until(partial(stands_at, database_url, tenant, 7))
    assert await counted(database_url, tenant) == {"tally-0": 4, "tally-1": 3}


async def test_what_failed_is_tried_once_by_each_other_build(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    tried: list[str] = []

    def in_build(build: str) -> Counting:
        async def before(event: Recorded[Any]) -> None:
            if event.stream_id == "tally-1":
                tried.append(build)
                if build != NEW:
                    raise Poisonous

        return Counting(before=before)

    await record(store, tenant, "tally-0", "tally-1")
    await store.append_to_stream(tenant, garbled(adding(tenant, {"tally-2": 0})))
    async with working(engine, store, in_build(OLD), OLD):
        await until(partial(stands_at, database_url, tenant, 3))
        await record(store, tenant, "tally-0")
        await until(partial(stands_at, database_url, tenant, 4))
    at_first = len(tried)
    assert at_first >= QUICK.tries
    for build in ("1.1", "1.1", OLD):
        async with working(engine, store, in_build(build), build):
            await until(partial(was_tried_by, database_url, tenant, "1.1"))
            await record(store, tenant, "tally-0")
            head = (await store.load(tenant, [])).position
            await until(partial(stands_at, database_url, tenant, head))
    assert tried[at_first:] == ["1.1"]
    async with working(engine, store, in_build(NEW), NEW):
        await until(partial(was_tried_by, database_url, tenant, NEW, "tally-2"))
        assert set(await parked(database_url, tenant)) == {"tally-2"}, "nobody can read it"
    assert (await counted(database_url, tenant))["tally-1"] == 1


async def test_what_a_worker_did_not_survive_is_left_to_a_person(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    await record(store, tenant, "tally-0", "tally-1")
    async with working(engine, store, Counting(before=poison), OLD):
        await until(partial(stands_at, database_url, tenant, 2))
    async with superuser(database_url) as connection:
        await connection.execute("update parked set reason = 'crashed'")
    counting = Counting()
    async with working(engine, store, counting, NEW):
        for position in (3, 4):
            await record(store, tenant, "tally-0")
            await until(partial(stands_at, database_url, tenant, position))
    assert list(await parked(database_url, tenant)) == ["tally-1"]


async def poison(event: Recorded[Any]) -> None:
    if event.stream_id == "tally-1":
        raise Poisonous


async def stands_at(url: str, tenant_id: UUID, position: int) -> bool:
    row = await checkpoint(url, tenant_id)
    return row is not None and row["position"] == position


async def nothing_is_parked(url: str, tenant_id: UUID) -> bool:
    return not await parked(url, tenant_id)


async def was_tried_by(url: str, tenant_id: UUID, build: str, *streams: str) -> bool:
    rows = await parked(url, tenant_id)
    return all(build in rows[name]["tried_by"] for name in streams or rows)
