"""Fifty writers expect one version: one gets it, the others learn the actual one."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from app.event_store.store import Appended, AppendResult, Conflict, EventStore, StreamBusy
from tests.event_store.history import proven
from tests.event_store.tally import TALLY, Add, adding, envelope, handler, processes, superuser

ROUNDS = 20
WRITERS = 50


async def test_one_of_fifty_wins_and_the_others_learn_the_actual_version(
    database_url: str, tenant: UUID
) -> None:
    counted: Counter[str] = Counter()
    async with processes(database_url, 5, size=10) as stores:
        # Fifty stores of one connection each: nothing is grouped, everybody meets at the database.
        writers = [EventStore(store._connections._pool) for store in stores for _ in range(10)]
        for version in range(ROUNDS):
            answers = await asyncio.gather(
                *(w.append_to_stream(tenant, adding(tenant, {"tally-a": version})) for w in writers)
            )
            counted.update(type(answer).__name__ for answer in answers)
            winner = [answer for answer in answers if isinstance(answer, Appended)]
            assert [each.position for each in winner] == [version + 1]
            assert answers.count(Conflict("tally-a", version + 1)) == WRITERS - 1
    history = await proven(database_url, tenant)
    assert history.events == history.commands == ROUNDS
    print(f"{ROUNDS} rounds of {WRITERS}: {dict(counted)}; positions 1..{history.events}")


async def test_appends_to_two_streams_in_opposite_orders_never_deadlock(
    database_url: str, tenant: UUID
) -> None:
    streams = [f"tally-{letter}" for letter in "abcd"]
    counted: Counter[str] = Counter()

    async def write(store: EventStore, seed: int) -> None:
        order = random.Random(seed)
        versions = dict.fromkeys(streams, 0)
        won = 0
        while won < 12:
            pair = order.sample(streams, 2)
            try:
                answer = await store.append_to_stream(
                    tenant, adding(tenant, {stream: versions[stream] for stream in pair})
                )
            except StreamBusy:
                counted["StreamBusy"] += 1
                continue
            counted[type(answer).__name__] += 1
            if isinstance(answer, Conflict):
                versions[answer.stream_id] = answer.actual
            else:
                won += 1
                versions.update({stream: versions[stream] + 1 for stream in pair})

    async with processes(database_url, 4, size=3) as stores, superuser(database_url) as connection:
        await asyncio.gather(*(write(stores[n % 4], n) for n in range(12)))
        deadlocks = await connection.fetchval(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
    assert deadlocks == 0
    history = await proven(database_url, tenant)
    assert history.events == 2 * history.commands == 2 * 12 * 12
    print(f"4 processes, 12 writers, 4 streams: {dict(counted)}, deadlocks {deadlocks}")


async def test_a_command_over_several_streams_is_all_or_nothing(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    first = adding(tenant, {"tally-a": 0, "tally-b": 0, "tally-c": 0})
    assert isinstance(await store.append_to_stream(tenant, first), Appended)
    partly: Sequence[tuple[dict[str, int], dict[str, int], AppendResult]] = [
        ({"tally-a": 1, "tally-b": 0}, {}, Conflict("tally-b", 1)),
        ({"tally-d": 0, "tally-c": 2}, {}, Conflict("tally-c", 1)),
        ({"tally-a": 1}, {"tally-b": 0}, Conflict("tally-b", 1)),
        ({"tally-a": 1}, {"tally-none": 1}, Conflict("tally-none", 0)),
    ]
    for writes, reads, expected in partly:
        answer = await store.append_to_stream(tenant, adding(tenant, writes, reads=reads))
        assert answer == expected
    history = await proven(database_url, tenant)
    assert (history.events, history.streams, history.commands) == (3, 3, 1)
    print(f"{len(partly)} appends with one stale stream: nothing of them was written")


async def test_commands_that_race_for_the_same_streams_all_come_through(
    database_url: str, tenant: UUID
) -> None:
    async with processes(database_url, 3) as stores:
        handlers = [handler(store) for store in stores]
        outcomes = await asyncio.gather(
            *(
                handlers[n % 3].handle(
                    TALLY.stream("ab"[n % 2]),
                    Add(label=f"{n}", also=("ba"[n % 2], "sum")),
                    envelope(tenant),
                )
                for n in range(30)
            )
        )
    assert sorted(outcome.version for outcome in outcomes) == sorted([*range(1, 31)])
    history = await proven(database_url, tenant)
    assert (history.events, history.commands) == (90, 30)
    print("30 commands over 3 streams each, 3 processes: 30 recorded, 90 events")
