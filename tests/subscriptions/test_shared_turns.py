"""Subscriptions that read together: one reading and one transaction for all that stand abreast. One
that fails leaves, is parked alone, and comes back."""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import DatabaseUnavailable, tenant_transaction
from app.event_store.store import EventStore
from app.events.base import Recorded
from app.subscriptions.base import Pace, Subscription
from app.subscriptions.checkpoints import Fenced, begin_turn
from app.subscriptions.feeds import Feed, FeedLease, begin_feed
from app.subscriptions.pages import PositionGap
from app.subscriptions.retry import retry_parked
from app.subscriptions.runner import Runner
from app.subscriptions.shared_turn import FeedRunner
from app.subscriptions.together import Together
from tests.event_store.tally import adding, new_tenant, superuser
from tests.subscriptions.counting import (
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

TWENTY = tuple(f"model-{n}" for n in range(20))
GUILTY = "model-7"


class Left:
    """Who left the feed."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, subscription: Subscription, _tenant: UUID) -> None:
        self.names.append(subscription.name)


def feed_of(*models: Subscription) -> Feed:
    return Feed(name="read models", subscriptions=models)


async def run(runner: Runner, tenant: UUID, *models: Subscription) -> list[str]:
    """One shared turn; who left it."""
    left = Left()
    assert await FeedRunner(runner, left).run(feed_of(*models), tenant)
    return left.names


async def begin(
    engine: AsyncEngine, tenant: UUID, *models: Subscription, holder: str = "test"
) -> FeedLease | None:
    return await begin_feed(
        engine, tenant, "read models", models, holder=holder, seconds=60, limit=10
    )


async def positions(url: str, tenant: UUID) -> dict[str, int]:
    async with superuser(url) as connection:
        rows = await connection.fetch(
            "select subscription, position from checkpoint where tenant_id = $1", tenant
        )
    return {row["subscription"]: row["position"] for row in rows}


async def transactions(url: str, tenant: UUID, name: str) -> set[int]:
    """Ids of the transactions that wrote a model's rows."""
    async with superuser(url) as connection:
        rows = await connection.fetch(
            "select distinct xmin::text::bigint as xid from counted"
            " where tenant_id = $1 and name = $2",
            tenant,
            name,
        )
    return {row["xid"] for row in rows}


async def test_all_read_together_and_write_in_one_transaction(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    models = [Counting(name) for name in TWENTY]
    await record(store, tenant, *(f"tally-{n % 3}" for n in range(9)))
    assert await run(runner, tenant, *models) == []
    assert await positions(database_url, tenant) == dict.fromkeys(TWENTY, 9)
    (first,) = [await transactions(database_url, tenant, name) for name in TWENTY[:1]]
    for name in TWENTY:
        assert sum((await counted(database_url, tenant, name)).values()) == 9
        assert await transactions(database_url, tenant, name) == first
    assert len(first) == 1


async def test_one_that_raises_is_parked_alone_and_the_others_go_on(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    async def before(event: Recorded[Any]) -> None:
        if event.position == 14:
            raise Poisonous

    models = [Counting(name) for name in TWENTY]
    models[7].before = before
    await record(store, tenant, *(f"tally-{n % 4}" for n in range(25)))
    assert await run(runner, tenant, *models) == [GUILTY]
    others = dict.fromkeys([name for name in TWENTY if name != GUILTY], 25)
    assert await positions(database_url, tenant) == others | {GUILTY: 10}
    for name in others:
        assert sum((await counted(database_url, tenant, name)).values()) == 25
        assert await parked(database_url, tenant, name) == {}
    await runner.run(models[7], tenant)
    assert list(await parked(database_url, tenant, GUILTY)) == ["tally-1"]
    await record(store, tenant, "tally-0", "tally-1")
    assert await run(runner, tenant, *models) == []
    assert await positions(database_url, tenant) == dict.fromkeys(TWENTY, 27)
    tallies = await counted(database_url, tenant, GUILTY)
    assert tallies == {"tally-0": 8, "tally-1": 3, "tally-2": 6, "tally-3": 6}


@pytest.mark.parametrize("spoil", [lambda one: retyped(one, "from_the_future"), garbled])
async def test_who_does_not_need_an_unreadable_event_goes_on(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str, spoil: Any
) -> None:
    """An unknown type concerns all; a content that nobody else reads only those who want it."""
    needs, other = Counting("needs"), Counting("other")
    other.types = frozenset({"ticket_closed"})
    await record(store, tenant, "tally-0")
    await store.append_to_stream(tenant, spoil(adding(tenant, {"tally-1": 0})))
    await record(store, tenant, "tally-0")
    left = await run(runner, tenant, needs, other)
    assert left == (["needs"] if spoil is garbled else ["needs", "other"])
    for model in (needs, other):
        await runner.run(model, tenant)
    assert await positions(database_url, tenant) == {"needs": 3, "other": 3}
    assert list(await parked(database_url, tenant, "needs")) == ["tally-1"]


async def test_who_is_a_page_behind_catches_up_alone_and_who_is_less_joins(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    far, near, front = Counting("far"), Counting("near"), Counting("front")
    await record(store, tenant, *["tally-0"] * 4)
    await run(runner, tenant, far)
    await record(store, tenant, *["tally-0"] * 8)
    await run(runner, tenant, near)
    await record(store, tenant, *["tally-0"] * 5)
    await run(runner, tenant, front)
    await record(store, tenant, "tally-0")
    assert await run(runner, tenant, far, near, front) == ["far"]
    assert await positions(database_url, tenant) == {"far": 4, "near": 18, "front": 18}
    assert (near.batches[-1], front.batches[-1]) == (6, 1)
    await runner.run(far, tenant)
    for name in ("far", "near", "front"):
        assert await counted(database_url, tenant, name) == {"tally-0": 18}


async def test_who_takes_a_turn_alone_is_not_run_together(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    """So releases that know no feeds may work beside this one."""
    held, free = Counting("held"), Counting("free")
    await record(store, tenant, "tally-0")
    begun = await begin_turn(engine, tenant, held, holder="older release", seconds=60, limit=10)
    assert begun is not None
    assert await run(runner, tenant, held, free) == []
    assert await positions(database_url, tenant) == {"held": 0, "free": 1}
    async with superuser(database_url) as connection:
        await connection.execute("update checkpoint set leased_until = now()")
    assert await run(runner, tenant, held, free) == ["held"]
    assert (await checkpoint(database_url, tenant, "held"))["holder"] == "older release"


async def test_whose_checkpoint_moved_meanwhile_cannot_write(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    """Whoever moved it: another worker, a retry of a parked stream, a switch."""
    one, other = Counting("one"), Counting("other")
    await record(store, tenant, "tally-0")
    lease = await begin(engine, tenant, one, other)
    assert lease is not None
    await runner.run(other, tenant)
    with pytest.raises(Fenced):
        async with tenant_transaction(engine, tenant) as connection:
            await lease.advance(connection, lease.members, 1, release=False)


async def test_a_retry_of_a_parked_stream_fences_the_shared_turn(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    async def before(_event: Recorded[Any]) -> None:
        raise Poisonous

    model = Counting("model", before)
    await record(store, tenant, "tally-1")
    await runner.run(model, tenant)
    await record(store, tenant, "tally-1")
    lease = await begin(engine, tenant, model)
    assert lease is not None
    assert lease.members[0].parked == {"tally-1"}
    model.before = Counting().before
    assert await retry_parked(runner, model, tenant, "tally-1") == 1
    with pytest.raises(Fenced):
        async with tenant_transaction(engine, tenant) as connection:
            await lease.advance(connection, lease.members, 2, release=False)
    await run(runner, tenant, model)
    assert await counted(database_url, tenant, "model") == {"tally-1": 2}


async def test_a_feed_has_one_worker_and_its_death_is_counted_for_each(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    models = Counting("one"), Counting("other")
    await record(store, tenant, "tally-0")
    dead = await begin(engine, tenant, *models, holder="dead")
    assert dead is not None
    assert await begin(engine, tenant, *models) is None
    async with superuser(database_url) as connection:
        await connection.execute("update feed set leased_until = now()")
    assert await run(runner, tenant, *models) == ["one", "other"]
    for model in models:
        row = await checkpoint(database_url, tenant, model.name)
        assert (row["crashes"], row["position"]) == (1, 0)
    with pytest.raises(Fenced):
        async with tenant_transaction(engine, tenant) as connection:
            await dead.advance(connection, dead.members, 1, release=False)
    for model in models:
        await runner.run(model, tenant)
    await record(store, tenant, "tally-0")
    assert await run(runner, tenant, *models) == []
    assert await counted(database_url, tenant, "other") == {"tally-0": 2}


async def test_a_worker_that_lost_the_database_has_not_died(
    engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    model = Counting("model")
    await record(store, tenant, "tally-0")
    assert await begin(engine, tenant, model)
    again = await begin(engine, tenant, model)
    assert again is not None
    assert not again.apart
    assert (await checkpoint(database_url, tenant, "model"))["crashes"] == 0


async def test_nothing_to_do_writes_nothing(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    model = Counting("model")
    await record(store, tenant, "tally-0")
    await run(runner, tenant, model)
    query = "select xmin::text from checkpoint union all select xmin::text from feed"
    async with superuser(database_url) as connection:
        before = await connection.fetch(query)
        assert await begin(engine, tenant, model) is None
        assert await connection.fetch(query) == before


async def test_a_read_model_without_its_table_holds_nobody_up(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    class Tableless(Counting):
        async def handle(
            self, _tenant: UUID, _events: Sequence[Recorded[Any]], connection: AsyncConnection
        ) -> None:
            await connection.execute(text("select * from not_there"))

    await record(store, tenant, "tally-0")
    bad, good = Tableless("bad"), Counting("good")
    assert await run(runner, tenant, bad, good) == ["bad"]
    assert await positions(database_url, tenant) == {"bad": 0, "good": 1}
    with pytest.raises(DatabaseUnavailable):
        await runner.run(bad, tenant)


async def test_a_gap_in_the_positions_stops_the_feed_loudly(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    await record(store, tenant, *["tally-0"] * 5)
    async with superuser(database_url) as connection:
        await connection.execute("alter table event disable trigger user")
        await connection.execute("delete from event where position = 3")
    with pytest.raises(PositionGap, match="4 stands where 3 was"):
        await run(runner, tenant, Counting())
    async with superuser(database_url) as connection:
        assert await connection.fetchval("select holder from feed") is None


async def test_together_the_guilty_one_comes_back_by_itself(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    async def before(event: Recorded[Any]) -> None:
        if event.stream_id == "tally-1":
            raise Poisonous

    guilty, good = Counting("guilty", before), Counting("good")
    together = Together(runner, at_once=2)
    together.run_from_now([guilty, good])
    for rounds in (1, 2):
        await record(store, tenant, *(f"tally-{n % 3}" for n in range(15)))
        together.wake(tenant)
        await until(lambda: _all_stand_at(database_url, tenant, 15 * rounds))  # noqa: B023
    await together.stop()
    assert await counted(database_url, tenant, "good") == dict.fromkeys(
        ("tally-0", "tally-1", "tally-2"), 10
    )
    assert await counted(database_url, tenant, "guilty") == {"tally-0": 10, "tally-2": 10}
    assert list(await parked(database_url, tenant, "guilty")) == ["tally-1"]


async def _all_stand_at(url: str, tenant: UUID, position: int) -> bool:
    found = await positions(url, tenant)
    return bool(found) and set(found.values()) == {position}


async def test_a_long_history_gives_idle_tenants_their_turn(
    engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    """One connection for all: the long one stops after its pages, and the others come first."""
    await make_table(database_url)
    order: list[UUID] = []
    pace = Pace(batch=5, shared_pages=2, lease=2.0)
    runner = Runner(
        engine, store, holder="test", pace=pace, advanced=lambda _n, who, _p: order.append(who)
    )
    await record(store, tenant, *["tally-0"] * 40)
    small = [await new_tenant(store) for _ in range(5)]
    for each in small:
        await record(store, each, "tally-0")
    together = Together(runner, at_once=1)
    together.run_from_now([Counting()])
    for each in (tenant, *small):
        together.wake(each)
    await until(lambda: _all_stand_at(database_url, tenant, 40))
    await together.stop()
    assert order[:7] == [tenant, tenant, *small]
    assert await counted(database_url, tenant) == {"tally-0": 40}


async def test_a_reactor_that_fails_leaves_and_the_others_do_not_react_again(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    class Reacting(Counting):
        reacts = True

        async def handle(
            self, _tenant: UUID, events: Sequence[Recorded[Any]], _connection: AsyncConnection
        ) -> None:
            self.batches.append(len(events))
            for event in events:
                await self.before(event)

    async def before(_event: Recorded[Any]) -> None:
        raise Poisonous

    good, refused = Reacting("good"), Reacting("refused", before)
    await record(store, tenant, "tally-0", "tally-1")
    assert await run(runner, tenant, good, refused) == ["refused"]
    assert await positions(database_url, tenant) == {"good": 2, "refused": 0}
    assert good.batches == [2]
    await runner.run(refused, tenant)
    assert set(await parked(database_url, tenant, "refused")) == {"tally-0", "tally-1"}


@pytest.mark.parametrize("point", ["mid_batch", "before_commit", "after_commit"])
async def test_a_worker_killed_in_a_shared_turn_loses_nothing_and_counts_nothing_twice(
    store: EventStore, tenant: UUID, database_url: str, tmp_path: Path, point: str
) -> None:
    await make_table(database_url)
    names = ("beside-0", "beside-1", "counting")
    for nth in (1, 2):
        await record(store, tenant, *(f"tally-{n % 4}" for n in range(30)))
        orders = Orders(kill_at=point, nth=nth, lease=0.2, beside=2, echo=True)
        with spawned(database_url, orders, tmp_path / "worker.log") as worker:
            assert await died(worker) == -signal.SIGKILL
    with spawned(database_url, Orders(lease=0.2, beside=2, echo=True), tmp_path / "last.log"):
        await until(lambda: _all_stand_at(database_url, tenant, 120))
    for name in names:
        tallies = await counted(database_url, tenant, name)
        assert sum(tallies.values()) == 120
        echoed = {stream: n for stream, n in tallies.items() if "echo" in stream}
        assert sum(echoed.values()) == 60
        assert await parked(database_url, tenant, name) == {}
