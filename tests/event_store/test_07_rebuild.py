"""A read model is built anew while it is written and read: nobody notices but by the new build."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tenant_transaction
from app.domain.ticket.decider import TICKET
from app.event_store.store import EventStore
from app.events.base import Fact
from app.events.ticket import AssignmentAccepted, TicketAcknowledged, TicketAssigned
from app.projections.ticket_search import TICKET_SEARCH
from app.subscriptions.base import Pace
from app.subscriptions.builds import ensure_read_models, open_owner_engine
from app.subscriptions.supervisor import SubscriptionsToRun
from app.subscriptions.waiting import Waiting
from app.subscriptions.wakeups import Wakeups
from app.worker import Intervals, Worker
from tests.event_store.tally import handler, superuser
from tests.projections.rebuilding import of_version, rebuilding
from tests.projections.telling import LIN, MORNING, Teller, reported
from tests.subscriptions.counting import Counting, counted, make_table
from tests.subscriptions.until import until, until_so

BEFORE = 700
"""Tickets of four events each."""

LI: dict[str, Any] = {"engineer": "u-li", "engineer_name": "李"}


def history(ticket_id: str) -> list[Any]:
    return [
        reported(ticket_id),
        TicketAcknowledged(),
        TicketAssigned(offer_expires_at=MORNING, **LI),
        AssignmentAccepted(**LI),
    ]


@dataclass(slots=True)
class Seen:
    written: int = 0
    looks: int = 0
    tickets: int = 0
    slowest: float = 0.0


async def write_and_read_back(teller: Teller, waiting: Waiting, seen: Seen) -> None:
    """Who waited for a position must find it, whichever build shows the row."""
    while True:
        ticket_id = f"new-{seen.written}"
        await teller.tell(f"ticket-{ticket_id}", *history(ticket_id))
        position = (await teller.store.load(teller.tenant_id, [])).position
        started = perf_counter()
        assert await waiting.wait_until(["ticket_search"], teller.tenant_id, position, 20)
        seen.slowest = max(seen.slowest, perf_counter() - started)
        async with teller.looking() as connection:
            status = await connection.execute(
                text("select status from ticket_search where ticket_id = :id"), {"id": ticket_id}
            )
            assert status.scalars().all() == ["accepted"]
        seen.written += 1
        await asyncio.sleep(0.005)


async def look(teller: Teller, seen: Seen) -> None:
    """The list only ever grows."""
    query = text("select count(*) as tickets from ticket_search")
    while True:
        async with teller.looking() as connection:
            row = (await connection.execute(query)).one()
        assert row.tickets >= seen.tickets
        seen.tickets = row.tickets
        seen.looks += 1
        await asyncio.sleep(0.001)


@asynccontextmanager
async def at_once(*works: Any) -> AsyncIterator[None]:
    """What goes wrong in one of them goes wrong in the test."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def worker(
    url: str, engine: AsyncEngine, store: EventStore, waiting: Waiting, code_version: int
) -> AsyncIterator[None]:
    to_run = SubscriptionsToRun(
        subscriptions=(Counting("effects"),),
        projections=(of_version(code_version),),
        pace=Pace(batch=50, lease=2),
    )
    wakeups = Wakeups(url)
    each = Worker(
        engine,
        store,
        handler(store),
        to_run,
        wakeups=wakeups,
        waiting=waiting,
        intervals=Intervals(poll=0.1, due=60, take_up=60),
    )
    each.start()
    wakeups.start()
    try:
        yield
    finally:
        await each.stop()
        await wakeups.stop()


def has_written(seen: Seen, enough: int) -> bool:
    return seen.written >= enough


async def filled(engine: AsyncEngine, tenant_id: UUID, least: int) -> bool:
    async with tenant_transaction(engine, tenant_id) as connection:
        position = await connection.execute(
            text("select position from checkpoint where subscription = 'ticket_search@2'")
        )
        return (position.scalar() or 0) >= least


async def test_a_rebuild_while_writing_is_not_noticed(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    owner = open_owner_engine(database_url)
    await ensure_read_models(owner, [of_version(1)])
    await make_table(database_url)
    teller = Teller(store, engine, tenant)
    facts = [
        (f"ticket-{n}", Fact(event, MORNING, LIN))
        for n in range(BEFORE)
        for event in history(f"{n}")
    ]
    for start in range(0, len(facts), 400):
        await teller.record(facts[start : start + 400])
    waiting, seen = Waiting(engine), Seen()
    kills = []
    async with AsyncExitStack() as workers:
        await workers.enter_async_context(worker(database_url, engine, store, waiting, 1))
        await until(partial(waiting.wait_until, ["ticket_search"], tenant, len(facts), 20.0))
        async with at_once(write_and_read_back(teller, waiting, seen), look(teller, seen)):
            for least in (300, 1300):
                with rebuilding(database_url, 2) as process:
                    await until(partial(filled, engine, tenant, least))
                    process.kill()
                kills.append(await position_of_build(database_url))
                assert await statuses(database_url) == {1: "serving", 2: "filling"}
            before = seen.written
            with rebuilding(database_url, 2) as process:
                await until_so(lambda: process.poll() is not None)
                assert process.returncode == 0
            assert await statuses(database_url) == {1: "retired", 2: "serving"}
            await workers.enter_async_context(worker(database_url, engine, store, waiting, 2))
            await until_so(partial(has_written, seen, seen.written + 30))
        assert await waiting.settle(["ticket_search", "effects"], tenant, 20)
    await prove(teller, database_url)
    print(
        f"killed at {kills}; {seen.written} tickets written meanwhile ({before} before the last "
        f"attempt), each read back, the slowest after {seen.slowest:.3f} s; {seen.looks} looks"
    )
    await owner.dispose()


async def statuses(url: str) -> dict[int, str]:
    async with superuser(url) as connection:
        return dict(await connection.fetch("select build, status from read_model_build"))


async def position_of_build(url: str) -> int:
    async with superuser(url) as connection:
        position: int = await connection.fetchval(
            "select position from checkpoint where subscription = 'ticket_search@2'"
        )
        return position


async def prove(teller: Teller, url: str) -> None:
    """The new build is what the events fold to, and each effect came once."""
    folds: dict[str, Any] = {}
    versions: Counter[str] = Counter()
    position = 0
    while page := await teller.store.read_all(teller.tenant_id, after=position, limit=500):
        for event in page:
            folds[event.stream_id] = TICKET.evolve(folds.get(event.stream_id), event.fact)
            versions[event.stream_id] += 1
        position = page[-1].position
    async with superuser(url) as connection:
        rows = await connection.fetch("select * from ticket_search_b2")
        assert await connection.fetchval("select to_regclass('ticket_search_b1')") is None
        indexes = await connection.fetchval(
            "select count(*) from pg_indexes where tablename = 'ticket_search_b2'"
        )
    assert indexes == 1 + len(TICKET_SEARCH.table("ticket_search_b2").indexes)
    assert {
        row["ticket_id"]: (row["status"], row["assignee"], row["reported_at"]) for row in rows
    } == {
        ticket.id: (ticket.status, ticket.assignment.assignee.subject, ticket.reported_at)
        for ticket in folds.values()
    }
    assert await counted(url, teller.tenant_id, "effects") == versions
