"""Items of a batch follow each other on a stream: from a refused one on, none is appended."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import asyncpg
import pytest

from app.event_store.chain import Chain
from app.event_store.store import Append, Appended, AppendResult, Conflict, EventStore, StreamBusy
from tests.event_store.history import proven
from tests.event_store.tally import (
    adding,
    append,
    append_inside,
    encoded,
    open_transaction,
    session,
)
from tests.event_store.test_11_group_append import grouped, transactions

STREAMS = [f"tally-{letter}" for letter in "abcd"]
BATCHES = 60


def chained(tenant: UUID, stream: str, expected: Sequence[int], chain: Chain) -> list[Append]:
    return [replace(adding(tenant, {stream: each}), chain=chain) for each in expected]


@dataclass(slots=True)
class Model:
    """What the store ought to do: one item after the other."""

    tenant: UUID
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STREAMS, 0))
    recorded: list[Append] = field(default_factory=list)

    def batch(self, order: random.Random) -> list[Append]:
        """Chains, here and there an item that was recorded before or expects what is not so."""
        versions, items = dict(self.versions), list[Append]()
        for _ in range(order.randint(1, 12)):
            known = {each.command_id for each in items}
            again = order.choice(self.recorded) if self.recorded else None
            if again and again.command_id not in known and order.random() < 0.06:
                items.append(again)
                continue
            touched = order.sample(STREAMS, order.randint(1, 3))
            off = order.choice((-1, 1, 2)) if order.random() < 0.06 else 0
            expected = {each: max(0, versions[each] + off) for each in touched}
            written = dict(list(expected.items())[: order.randint(0, 2)])
            read = {each: expected[each] for each in touched if each not in written}
            items.append(adding(self.tenant, written, reads=read))
            versions |= {each: version + 1 for each, version in written.items()}
        return items

    def answers(self, batch: Sequence[Append]) -> list[str]:
        lost, answers = set[str](), list[str]()
        known = {each.command_id for each in self.recorded}
        for each in batch:
            fits = all(self.versions[move.stream_id] == move.expected for move in each.moves)
            if each.command_id in known:
                answers.append("duplicate")
            elif not fits or lost & {move.stream_id for move in each.moves}:
                answers.append("conflict")
            else:
                answers.append("appended")
                self.recorded.append(each)
                self.versions |= {m.stream_id: m.version for m in each.moves if m.writes}
                continue
            lost |= {move.stream_id for move in each.moves if move.writes}
        return answers


@pytest.mark.parametrize("seed", range(4))
async def test_a_batch_ends_as_its_items_would_one_after_the_other(
    database_url: str, store: EventStore, tenant: UUID, seed: int
) -> None:
    order, model, counted = random.Random(seed), Model(tenant), Counter[str]()
    async with session(database_url) as connection:
        for _ in range(BATCHES):
            batch = model.batch(order)
            for _ in range(order.choice((0, 0, 0, 1, 2))):  # a foreign writer, meanwhile
                stream = order.choice(STREAMS)
                foreign = adding(tenant, {stream: model.versions[stream]})
                assert isinstance(await store.append_to_stream(tenant, foreign), Appended)
                assert model.answers([foreign]) == ["appended"]
            rows = await append_inside(connection, tenant, *batch)
            outcomes = {row["item"]: row["outcome"] for row in rows}
            expected = model.answers(batch)
            assert [outcomes[n] for n in range(1, len(batch) + 1)] == expected
            for row in rows:
                if row["outcome"] == "conflict":
                    assert row["actual"] == model.versions[row["stream_id"]]
            counted.update(expected)
    history = await proven(database_url, tenant)
    assert history.commands == len(model.recorded)
    assert history.events == sum(model.versions.values())
    print(f"{BATCHES} batches: {dict(counted)}")


async def test_a_chain_goes_in_one_batch(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    async with grouped(database_url, store, tenant) as group:
        group.add(chained(tenant, "tally-hot", range(10), Chain()))
        group.add([adding(tenant, {"tally-b": 0})])
    answers = await group.answers()
    assert [isinstance(each, Appended) and each.position for each in answers] == [*range(2, 13)]
    assert await transactions(database_url, tenant) == 2
    assert (await proven(database_url, tenant)).events == 12


@pytest.mark.parametrize("size", [1, 2, 64])
async def test_what_follows_a_refused_item_is_refused_though_its_version_fits(
    database_url: str, pool: asyncpg.Pool, tenant: UUID, size: int
) -> None:
    store, chain = EventStore(pool, batch=size), Chain()
    for version in range(3):
        await append(store, tenant, "tally-hot", version)
    async with grouped(database_url, store, tenant) as group:
        group.add(chained(tenant, "tally-hot", [1, 2, 3, 4], chain))
    answers = await group.answers()
    assert all(isinstance(each, Conflict) for each in answers), answers
    await chain.settled()
    assert chain.broken
    assert (await proven(database_url, tenant)).events == 4
    print(f"a chain of 4 from version 1 on a stream at 3, in batches of {size}: 4 conflicts")


async def test_a_poisonous_item_breaks_its_chain_alone(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    first, bad, *others = chained(tenant, "tally-hot", range(4), Chain())
    bad = replace(bad, events=[replace(bad.events[0], content="\0")])
    async with grouped(database_url, store, tenant) as group:
        group.add([first, bad, *others, *chained(tenant, "tally-b", range(3), Chain())])
    written, refused, *answers = await group.answers()
    assert isinstance(written, Appended)
    assert isinstance(refused, asyncpg.DataError)
    assert [type(each) for each in answers] == [Conflict] * 2 + [Appended] * 3
    assert (await proven(database_url, tenant)).events == 5


async def test_nobody_waits_for_a_chain_whose_stream_a_stranger_holds(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    await append(store, tenant, "tally-hot", 0)
    async with open_transaction(database_url) as stranger:
        await stranger.execute("select from stream where stream_id = 'tally-hot' for update")
        async with grouped(database_url, store, tenant) as group:
            group.add(chained(tenant, "tally-hot", [1, 2], Chain()))
            group.add(chained(tenant, "tally-b", [0, 1], Chain()))
        first, second, *others = await group.answers()
    assert isinstance(first, StreamBusy)
    assert isinstance(second, StreamBusy | Conflict)
    assert all(isinstance(each, Appended) for each in others)
    assert (await proven(database_url, tenant)).events == 4


async def test_an_item_may_write_several_events_and_streams(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    """The second command writes twice to a stream that the first began, and the third reads it."""
    one = adding(tenant, {"tally-a": 0, "tally-b": 0})
    two = adding(tenant, {"tally-b": 1})
    twice = replace(
        two,
        moves=[replace(two.moves[0], version=3, state='{"count":3,"last":"x"}')],
        events=[encoded(tenant, two.command_id, "tally-b", version, "x") for version in (2, 3)],
    )
    three = adding(tenant, {"tally-a": 1}, reads={"tally-b": 3})
    chain, answers = Chain(), list[AppendResult | BaseException]()
    async with grouped(database_url, store, tenant) as group:
        group.add([replace(each, chain=chain) for each in (one, twice, three)])
    answers = await group.answers()
    assert [isinstance(each, Appended) and each.position for each in answers] == [3, 5, 6]
    assert (await proven(database_url, tenant)).events == 6
