"""One look at the heads finds every tenant with something to do, and remembers the others."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.subscriptions.heads import Heads
from app.subscriptions.runner import Runner
from tests.event_store.tally import OCCURRED, new_tenant, superuser
from tests.subscriptions.counting import Counting, record

ONE, OTHER = Counting("one"), Counting("other")
BOTH = ("one", "other")


async def found(heads: Heads, limit: int = 10) -> set[UUID]:
    await heads.look()
    return set(await heads.behind(BOTH, limit))


async def test_a_tenant_is_found_until_all_have_handled_it(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    heads = Heads(engine)
    assert await found(heads) == set()
    await record(store, tenant, "tally-0")
    assert await found(heads) == {tenant}
    await runner.run(ONE, tenant)
    assert await found(heads) == {tenant}
    await runner.run(OTHER, tenant)
    assert await found(heads) == set()
    await record(store, tenant, "tally-0")
    assert await found(heads) == {tenant}


async def test_what_is_handled_is_not_asked_about_again(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    """Seen by taking the checkpoints back, until all is forgotten."""
    heads = Heads(engine, settled=0)
    await record(store, tenant, "tally-0")
    for model in (ONE, OTHER):
        await runner.run(model, tenant)
    assert await found(heads) == set()
    async with superuser(database_url) as connection:
        await connection.execute("update checkpoint set position = 0")
    assert await found(heads) == set()
    heads.forget()
    assert await found(heads) == {tenant}


async def test_a_checkpoint_that_a_crash_took_back_is_found(
    runner: Runner, engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    """Its commit did not wait for the disk."""
    heads = Heads(engine, settled=60)
    await record(store, tenant, "tally-0")
    for model in (ONE, OTHER):
        await runner.run(model, tenant)
    assert await found(heads) == set()
    async with superuser(database_url) as connection:
        await connection.execute("update checkpoint set position = 0")
    assert await found(heads) == {tenant}


async def test_what_became_visible_late_is_found(
    engine: AsyncEngine, store: EventStore, tenant: UUID, database_url: str
) -> None:
    heads = Heads(engine)
    await found(heads)
    await record(store, tenant, "tally-0")
    async with superuser(database_url) as connection:
        late = "update head set recorded_at = clock_timestamp() - $1::interval"
        await connection.execute(late, timedelta(seconds=20))
    assert await found(heads) == {tenant}


async def test_a_sandbox_is_found_whatever_its_time(engine: AsyncEngine, store: EventStore) -> None:
    sandbox = uuid4()
    await store.open_tenant(sandbox, timezone="Asia/Shanghai", sandbox=True, clock=OCCURRED)
    heads = Heads(engine)
    await found(heads)
    await record(store, sandbox, "tally-0")
    assert await found(heads) == {sandbox}


async def test_of_many_each_has_its_turn(engine: AsyncEngine, store: EventStore) -> None:
    tenants = {await new_tenant(store) for _ in range(5)}
    for tenant in tenants:
        await record(store, tenant, "tally-0")
    heads = Heads(engine)
    turns = [await found(heads, limit=2) for _ in range(3)]
    assert [len(turn) for turn in turns] == [2, 2, 2]
    assert set().union(*turns) == tenants


async def test_a_change_of_builds_is_noticed(engine: AsyncEngine, database_url: str) -> None:
    heads = Heads(engine)
    assert [await heads.look() for _ in range(2)] == [True, False]
    async with superuser(database_url) as connection:
        await connection.execute(
            "insert into read_model_build (name, build, code_version, status)"
            " values ('model', 1, 1, 'filling')"
        )
        assert [await heads.look() for _ in range(2)] == [True, False]
        await connection.execute("update read_model_build set status = 'serving'")
        assert [await heads.look() for _ in range(2)] == [True, False]
