"""Lists do not wait for a worker that is not at work, or that stands still."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.subscriptions import waiting as waits
from app.subscriptions.runner import Runner
from app.subscriptions.waiting import Waiting
from tests.subscriptions.counting import QUICK, Counting, make_table, record

FOR_EVER = 3600
"""Seconds: a wait that is not given up at once does not end in time."""


async def heartbeat(engine: AsyncEngine, seconds_ago: int) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "insert into worker_heartbeat values"
                " ('w', clock_timestamp() - make_interval(secs => :ago))"
            ),
            {"ago": seconds_ago},
        )


@pytest.mark.parametrize("seconds_ago", [None, 31])
async def test_nobody_waits_for_a_silent_worker(
    engine: AsyncEngine, store: EventStore, tenant: UUID, seconds_ago: int | None
) -> None:
    if seconds_ago is not None:
        await heartbeat(engine, seconds_ago)
    await record(store, tenant, "tally-0")
    assert not await Waiting(engine).wait_while_moving(["one"], tenant, 1, FOR_EVER)


async def test_what_stood_still_is_not_waited_for_again_until_it_moves(
    database_url: str,
    engine: AsyncEngine,
    store: EventStore,
    tenant: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await make_table(database_url)
    await heartbeat(engine, 0)
    await record(store, tenant, "tally-0")
    monkeypatch.setattr(waits, "STUCK", FOR_EVER)
    waiting = Waiting(engine)
    assert not await waiting.wait_while_moving(["one"], tenant, 1, 0.05)
    assert not await waiting.wait_while_moving(["one"], tenant, 1, FOR_EVER)
    await Runner(engine, store, holder="test", pace=QUICK).run(Counting("one"), tenant)
    assert await waiting.wait_while_moving(["one"], tenant, 1, 0.05)
