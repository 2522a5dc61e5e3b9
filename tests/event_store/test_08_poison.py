"""Events that cannot be handled set their own stream aside, visibly; everything else flows on."""

import signal
import subprocess
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import Appended, EventStore
from app.events.base import Recorded
from app.subscriptions.retry import retry_parked
from app.subscriptions.runner import Runner
from tests.event_store.tally import adding
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
from tests.subscriptions.process import Orders, died, spawned
from tests.subscriptions.spoiling import garbled, retyped
from tests.subscriptions.until import until


async def test_poison_of_three_kinds_sets_three_streams_aside(
    engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    await make_table(database_url)
    await record(store, tenant, *(f"tally-{n % 5}" for n in range(20)))
    for stream, spoil in (
        ("tally-1", lambda append: retyped(append, "from_the_future")),
        ("tally-2", garbled),
    ):
        answer = await store.append_to_stream(tenant, spoil(adding(tenant, {stream: 4})))
        assert isinstance(answer, Appended)
    await record(store, tenant, *(f"tally-{n % 5}" for n in range(20)))
    mended = False

    async def raises(event: Recorded[object]) -> None:
        if event.stream_id == "tally-3" and event.version == 6 and not mended:
            raise Poisonous

    counting = Counting(before=raises)
    runner = Runner(engine, store, holder="test", pace=QUICK)
    assert await runner.run(counting, tenant)
    assert await counted(database_url, tenant) == {
        "tally-0": 8,
        "tally-1": 4,
        "tally-2": 4,
        "tally-3": 5,
        "tally-4": 8,
    }
    rows = await parked(database_url, tenant)
    errors = {stream: row["error"] for stream, row in rows.items()}
    print(f"42 events, 29 of them handled; set aside: {errors}")
    assert errors == {
        "tally-1": "unknown event type from_the_future",
        "tally-2": "undecodable: ValidationError",
        "tally-3": "Poisonous: ",
    }
    assert [rows[f"tally-{n}"]["position"] for n in (1, 2)] == [21, 22]
    assert (await checkpoint(database_url, tenant))["position"] == 42
    mended = True
    assert await retry_parked(runner, counting, tenant, "tally-3") == 3
    assert (await counted(database_url, tenant))["tally-3"] == 8


async def test_an_event_that_kills_the_process_is_found_by_counting_the_deaths(
    store: EventStore, tenant: UUID, database_url: str, tmp_path: Path
) -> None:
    await make_table(database_url)
    await record(store, tenant, *(f"tally-{n % 4}" for n in range(30)))
    fatal = f"fatal-{uuid4()}"
    await store.append_to_stream(tenant, adding(tenant, {"tally-2": 7}, label=fatal))
    await record(store, tenant, *(f"tally-{n % 4}" for n in range(30)))
    log = tmp_path / "worker.log"
    orders = Orders(fatal=fatal, lease=0.2, crashes=3, batch=20)
    deaths: list[tuple[int, int, int | None]] = []
    while not await is_done(database_url, tenant):
        assert len(deaths) < 10
        with spawned(database_url, orders, log) as worker:
            await until(partial(is_over, worker, database_url, tenant))
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
                assert await died(worker) == 0, log.read_text()
                break
            assert worker.returncode == -signal.SIGKILL, log.read_text()
        row = await checkpoint(database_url, tenant)
        deaths.append((row["position"], row["crashes"], row["suspect"]))
    rows = await parked(database_url, tenant)
    print(f"{len(deaths)} deaths; position, crashes and suspect after each: {deaths}")
    assert {stream: row["position"] for stream, row in rows.items()} == {"tally-2": 31}
    assert rows["tally-2"]["error"] == "the worker did not survive this event"
    # With the batch of 20 that it stands in four times, and then alone, written down before.
    assert deaths == [(20, 0, None), (20, 1, None), (20, 2, None), (30, 0, 31)]
    assert await counted(database_url, tenant) == {
        "tally-0": 16,
        "tally-1": 16,
        "tally-2": 7,
        "tally-3": 14,
    }
    assert (await checkpoint(database_url, tenant))["crashes"] == 0


async def is_done(url: str, tenant_id: UUID) -> bool:
    row = await checkpoint(url, tenant_id)
    return row is not None and row["position"] == 61 and row["holder"] is None


async def is_over(worker: subprocess.Popen[bytes], url: str, tenant_id: UUID) -> bool:
    return worker.poll() is not None or await is_done(url, tenant_id)
