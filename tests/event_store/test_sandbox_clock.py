"""A sandbox has a standing clock: what is recorded is recorded then, and it only moves forward."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.event_store.errors import UnknownTenant
from app.event_store.store import EventStore
from tests.event_store.history import proven
from tests.event_store.tally import TALLY, Add, adding, append, envelope, handler, superuser

START = datetime(2024, 3, 5, 1, tzinfo=UTC)


@pytest.fixture
async def sandbox(store: EventStore) -> UUID:
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=True, clock=START)
    return tenant_id


async def test_what_a_sandbox_records_is_recorded_by_its_clock(
    database_url: str, store: EventStore, sandbox: UUID
) -> None:
    commands = handler(store)
    outcome = await commands.handle(TALLY.stream("a"), Add(label="x"), envelope(sandbox))
    assert outcome.at == START
    later = START + timedelta(days=7)
    assert await store.move_clock(sandbox, later) == later
    outcome = await commands.handle(TALLY.stream("a"), Add(label="y"), envelope(sandbox))
    assert outcome.at == (await store.load(sandbox, [])).now == later
    events = await store.read_all(sandbox, after=0, limit=10)
    assert [(event.recorded_at, event.occurred_at) for event in events] == [
        (START, START),
        (later, later),
    ]
    await proven(database_url, sandbox)
    print(f"{len(events)} events in 2024, a week apart")


async def test_the_clock_of_a_sandbox_never_goes_back(store: EventStore, sandbox: UUID) -> None:
    asked = [START + timedelta(minutes=minutes) for minutes in (5, 3, 9, -60, 9, 1)]
    moved = [await store.move_clock(sandbox, at) for at in asked]
    assert moved == [max(asked[: n + 1]) for n in range(len(asked))]
    await asyncio.gather(*(store.move_clock(sandbox, at) for at in reversed(asked)))
    assert (await store.load(sandbox, [])).now == max(asked)
    print(f"{len(asked)} moves, 3 of them back: the clock went back 0 times")


async def test_the_time_of_a_real_tenant_is_nobodys_to_move(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    assert await store.move_clock(tenant, datetime(2031, 1, 1, tzinfo=UTC)) is None
    written = await append(store, tenant, "tally-a", 0)
    async with superuser(database_url) as connection:
        now = await connection.fetchval("select clock_timestamp()")
    assert timedelta(0) <= now - written.recorded_at < timedelta(minutes=1)
    print("a real tenant's clock was not moved")


async def test_a_tenant_is_opened_once(store: EventStore, sandbox: UUID) -> None:
    again = await store.open_tenant(sandbox, timezone="UTC", sandbox=False, clock=None)
    assert not again
    loaded = await store.load(sandbox, [])
    assert (loaded.timezone, loaded.sandbox, loaded.now) == ("Asia/Shanghai", True, START)
    print("opened twice: the first stays")


async def test_a_sandbox_without_a_clock_of_its_own_stands_at_the_present(
    database_url: str, store: EventStore
) -> None:
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="UTC", sandbox=True, clock=None)
    stands = (await store.load(tenant_id, [])).now
    async with superuser(database_url) as connection:
        now = await connection.fetchval("select clock_timestamp()")
    assert timedelta(0) <= now - stands < timedelta(minutes=1)
    assert (await append(store, tenant_id, "tally-a", 0)).recorded_at == stands
    print("a sandbox opened now stands still now")


async def test_a_tenant_that_was_never_opened_is_unknown(store: EventStore) -> None:
    nobody = uuid4()
    with pytest.raises(UnknownTenant):
        await store.load(nobody, [])
    with pytest.raises(UnknownTenant):
        await store.append_to_stream(nobody, adding(nobody, {"tally-a": 0}))
    with pytest.raises(UnknownTenant):
        await handler(store).handle(TALLY.stream("a"), Add(label="x"), envelope(nobody))
    assert await store.read_all(nobody, after=0, limit=1) == []
    assert await store.move_clock(nobody, START) is None
    print("an unknown tenant: 3 refusals, nothing to read")


async def test_due_streams_of_a_sandbox_are_asked_for_by_themselves(
    database_url: str, store: EventStore, sandbox: UUID, tenant: UUID
) -> None:
    for tenant_id in (sandbox, tenant):
        await append(store, tenant_id, "tally-a", 0)
        await append(store, tenant_id, "tally-b", 0)
    async with superuser(database_url) as connection:
        await connection.execute("update stream set next_due_at = $1", START + timedelta(hours=1))
        await connection.execute(
            "update stream set next_due_at = $1 where stream_id = 'tally-b'", START
        )
    assert await store.due(10) == [(tenant, "tally-b"), (tenant, "tally-a")]
    assert await store.due(1) == [(tenant, "tally-b")]
    assert await store.due_in_sandbox(sandbox, START) == ("tally-b", START)
    assert await store.due_in_sandbox(sandbox, START - timedelta(seconds=1)) is None
    print("2 due streams of the real tenant, none of the sandbox unless asked for")
