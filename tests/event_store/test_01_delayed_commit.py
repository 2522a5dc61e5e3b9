"""A number drawn early and seen late is what other stores skip. Here nothing is, and nobody waits
for a stranger."""

import asyncio
from time import perf_counter
from uuid import UUID

import pytest

from app.event_store.store import EventStore
from tests.event_store.history import proven, tailing
from tests.event_store.tally import (
    adding,
    append,
    append_inside,
    new_tenant,
    processes,
    session,
    superuser,
    until_waiting,
)

EACH = 250
BEHIND = 12


async def many(store: EventStore, tenant_id: UUID, stream_id: str, count: int) -> None:
    for version in range(count):
        await append(store, tenant_id, stream_id, version)


@pytest.mark.parametrize("ending", ["commit", "rollback"])
async def test_a_late_commit_is_neither_skipped_nor_waited_for(
    database_url: str, store: EventStore, tenant: UUID, ending: str
) -> None:
    others = [await new_tenant(store) for _ in range(3)]
    await append(store, tenant, "tally-first", 0)
    async with (
        processes(database_url, 3) as stores,
        tailing(store, tenant, *others) as (tail, *their_tails),
        session(database_url) as late,
        superuser(database_url) as onlooker,
    ):
        transaction = late.transaction()
        await transaction.start()
        await append_inside(late, tenant, adding(tenant, {"tally-late": 0}))
        began = perf_counter()
        behind = [
            asyncio.create_task(append(stores[n % 3], tenant, f"tally-{n}", 0))
            for n in range(BEHIND)
        ]
        await asyncio.gather(*(many(store, other, "tally-a", EACH) for other in others))
        for their_tail in their_tails:
            await their_tail.until(EACH)
        held = perf_counter() - began
        assert len(tail.seen) == 1
        await until_waiting(onlooker, 3)
        await (transaction.commit() if ending == "commit" else transaction.rollback())
        positions = {(await task).position for task in behind}
        total = 1 + BEHIND + (ending == "commit")
        await tail.until(total)
    assert tail.saw_all_in_order(total)
    assert positions == set(range(total - BEHIND + 1, total + 1))
    assert all(each.saw_all_in_order(EACH) for each in their_tails)
    history = await proven(database_url, tenant)
    assert history.events == history.commands == total
    print(
        f"{ending} after {held:.1f} s: {3 * EACH} events of others seen meanwhile; "
        f"own tail {len(tail.seen)} of {total}, missed 0, out of order 0"
    )


async def test_a_tail_beside_many_writers_sees_every_event_once(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    async with processes(database_url, 4) as stores, tailing(store, tenant) as (tail,):
        async with asyncio.TaskGroup() as writers:
            for writer in range(24):
                writers.create_task(many(stores[writer % 4], tenant, f"tally-{writer}", 40))
        await tail.until(24 * 40)
    assert tail.saw_all_in_order(24 * 40)
    assert (await proven(database_url, tenant)).events == 24 * 40
    print(f"24 writers, 4 processes: {len(tail.seen)} events seen, missed 0, out of order 0")
