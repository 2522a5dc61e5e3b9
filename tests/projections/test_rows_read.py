"""What a list reads, by rows and not by time: its page and what is the viewer's own."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import ColumnElement, and_, case, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import open_engine, tenant_transaction
from app.embedded.launcher import EmbeddedPostgres
from app.event_store import statements
from app.projections import ticket_search
from app.projections.ticket_search import TicketFilters, search_tickets
from bench.every_list import AREAS, VIEWERS
from bench.full_tenant import NOW, FullTenant, fill, fill_log, make_read_models
from tests.conftest import TEMPLATE, on_server

TENANT = FullTenant(UUID(int=10), tickets=20_000, own=100)
OTHER = FullTenant(UUID(int=11), tickets=1000)
NAME = "rows_read"
MOST = 2000
"""Rows that a list may read, each counted in the index and in the table. The tenant has 20,000
tickets with 60,000 clocks, an engineer some 130 tickets."""

_READ = """
select coalesce(sum(coalesce(pg_stat_get_xact_tuples_returned(oid), 0)
                    + coalesce(pg_stat_get_xact_tuples_fetched(oid), 0)), 0)::int
from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')
"""


@pytest.fixture(scope="module")
def full_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    asyncio.run(on_server(postgres.superuser_url, f"create database {NAME} template {TEMPLATE}"))
    url = postgres.url(database=NAME)

    async def prepare() -> None:
        await make_read_models(url)
        await fill(url, OTHER, TENANT)
        await fill_log(url, TENANT)

    asyncio.run(prepare())
    yield url
    asyncio.run(on_server(postgres.superuser_url, f"drop database {NAME} with (force)"))


@pytest.mark.parametrize("area", AREAS)
async def test_no_list_walks_the_tenant(
    full_url: str, area: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A frequent word is looked for in so many texts before the index is used: a bound of its own.
    monkeypatch.setattr(ticket_search, "SCANNED_FIRST", 30)
    monkeypatch.setattr(ticket_search, "SCANNED_NEXT", 300)
    engine = open_engine(full_url, size=1)
    try:
        found, too_much = 0, {}
        for listing in AREAS[area](TENANT):
            rows, read = await _rows_read(engine, listing.find)
            found += len(rows)
            if read > MOST:
                too_much[listing.name] = read
    finally:
        await engine.dispose()
    assert found, "the tenant has what is looked for"
    assert not too_much


@pytest.mark.parametrize("sort", ["-reported_at", "due_at"])
@pytest.mark.parametrize("who", VIEWERS)
async def test_the_pages_together_are_what_one_may_see_in_order(
    full_url: str, who: str, sort: ticket_search.TicketSort
) -> None:
    viewer, view = VIEWERS[who], ticket_search.View
    late = or_(view.c.breached, view.c.breaches_at < NOW)
    narrowed: tuple[tuple[TicketFilters, ColumnElement[bool]], ...] = (
        (TicketFilters(), true()),
        (TicketFilters(breached=True), late),
        (
            TicketFilters(community="c1", on_hold=False),
            and_(view.c.community == "c1", ~view.c.on_hold),
        ),
        (TicketFilters(community="c2"), view.c.community == "c2"),
    )
    order: tuple[ColumnElement[object], ...] = (
        view.c.due_at.nulls_last(),
        case((view.c.due_at.is_(None), view.c.reported_at)),
        view.c.ticket_id,
    )
    if sort == "-reported_at":
        order = (view.c.reported_at.desc(), view.c.ticket_id.desc())
    visible = and_(view.c.tenant_id == OTHER.tenant_id, ticket_search.visible_to(viewer))
    engine = open_engine(full_url, size=1)
    try:
        async with tenant_transaction(engine, OTHER.tenant_id) as connection:
            for filters, condition in narrowed:
                seen: list[ticket_search.Found] = []
                while page := await search_tickets(
                    connection,
                    OTHER.tenant_id,
                    viewer,
                    filters,
                    now=NOW,
                    sort=sort,
                    after=seen[-1] if seen else None,
                    limit=37,
                ):
                    seen += page
                whole = select(view.c.ticket_id).where(visible, condition).order_by(*order)
                expected = (await connection.execute(whole)).scalars().all()
                assert [each.ticket_id for each in seen] == expected, filters
    finally:
        await engine.dispose()


async def _rows_read(engine: AsyncEngine, find: object) -> tuple[list[object], int]:
    assert callable(find)
    async with tenant_transaction(engine, TENANT.tenant_id) as connection:
        before = await connection.scalar(text(_READ))
        rows = await find(connection, TENANT.tenant_id)
        return rows, await connection.scalar(text(_READ)) - before


@pytest.mark.parametrize("after", [0, 12_000])
@pytest.mark.parametrize(
    ("query", "given", "found"),
    [
        (statements.ALL_EVENTS, (), 21),
        (statements.EVENTS_OF_TYPES, (["campaign_opened"],), None),
        (statements.EVENTS_OF_TYPES, (["campaign_opened", "ticket_commented"],), 21),
        (statements.EVENTS_OF_TYPES, (["unheard_of"],), 0),
        (statements.EVENTS_OF_STREAMS, ([f"ticket-{TENANT.ticket(3000)}"],), 5),
    ],
    ids=["all", "a rare type", "two types", "no such type", "a stream"],
)
async def test_no_filter_of_the_log_walks_it(
    full_url: str, query: str, given: tuple[object, ...], found: int | None, after: int
) -> None:
    by_stream = (None,) if query == statements.EVENTS_OF_STREAMS else ()
    arguments = (TENANT.tenant_id, *given, after, *by_stream, 21)
    connection = await asyncpg.connect(full_url)
    try:
        async with connection.transaction():
            await connection.execute("set local role suyuan_app")
            await connection.execute(statements.SET_TENANT, str(TENANT.tenant_id))
            before = await connection.fetchval(_READ)
            rows = await connection.fetch(query, *arguments)
            read = await connection.fetchval(_READ) - before
    finally:
        await connection.close()
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)
    assert all(row["position"] > after for row in rows)
    if found is not None:
        assert len(rows) == found
    assert read < 250
