"""A worker that was stopped past its lease comes back, and may not write any more."""

import signal
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from app.event_store.store import EventStore
from tests.subscriptions.counting import checkpoint, counted, make_table, record
from tests.subscriptions.process import Orders, spawned
from tests.subscriptions.until import until, until_so


@pytest.mark.parametrize(
    ("point", "end"),
    [
        # It read a further page, slept, and meets the fence with its first statement.
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
    point: str,
    end: str,
) -> None:
    await make_table(database_url)
    await record(store, tenant, *(f"tally-{n % 3}" for n in range(30)))
    sign, log = tmp_path / "sign", tmp_path / "zombie.log"
    orders = Orders(wait_at=point, sign=str(sign), lease=0.5, batch=10)
    whole = {"tally-0": 10, "tally-1": 10, "tally-2": 10}
    with spawned(database_url, orders, log) as zombie:
        await until_so(sign.exists)
        zombie.send_signal(signal.SIGSTOP)
        before = await checkpoint(database_url, tenant)
        heirs = Orders(lease=0.5, batch=100)
        with spawned(database_url, heirs, tmp_path / "heir.log"):
            await until(partial(stands_at, database_url, tenant, 30))
            after = await checkpoint(database_url, tenant)
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


async def stands_at(url: str, tenant_id: UUID, position: int) -> bool:
    row = await checkpoint(url, tenant_id)
    return row is not None and row["position"] == position
