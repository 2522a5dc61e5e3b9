"""Waiting until subscriptions have seen what was recorded."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.subscriptions.runner import Runner
from app.subscriptions.waiting import Waiting
from tests.subscriptions.counting import QUICK, Counting, make_table, record


@pytest.fixture
async def counting_table(database_url: str) -> None:
    await make_table(database_url)


@pytest.mark.usefixtures("counting_table")
async def test_it_ends_with_the_last_of_the_subscriptions(
    engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    waiting = Waiting(engine, shortest=30, longest=30)  # only a wake-up ends it in time
    runner = Runner(engine, store, holder="test", pace=QUICK, advanced=waiting.advanced)
    await record(store, tenant, *["tally-0"] * 15)
    both = asyncio.create_task(waiting.wait_until(["one", "two"], tenant, 15, 25))
    await runner.run(Counting("one"), tenant)
    assert not await waiting.wait_until(["one", "two"], tenant, 15, 0)
    assert not both.done()
    await runner.run(Counting("two"), tenant)
    assert await both


@pytest.mark.usefixtures("counting_table")
async def test_another_process_is_polled(
    engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    runner = Runner(engine, store, holder="test", pace=QUICK)
    await record(store, tenant, "tally-0")
    waiting = asyncio.create_task(Waiting(engine).wait_until(["one"], tenant, 1, 20))
    await runner.run(Counting("one"), tenant)
    assert await waiting


async def test_nobody_at_work_is_waited_for_no_longer_than_was_said(
    engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    await record(store, tenant, "tally-0")
    assert not await Waiting(engine).wait_until(["one"], tenant, 1, 0.05)
    assert await Waiting(engine).wait_until(["one"], tenant, 0, 0.05)
    assert await Waiting(engine).settle(["one"], tenant, 0.05) is None
