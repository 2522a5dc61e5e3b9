"""A worker that was stopped past its lease comes back, and may not write any more."""

import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from app.event_store.store import EventStore
from tests.subscriptions.counting import checkpoint, counted, make_table, record
from tests.subscriptions.process import Orders, spawn
from tests.subscriptions.until import until, until_so


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("point", "end"),
    [
        # It read its page, slept, and meets the fence with its first statement.
        ("before_transaction", "fenced_out"),
        # It slept in its transaction: the server has ended that, and with it the row's lock.
        ("in_transaction", "subscription_interrupted"),
    ],
)
async def test_a_worker_stopped_past_its_lease_cannot_write(
    store: EventStore,
    tenant: UUID,
    database_url: str,
    tmp_path: Path,
    started: list[subprocess.Popen[bytes]],
    point: str,
    end: str,
) -> None:
    await make_table(database_url)
    await record(store, tenant, *(f"tally-{n % 3}" for n in range(30)))
    sign, log = tmp_path / "sign", tmp_path / "zombie.log"
    orders = Orders(wait_at=point, sign=str(sign), lease=0.5, batch=100)
    zombie = spawn(database_url, orders, log)
    started.append(zombie)
    await until_so(sign.exists)
    zombie.send_signal(signal.SIGSTOP)
    before = await checkpoint(database_url, tenant)
    heir = spawn(database_url, Orders(lease=0.5, batch=100), tmp_path / "heir.log")
    started.append(heir)
    await until(partial(stands_at, database_url, tenant, 30))
    after = await checkpoint(database_url, tenant)
    whole = {"tally-0": 10, "tally-1": 10, "tally-2": 10}
    assert await counted(database_url, tenant) == whole
    sign.unlink()
    zombie.send_signal(signal.SIGCONT)
    await until_so(lambda: end in log.read_text())
    assert await counted(database_url, tenant) == whole
    await record(store, tenant, "tally-0")
    await until(partial(stands_at, database_url, tenant, 31))
    assert await counted(database_url, tenant) == {**whole, "tally-0": 11}
    assert after["fence"] > before["fence"]
    print(f"{point}: fence {before['fence']} -> {after['fence']}, 31 of 31 counted once: {end}")


async def stands_at(url: str, tenant_id: UUID, least: int) -> bool:
    """The other subscription's effects come after, so the head may be further on."""
    row = await checkpoint(url, tenant_id)
    return row is not None and row["position"] >= least
