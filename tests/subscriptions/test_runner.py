"""A runner at work: batches, leases, and streams that are set aside and brought back."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tenant_transaction
from app.event_store.store import EventStore
from app.events.base import Recorded
from app.subscriptions.checkpoints import Fenced, begin_turn
from app.subscriptions.pages import PositionGap
from app.subscriptions.retry import StillFailing, retry_parked
from app.subscriptions.runner import Runner
from tests.event_store.tally import adding, superuser
from tests.subscriptions.counting import (
    QUICK,
    Counting,
    Poisonous,
    checkpoint,
    counted,
    parked,
    record,
)
from tests.subscriptions.spoiling import retyped


def poison(*poisonous: tuple[str, int]) -> Any:
    async def before(event: Recorded[Any]) -> None:
        if (event.stream_id, event.version) in poisonous:
            raise Poisonous(f"{event.stream_id} {event.version}")

    return before


async def test_everything_is_handled_once_and_in_order(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    counting = Counting()
    await record(store, tenant, *(f"tally-{n % 3}" for n in range(25)))
    assert await runner.run(counting, tenant)
    assert counting.batches == [10, 10, 5]
    await record(store, tenant, "tally-0")
    assert await runner.run(counting, tenant)
    assert await counted(database_url, tenant) == {"tally-0": 10, "tally-1": 8, "tally-2": 8}
    row = await checkpoint(database_url, tenant)
    assert (row["position"], row["holder"], row["crashes"]) == (26, None, 0)


async def test_what_is_not_wanted_is_passed_over_and_counted(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    counting = Counting()
    counting.types = frozenset({"ticket_closed"})
    await record(store, tenant, "tally-0", "tally-1")
    await runner.run(counting, tenant)
    assert (await checkpoint(database_url, tenant))["position"] == 2
    assert counting.batches == []


async def test_a_type_that_nobody_knows_is_not_passed_over(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    """Wanted or not: newer code wrote it, and may know that this subscription needs it."""
    await record(store, tenant, "tally-0", "tally-1")
    await store.append_to_stream(tenant, retyped(adding(tenant, {"tally-0": 1}), "unheard_of"))
    await record(store, tenant, "tally-1")
    counting = Counting()
    counting.types = frozenset({"ticket_closed"})
    await runner.run(counting, tenant)
    assert list(await parked(database_url, tenant)) == ["tally-0"]
    assert (await checkpoint(database_url, tenant))["position"] == 4


async def test_a_lease_holds_between_two_batches_and_until_it_runs_out(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    counting = Counting()
    await record(store, tenant, "tally-0")
    for seconds, fence in ((60.0, 1), (0.0, 3)):
        assert await begin_turn(
            engine, tenant, counting, holder=f"h{seconds}", seconds=seconds, limit=9
        )
        await runner.run(counting, tenant)
        row = await checkpoint(database_url, tenant)
        assert row["fence"] == fence
        if seconds:
            assert counting.batches == []
            async with superuser(database_url) as connection:
                await connection.execute("update checkpoint set leased_until = now()")
    assert counting.batches == [1]


async def test_a_lease_keeps_others_out(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    other = Runner(engine, store, holder="other", pace=QUICK)
    second = Counting()

    async def meanwhile(_event: Recorded[Any]) -> None:
        assert await other.run(second, tenant)

    await record(store, tenant, "tally-0")
    await runner.run(Counting(before=meanwhile), tenant)
    assert second.batches == []
    assert await counted(database_url, tenant) == {"tally-0": 1}


async def test_only_the_poisonous_stream_is_parked(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    await record(store, tenant, *(f"tally-{n % 4}" for n in range(20)))
    counting = Counting(before=poison(("tally-2", 2), ("tally-3", 4)))
    await runner.run(counting, tenant)
    await record(store, tenant, "tally-2", "tally-1")
    await runner.run(counting, tenant)
    assert await counted(database_url, tenant) == {
        "tally-0": 5,
        "tally-1": 6,
        "tally-2": 1,
        "tally-3": 3,
    }
    rows = await parked(database_url, tenant)
    assert {stream: (row["position"], row["attempts"]) for stream, row in rows.items()} == {
        "tally-2": (7, 3),
        "tally-3": (16, 3),
    }
    assert rows["tally-2"]["error"] == "Poisonous: tally-2 2"
    assert (await checkpoint(database_url, tenant))["position"] == 22


async def test_a_passing_failure_parks_nothing(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    failures = 2

    async def stumble(_event: Recorded[Any]) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise Poisonous

    await record(store, tenant, "tally-0", "tally-0")
    await runner.run(Counting(before=stumble), tenant)
    assert await counted(database_url, tenant) == {"tally-0": 2}
    assert await parked(database_url, tenant) == {}


async def test_a_handler_whose_own_file_is_missing_is_not_a_lost_database(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    async def before(_event: Recorded[Any]) -> None:
        raise FileNotFoundError("template.txt")

    await record(store, tenant, "tally-0")
    await runner.run(Counting(before=before), tenant)
    assert list(await parked(database_url, tenant)) == ["tally-0"]


async def test_a_retried_stream_goes_on_where_it_stopped(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    await record(store, tenant, *(f"tally-{n % 2}" for n in range(24)))
    counting = Counting(before=poison(("tally-1", 1)))
    await runner.run(counting, tenant)
    with pytest.raises(StillFailing, match="Poisonous"):
        await retry_parked(runner, counting, tenant, "tally-1")
    assert (await parked(database_url, tenant))["tally-1"]["attempts"] == 4
    counting.before = poison()
    assert await retry_parked(runner, counting, tenant, "tally-1") == 12
    await record(store, tenant, "tally-1")
    await runner.run(counting, tenant)
    assert await counted(database_url, tenant) == {"tally-0": 12, "tally-1": 13}
    assert await parked(database_url, tenant) == {}


async def test_who_works_while_a_stream_is_retried_is_fenced_off(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    """It read the list of parked streams before, and would pass over the stream's next events."""
    await record(store, tenant, "tally-1")
    counting = Counting(before=poison(("tally-1", 1)))
    await runner.run(counting, tenant)
    counting.before = poison()
    await record(store, tenant, "tally-1")
    begun = await begin_turn(engine, tenant, counting, holder="other", seconds=60, limit=10)
    assert begun is not None
    lease, page = begun
    assert lease.parked == {"tally-1"}
    assert len(page) == 1
    assert await retry_parked(runner, counting, tenant, "tally-1") == 1
    with pytest.raises(Fenced):
        async with tenant_transaction(engine, tenant) as connection:
            await lease.advance(connection, 2)
    await runner.run(counting, tenant)
    assert await counted(database_url, tenant) == {"tally-1": 2}


async def test_a_gap_in_the_positions_stops_the_subscription_loudly(
    runner: Runner, store: EventStore, tenant: UUID, database_url: str
) -> None:
    await record(store, tenant, *["tally-0"] * 5)
    async with superuser(database_url) as connection:
        await connection.execute("alter table event disable trigger user")
        await connection.execute("delete from event where position = 3")
    with pytest.raises(PositionGap, match="4 stands where 3 was"):
        await runner.run(Counting(), tenant)
    assert await counted(database_url, tenant) == {}
    assert (await checkpoint(database_url, tenant))["holder"] is None
