"""A reactor's orders: given once each, however often its events come by."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tenant_transaction
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition
from app.event_store.folding import state_of
from app.event_store.store import EventStore
from app.events.base import Recorded
from app.reactors.base import Look, Order, Reactor, ReactorSubscription
from app.subscriptions.builds import open_owner_engine
from app.subscriptions.runner import Runner
from app.subscriptions.start_positions import ensure_reactors
from tests.event_store.tally import TALLY, Add, Tally, decide, evolve, handler
from tests.subscriptions.counting import QUICK, parked, record

NAME = "echoing"
BACK = text("update checkpoint set position = 0 where subscription = :name")


async def echo(event: Recorded[Any], look: Look) -> Sequence[Order]:
    """Each tally is noted twice on an echo of its own; echoes have none."""
    if event.stream_id.startswith("tally-echo"):
        return []
    key = event.stream_id.removeprefix("tally-")
    seen = await look.state_of(TALLY.stream(key))
    assert seen.count >= event.version
    order = Order(stream=TALLY.stream(f"echo-{key}"), command=Add(label=event.event_id))
    return [order, order]


ECHO = Reactor(name=NAME, types=frozenset({"load_taken"}), react=echo)


@pytest.fixture
def runner(engine: AsyncEngine, store: EventStore) -> Runner:
    return Runner(engine, store, holder="test", pace=QUICK)


async def count(store: EventStore, tenant: UUID, key: str) -> int:
    tally = await state_of(store, tenant, TALLY.stream(key))
    return tally.count


async def begin_again(engine: AsyncEngine, tenant: UUID) -> None:
    async with tenant_transaction(engine, tenant) as connection:
        await connection.execute(BACK, {"name": NAME})


async def test_an_event_that_comes_again_orders_nothing_new(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    reacting = ReactorSubscription(reactor=ECHO, handler=handler(store), store=store)
    await record(store, tenant, "tally-0", "tally-0", "tally-1")
    for _ in range(3):
        await runner.run(reacting, tenant)
        assert await count(store, tenant, "echo-0") == 4
        assert await count(store, tenant, "echo-1") == 2
        await begin_again(engine, tenant)


async def test_what_is_ordered_tells_its_cause(
    runner: Runner, store: EventStore, tenant: UUID
) -> None:
    await record(store, tenant, "tally-0")
    await runner.run(ReactorSubscription(reactor=ECHO, handler=handler(store), store=store), tenant)
    (cause,) = [event async for event in store.read_stream(tenant, "tally-0")]
    first, second = [event async for event in store.read_stream(tenant, "tally-echo-0")]
    assert {first.causation_id, second.causation_id} == {cause.event_id}
    assert {first.correlation_id, second.correlation_id} == {cause.correlation_id}
    assert first.actor.role == "system"
    assert first.command_id != second.command_id


async def test_a_refused_order_sets_the_stream_aside_and_the_others_go_on(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    def refuse_some(command: Add, state: Tally, given: Given) -> Sequence[Any]:
        if state.count >= 2:
            raise IllegalTransition("illegal_transition", command="Add", status="full")
        return decide(command, state, given)

    full: Decider[Add, Tally] = Decider(
        category="tally", initial=Tally(), state_type=Tally, decide=refuse_some, evolve=evolve
    )

    async def fill(event: Recorded[Any], _look: Look) -> Sequence[Order]:
        if event.stream_id.startswith("tally-echo"):
            return []
        key = event.stream_id.removeprefix("tally-")
        order = Order(stream=full.stream(f"echo-{key}"), command=Add(label="x"))
        return [order, order]

    filling = Reactor(name=NAME, types=frozenset({"load_taken"}), react=fill)
    await record(store, tenant, "tally-0", "tally-0", "tally-1")
    await runner.run(
        ReactorSubscription(reactor=filling, handler=handler(store, full), store=store), tenant
    )
    assert await count(store, tenant, "echo-0") == 2
    assert await count(store, tenant, "echo-1") == 2
    assert set(await parked(database_url, tenant, NAME)) == {"tally-0"}


async def test_a_new_reactor_does_nothing_about_what_was_before_it(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    await record(store, tenant, "tally-0")
    owner = open_owner_engine(database_url)
    try:
        assert await ensure_reactors(owner, [NAME]) == [NAME]
        reacting = ReactorSubscription(reactor=ECHO, handler=handler(store), store=store)
        await runner.run(reacting, tenant)
        assert await count(store, tenant, "echo-0") == 0
        await record(store, tenant, "tally-0")
        assert await ensure_reactors(owner, [NAME]) == []
        await runner.run(reacting, tenant)
        assert await count(store, tenant, "echo-0") == 2
    finally:
        await owner.dispose()
