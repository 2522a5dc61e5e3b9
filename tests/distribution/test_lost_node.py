"""A node that is down hurts its tenants alone. Here one server fails for one tenant as Citus does
when a node is gone; a cluster itself is tried by ops/citus/try_cluster.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from app.clock_watch import ClockWatch
from app.distribution.nodes import NodeWatch
from app.domain.decider import Decider
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Fact
from app.events.workload import LoadReleased
from app.subscriptions.supervisor import SubscriptionsToRun
from app.use_cases.readiness import is_ready, readiness
from app.worker import Intervals, LapseRecorder, Worker
from tests.event_store.tally import TALLY, Add, Tally, envelope, handler
from tests.migrations.clusters import execute
from tests.subscriptions.counting import QUICK, Counting, counted, make_table, record
from tests.subscriptions.until import until

PAST = datetime(2024, 3, 5, tzinfo=UTC)
NEVER = 600.0
GONE = "connection to the remote node owner@10.0.0.3:5432 failed: Connection refused"


async def lose(url: str, tenant: UUID, *tables: str) -> None:
    """Writes of this tenant fail with the state that Citus answers: 08006."""
    await execute(
        url,
        "create or replace function gone() returns trigger language plpgsql as $$ begin "
        f"if new.tenant_id = '{tenant}' then raise exception '{GONE}' using errcode = '08006'; "
        "end if; return new; end $$",
        *(
            f"create trigger gone before insert or update on {table} "
            "for each row execute function gone()"
            for table in tables
        ),
    )


async def is_back(url: str) -> None:
    await execute(url, "drop function gone cascade")


@pytest.fixture
async def other(store: EventStore) -> UUID:
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None)
    return tenant_id


@dataclass(frozen=True, slots=True)
class Once:
    """A tally lapses once, after its first event."""

    def due(self, state: Tally) -> datetime | None:
        return PAST if state.count == 1 else None

    def lapse(self, state: Tally, _now: datetime) -> Sequence[Fact[Any]]:
        return [Fact(LoadReleased(ticket_id="late"), PAST, SYSTEM)] if state.count == 1 else ()


LAPSING: Decider[Add, Tally] = replace(TALLY, next_due=Once().due, lapse=Once().lapse)


async def lapsed(store: EventStore, tenant: UUID) -> list[datetime]:
    events = await store.read_all(tenant, after=0, limit=9, types=["load_released"])
    return [event.occurred_at for event in events]


async def test_breaches_of_other_tenants_are_recorded(
    database_url: str, store: EventStore, tenant: UUID, other: UUID
) -> None:
    lapsing = handler(store, LAPSING)
    for each in (tenant, other):
        await lapsing.handle(LAPSING.stream("0"), Add(label="x"), envelope(each))
    await lose(database_url, tenant, "head")
    recorder = LapseRecorder(store, lapsing, limit=1)
    await recorder.round()
    assert (await lapsed(store, tenant), await lapsed(store, other)) == ([], [PAST])
    await is_back(database_url)
    await LapseRecorder(store, lapsing).round()
    assert await lapsed(store, tenant) == [PAST], "with its due time, however late"


async def test_subscriptions_go_on_with_other_tenants(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID, other: UUID
) -> None:
    await make_table(database_url)
    await lose(database_url, tenant, "checkpoint")
    worker = Worker(
        engine,
        store,
        handler(store),
        SubscriptionsToRun(subscriptions=[Counting()], pace=QUICK),
        intervals=Intervals(poll=0.05, due=NEVER, heartbeat=NEVER, take_up=NEVER),
    )
    worker.start()
    try:
        for each in (tenant, other):
            await record(store, each, "tally-0")
        await until(lambda: _has(database_url, other, 1))
        assert await counted(database_url, tenant) == {}
        await is_back(database_url)
        await until(lambda: _has(database_url, tenant, 1))
    finally:
        await worker.stop()


async def _has(url: str, tenant: UUID, events: int) -> bool:
    return sum((await counted(url, tenant)).values()) == events


async def says_of_nodes(url: str, rows: str) -> None:
    """What the function of a cluster answers, without one."""
    for name in ("unreachable_nodes", "note_nodes"):
        await execute(
            url,
            f"create or replace function {name}() returns table (node text, tenants uuid[]) "
            f"language sql security definer as $$ {rows} $$",
            f"grant execute on function {name}() to suyuan_app",
        )


NONE = "select ''::text, '{}'::uuid[] where false"


async def test_readiness_names_the_node_and_stays_ready(
    database_url: str, engine: AsyncEngine, tenant: UUID
) -> None:
    await execute(
        database_url,
        "insert into worker_heartbeat (worker_id, seen_at, process_at) "
        "values ('w', clock_timestamp(), clock_timestamp())",
    )
    assert "nodes" not in await readiness(engine, ClockWatch()), "one server has no others"
    await says_of_nodes(database_url, NONE)
    assert (await readiness(engine, ClockWatch()))["nodes"] == "ok"
    await says_of_nodes(database_url, f"select '10.0.0.3:5432', array['{tenant}']::uuid[]")
    checks = await readiness(engine, ClockWatch())
    assert checks["nodes"] == "10.0.0.3:5432 is down, with 1 tenants"
    assert is_ready(checks)
    assert not is_ready(checks | {"worker": "silent"})


async def test_the_log_says_once_which_node_is_lost_whose_it_is_and_when_it_is_back(
    database_url: str, engine: AsyncEngine, tenant: UUID
) -> None:
    with capture_logs() as said:
        await NodeWatch(engine).look()
    assert said == []
    await says_of_nodes(database_url, NONE)
    watch = NodeWatch(engine)
    with capture_logs() as said:
        await watch.look()
        await says_of_nodes(database_url, f"select '10.0.0.3:5432', array['{tenant}']::uuid[]")
        await watch.look()
        await watch.look()
        await says_of_nodes(database_url, NONE)
        await watch.look()
    assert [(each["event"], each["node"], each.get("tenants")) for each in said] == [
        ("node_unreachable", "10.0.0.3:5432", [str(tenant)]),
        ("node_is_back", "10.0.0.3:5432", None),
    ]
