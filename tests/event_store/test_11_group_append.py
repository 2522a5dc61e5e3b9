"""Strangers share a batch: each gets its own true answer, and nobody fails for a neighbour."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db import open_pool
from app.event_store.chain import Chain
from app.event_store.store import (
    Append,
    Appended,
    AppendResult,
    Conflict,
    EventStore,
    Move,
    StoredResult,
    StreamBusy,
    together,
)
from tests.event_store.history import proven
from tests.event_store.proxy import Cut, Proxy
from tests.event_store.tally import (
    adding,
    append,
    append_inside,
    held_head,
    open_transaction,
    session,
    superuser,
    until_waiting,
)

Given = AppendResult | BaseException


@dataclass(slots=True)
class Group:
    """Appends that wait behind a held head row, so that they go as one batch when it is free."""

    store: EventStore
    tenant_id: UUID
    tasks: list[asyncio.Task[AppendResult]]

    def add(self, appends: Sequence[Append]) -> None:
        for each in appends:
            coroutine = self.store.append_to_stream(self.tenant_id, each)
            self.tasks.append(asyncio.create_task(coroutine))

    async def answers(self) -> list[Given]:
        return await asyncio.gather(*self.tasks, return_exceptions=True)


@asynccontextmanager
async def grouped(url: str, store: EventStore, tenant_id: UUID) -> AsyncIterator[Group]:
    async with held_head(url, tenant_id) as holder:
        ahead = asyncio.create_task(append(store, tenant_id, "tally-ahead", 0))
        await until_waiting(holder, 1)
        group = Group(store, tenant_id, [])
        yield group
        await asyncio.sleep(0)  # the tasks have begun, and queue up behind the one that waits
    await ahead


async def transactions(url: str, tenant_id: UUID) -> int:
    """How many transactions wrote the tenant's events."""
    async with superuser(url) as connection:
        return int(
            await connection.fetchval(
                "select count(distinct xmin::text) from event where tenant_id = $1", tenant_id
            )
        )


def poisoned(added: Append, **changes: Any) -> Append:
    return replace(added, events=[replace(added.events[0], **changes)])


async def test_a_batch_is_answered_item_by_item(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    before = adding(tenant, {"tally-old": 0})
    first = await store.append_to_stream(tenant, before)
    assert isinstance(first, Appended)
    await append(store, tenant, "tally-held", 0)
    async with open_transaction(database_url) as stranger:
        await stranger.execute("select from stream where stream_id = 'tally-held' for update")
        async with grouped(database_url, store, tenant) as group:
            group.add([adding(tenant, {f"tally-{n}": 0}) for n in range(20)])
            group.add([adding(tenant, {"tally-old": 7}), before, replace(before, fingerprint=b"?")])
            group.add([adding(tenant, {"tally-held": 1}), adding(tenant, {}, reads={"tally-x": 0})])
        *written, conflict, duplicate, other_body, busy, only_read = await group.answers()
    assert [isinstance(each, Appended) and each.position for each in written] == [*range(4, 24)]
    assert conflict == Conflict("tally-old", 1)
    assert isinstance(duplicate, StoredResult)
    assert (duplicate.position, duplicate.leaf) == (first.position, first.leaf)
    assert other_body == duplicate, "the ledger says whose it was, the caller compares"
    assert isinstance(busy, StreamBusy)
    assert isinstance(only_read, Appended)
    assert only_read.position is None
    assert await transactions(database_url, tenant) == 4
    history = await proven(database_url, tenant)
    assert (history.events, history.commands) == (23, 24)
    print("1 batch of 24 and its overflow: 20 appended, 1 conflict, 2 duplicates, 1 busy, 1 read")


POISON: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "a NUL, which PostgreSQL refuses": ({"content": '{"ticket_id":"\0"}'}, asyncpg.DataError),
    "a surrogate, which the driver refuses": ({"content": "\ud800"}, asyncpg.DataError),
    "a version that is taken": ({"stream_id": "tally-old"}, asyncpg.UniqueViolationError),
    "no header": ({"header": None}, asyncpg.NotNullViolationError),
}


@pytest.mark.parametrize("poison", POISON)
async def test_a_poisonous_item_harms_itself_alone(
    database_url: str, store: EventStore, tenant: UUID, poison: str
) -> None:
    changes, refusal = POISON[poison]
    await append(store, tenant, "tally-old", 0)
    async with grouped(database_url, store, tenant) as group:
        group.add([adding(tenant, {f"tally-{n}": 0}) for n in range(5)])
        group.add([poisoned(adding(tenant, {"tally-bad": 0}), **changes)])
        group.add([adding(tenant, {"tally-old": 0})])
        group.add([adding(tenant, {f"tally-{n}": 0}) for n in range(5, 10)])
    answers = await group.answers()
    assert isinstance(answers.pop(5), refusal)
    assert answers.pop(5) == Conflict("tally-old", 1)
    assert [isinstance(each, Appended) and each.position for each in answers] == [*range(3, 13)]
    history = await proven(database_url, tenant)
    assert (history.events, history.commands) == (12, 12)
    print(f"{poison}: 10 neighbours appended, 1 conflict, 1 {refusal.__name__}")


@pytest.mark.parametrize("how", Cut)
async def test_the_connection_is_cut_in_the_middle_of_a_batch(
    database_url: str, tenant: UUID, how: Cut
) -> None:
    async with Proxy.before(database_url) as proxy:
        pool = await open_pool(proxy.url, size=2)
        store = EventStore(pool)
        async with grouped(database_url, store, tenant) as group:
            proxy.cut(b"tally-7", how)
            group.add([adding(tenant, {f"tally-{n}": 0}) for n in range(12)])
            group.add([adding(tenant, {"tally-late": 3})])
        *written, conflict = await group.answers()
        await pool.close()
    assert proxy.cuts_made == 1
    assert conflict == Conflict("tally-late", 0)
    kinds = {type(each) for each in written}
    assert kinds <= {Appended, StoredResult}
    if how is not Cut.UNANSWERED:
        assert kinds == {Appended if how is Cut.UNSENT else StoredResult}
    await answered_truly(database_url, tenant, written)
    assert (await proven(database_url, tenant)).events == 13
    print(f"{how.name}: 12 callers, {[kind.__name__ for kind in kinds]}, 1 conflict, 13 events")


async def answered_truly(url: str, tenant_id: UUID, written: Sequence[Given]) -> None:
    """Caller n wrote the stream `tally-n`: its position and leaf are those of that event."""
    async with superuser(url) as connection:
        rows = await connection.fetch("select * from event where tenant_id = $1", tenant_id)
    stored = {row["stream_id"]: (row["position"], bytes(row["leaf"])) for row in rows}
    for n, answer in enumerate(written):
        assert isinstance(answer, Appended | StoredResult)
        assert (answer.position, answer.leaf) == stored[f"tally-{n}"]


async def test_the_backend_is_terminated_in_the_middle_of_a_batch(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    async with grouped(database_url, store, tenant) as group, superuser(database_url) as killer:
        group.add([adding(tenant, {f"tally-{n}": 0}) for n in range(12)])
        killed = await killer.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where "
            "datname = current_database() and wait_event_type = 'Lock'"
        )
    written = await group.answers()
    assert killed == 1
    await answered_truly(database_url, tenant, written)
    assert (await proven(database_url, tenant)).events == 13
    print("1 backend terminated before the head row: 12 callers answered, 13 events")


async def test_streams_that_are_only_read_may_be_shared(database_url: str, tenant: UUID) -> None:
    async with session(database_url) as connection:
        reading = [adding(tenant, {f"tally-{n}": 0}, reads={"tally-a": 0}) for n in range(3)]
        rows = await append_inside(connection, tenant, *reading)
    assert [row["outcome"] for row in rows] == ["appended"] * 3
    print("3 that read one stream went together")


touching = st.dictionaries(st.sampled_from("abcde"), st.booleans(), min_size=1, max_size=3)
commands = st.integers(min_value=0, max_value=8)
CHAINS = [None, None, Chain(), Chain()]


def moving(touches: dict[str, bool], command: int, chain: Chain | None) -> Append:
    return Append(
        command_id=UUID(int=command),
        fingerprint=b"",
        result="",
        moves=[Move(stream_id=name, expected=1, version=1 + w) for name, w in touches.items()],
        events=[],
        chain=chain,
    )


def clash(one: Append, other: Append) -> bool:
    def touched(each: Append, *, writing: bool) -> set[str]:
        return {move.stream_id for move in each.moves if move.writes or not writing}

    if one.command_id == other.command_id:
        return True
    if one.chain is not None and one.chain is other.chain:
        return False
    return bool(touched(one, writing=True) & touched(other, writing=False)) or bool(
        touched(other, writing=True) & touched(one, writing=False)
    )


@settings(deadline=None)
@given(
    st.lists(
        st.builds(moving, touching, commands, st.sampled_from(CHAINS)), min_size=1, max_size=12
    )
)
def test_only_a_chain_shares_streams_and_nobody_is_overtaken(waiting: list[Append]) -> None:
    chosen = together(waiting)
    assert chosen[0] == 0
    for n, each in enumerate(waiting):
        before = [(m, earlier) for m, earlier in enumerate(waiting[:n])]
        clashes = any(clash(each, earlier) for _, earlier in before)
        held = each.chain is not None and any(
            earlier.chain is each.chain and m not in chosen for m, earlier in before
        )
        assert (n in chosen) == (not clashes and not held)


async def test_a_batch_takes_no_more_than_its_size(
    database_url: str, pool: asyncpg.Pool, tenant: UUID
) -> None:
    store = EventStore(pool, batch=8)
    async with grouped(database_url, store, tenant) as group:
        group.add([adding(tenant, {f"tally-{n}": 0}, command_id=uuid4()) for n in range(40)])
    assert all(isinstance(each, Appended) for each in await group.answers())
    assert await transactions(database_url, tenant) == 1 + 40 / 8
    print("40 waiting appends in batches of 8: 5 transactions")
