"""Builds of read models: filled beside the one that serves, switched to in one step."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Table, Text, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.events.staff import StaffRecorded
from app.events.ticket import TicketAcknowledged
from app.projections.catalogue import PROJECTIONS
from app.projections.ticket_search import TICKET_SEARCH, table
from app.subscriptions.base import Pace
from app.subscriptions.builds import (
    BuiltByNewerCode,
    Projection,
    begin_rebuild,
    builds_to_keep,
    ensure_read_models,
    open_owner_engine,
)
from app.subscriptions.progress import Progress, read_progress
from app.subscriptions.rebuild import Rebuild
from app.subscriptions.retry import retry_parked
from app.subscriptions.runner import Runner
from app.subscriptions.supervisor import SubscriptionsToRun
from app.subscriptions.switch import StreamsParked, switch
from app.worker import Intervals, Worker
from tests.event_store.tally import handler, superuser
from tests.projections.telling import Teller, make_read_models, reported
from tests.subscriptions.counting import Poisonous
from tests.subscriptions.until import until

PACE = Pace(batch=5, pages=2, lease=5, back_off=0.001)
NOW = TICKET_SEARCH.code_version


def runner(teller: Teller) -> Runner:
    return Runner(teller.engine, teller.store, holder=uuid4().hex, pace=PACE)


async def rebuilt(teller: Teller, url: str, projection: Projection) -> list[Progress]:
    reports: list[Progress] = []
    owner = open_owner_engine(url)
    try:
        rebuild = Rebuild(
            owner, runner(teller), projection, report=reports.append, pace=PACE, pause=0.01
        )
        await rebuild.run()
    finally:
        await owner.dispose()
    return reports


async def tell_some(teller: Teller) -> None:
    for n in range(9):
        await teller.tell(f"ticket-{n}", reported(f"{n}"), TicketAcknowledged())
    staff = StaffRecorded(subject="u-li", name="李", roles=("engineer",), max_load=3)
    await teller.tell("staff-u-li", staff)


async def attempt(engine: AsyncEngine, statement: str) -> None:
    """As the application, and for no tenant."""
    async with engine.begin() as connection:
        await connection.execute(text(statement))


async def statuses(url: str, name: str = "ticket_search") -> dict[int, str]:
    async with superuser(url) as connection:
        query = "select build, status from read_model_build where name = $1"
        return dict(await connection.fetch(query, name))


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: str(each.name))
async def test_rebuilt_twice_the_rows_are_the_same(
    teller: Teller, database_url: str, projection: Projection
) -> None:
    await tell_some(teller)
    await teller.project()
    live = await teller.rows(projection.name)
    for build in (2, 3):
        reports = await rebuilt(teller, database_url, projection)
        assert reports[0].done == 0, "nothing is filled before the first event is"
        assert (reports[-1].done, reports[-1].total) == (19, 19)
        assert await teller.rows(projection.name) == live
        assert (await statuses(database_url, projection.name))[build] == "serving"
    async with superuser(database_url) as connection:
        left = await connection.fetch(
            "select subscription from checkpoint where subscription like $1", f"{projection.name}@%"
        )
        assert [row["subscription"] for row in left] == [f"{projection.name}@3"]


async def test_two_rebuilders_at_once_make_one_build(teller: Teller, database_url: str) -> None:
    await tell_some(teller)
    await teller.project()
    await asyncio.gather(*(rebuilt(teller, database_url, TICKET_SEARCH) for _ in range(2)))
    assert await statuses(database_url) in (
        {1: "retired", 2: "serving"},
        {1: "retired", 2: "retired", 3: "serving"},  # one had ended before the other began
    )
    assert len(await teller.rows("ticket_search")) == 9


def with_number(name: str) -> Table:
    made = table(name)
    made.append_column(Column("number", Text))
    return made


async def test_what_has_changed_is_filled_by_the_worker_and_switched_to(
    teller: Teller, database_url: str
) -> None:
    """The old code goes on serving the old table, which the new code could not write."""
    await tell_some(teller)
    await teller.project()
    changed = replace(TICKET_SEARCH, code_version=NOW + 1, table=with_number)
    owner = open_owner_engine(database_url)
    assert await ensure_read_models(owner, [changed]) == ["ticket_search@2"]
    assert await ensure_read_models(owner, [changed]) == []
    await owner.dispose()
    kept = {build.name for build in await builds_to_keep(teller.engine, [changed])}
    assert kept == {"ticket_search@2"}
    kept = {build.name for build in await builds_to_keep(teller.engine, [TICKET_SEARCH])}
    assert kept == {"ticket_search@1"}
    worker = Worker(
        teller.engine,
        teller.store,
        handler(teller.store),
        SubscriptionsToRun(projections=(changed,), pace=PACE),
        intervals=Intervals(poll=0.05, due=600),
    )
    worker.start()

    async def switched() -> bool:
        return await statuses(database_url) == {1: "retired", 2: "serving"}

    await until(switched)
    await worker.stop()
    rows = await teller.rows("ticket_search")
    assert [row["number"] for row in rows] == [None] * 9
    assert (await read_progress(teller.engine, "ticket_search@2")).done == 19


async def test_a_change_of_code_alone_keeps_the_serving_build_up_to_date(
    teller: Teller,
) -> None:
    changed = replace(TICKET_SEARCH, code_version=NOW + 1)
    kept = {build.name for build in await builds_to_keep(teller.engine, [changed])}
    assert kept == {"ticket_search@1"}


async def test_an_unfinished_build_makes_way_for_newer_code(
    teller: Teller, database_url: str
) -> None:
    owner = open_owner_engine(database_url)
    two, three = (replace(TICKET_SEARCH, code_version=version) for version in (NOW + 1, NOW + 2))
    await ensure_read_models(owner, [two])
    assert await ensure_read_models(owner, [three]) == ["ticket_search@3"]
    assert await ensure_read_models(owner, [two]) == [], "older code makes nothing"
    with pytest.raises(BuiltByNewerCode):
        await begin_rebuild(owner, two)
    await owner.dispose()
    assert await statuses(database_url) == {1: "serving", 2: "retired", 3: "filling"}


async def test_a_build_that_is_behind_or_unknown_is_not_served(
    teller: Teller, database_url: str
) -> None:
    await tell_some(teller)
    await teller.project()
    owner = open_owner_engine(database_url)
    await begin_rebuild(owner, TICKET_SEARCH)
    await owner.dispose()
    for build in (2, 9):
        with pytest.raises(DBAPIError, match=r"is behind|is not being filled"):
            await attempt(teller.engine, f"select serve_build('ticket_search', {build})")
    assert (await statuses(database_url))[1] == "serving"
    assert len(await teller.rows("ticket_search")) == 9


async def test_a_build_that_lost_streams_is_not_served(teller: Teller, database_url: str) -> None:
    """The serving one stays, the rebuild says why, and mended code goes on where it stopped."""

    async def stumbles(*args: Any) -> None:
        if any(event.stream_id == "ticket-3" for event in args[1]):
            raise Poisonous
        await TICKET_SEARCH.project(*args)

    await tell_some(teller)
    await teller.project()
    with pytest.raises(StreamsParked):
        await rebuilt(teller, database_url, replace(TICKET_SEARCH, project=stumbles))
    assert await statuses(database_url) == {1: "serving", 2: "filling"}
    assert len(await teller.rows("ticket_search")) == 9
    (build,) = [
        build for build in await builds_to_keep(teller.engine, [TICKET_SEARCH]) if not build.serves
    ]
    assert await retry_parked(runner(teller), build, teller.tenant_id, "ticket-3") == 2
    await rebuilt(teller, database_url, TICKET_SEARCH)
    assert await statuses(database_url) == {1: "retired", 2: "serving"}
    assert len(await teller.rows("ticket_search")) == 9


async def test_the_switch_waits_for_nobody_who_reads(teller: Teller, database_url: str) -> None:
    """A reader with an open transaction keeps the old view; the switch gives up and comes again."""
    await tell_some(teller)
    await teller.project()
    owner = open_owner_engine(database_url)
    build = await begin_rebuild(owner, TICKET_SEARCH)
    await owner.dispose()
    worker = runner(teller)
    async with teller.looking() as connection:
        assert len((await connection.execute(text("select * from ticket_search"))).all()) == 9
        assert not await switch(worker, build)
        assert len((await connection.execute(text("select * from ticket_search"))).all()) == 9
    assert await switch(worker, build)
    assert len(await teller.rows("ticket_search")) == 9


async def test_the_application_cannot_make_tables_or_touch_the_list_of_builds(
    teller: Teller,
) -> None:
    for statement in (
        "create table ticket_search_b7 (tenant_id uuid)",
        "update read_model_build set indexes = '{drop table event}'",
        "insert into read_model_build values ('event', 1, 1, 'filling')",
        "drop view ticket_search",
    ):
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            await attempt(teller.engine, statement)


async def test_each_build_has_the_wall(
    teller: Teller, database_url: str, engine: AsyncEngine, store: EventStore
) -> None:
    await tell_some(teller)
    await teller.project()
    await rebuilt(teller, database_url, TICKET_SEARCH)
    other = Teller(store, engine, UUID(int=9))
    assert await other.rows("ticket_search") == []
    with pytest.raises(DBAPIError, match=r"type uuid|suyuan\.tenant_id"):
        await attempt(engine, "select * from ticket_search")


async def test_read_models_are_made_once_however_many_start(database_url: str) -> None:
    made = await asyncio.gather(*(make_read_models(database_url) for _ in range(4)))
    names: list[Any] = sorted(name for each in made for name in each)
    assert names == sorted(f"{projection.name}@1" for projection in PROJECTIONS)


async def test_history_that_was_there_before_is_projected(
    database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID
) -> None:
    teller = Teller(store, engine, tenant)
    await tell_some(teller)
    await make_read_models(database_url)
    await until(partial(_projected, teller))


async def _projected(teller: Teller) -> bool:
    await teller.project(batch=4)
    return len(await teller.rows("ticket_search")) == 9
