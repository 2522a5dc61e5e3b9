"""What a list reads, by rows and not by time: its page and what is the viewer's own."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import open_engine, tenant_transaction
from app.embedded.launcher import EmbeddedPostgres
from app.event_store import statements
from app.projections import ticket_search
from bench.every_list import every_list
from bench.full_tenant import FullTenant, fill, fill_log, make_read_models
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


async def test_no_list_walks_the_tenant(full_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A frequent word is looked for in so many texts before the index is used: a bound of its own.
    monkeypatch.setattr(ticket_search, "SCANNED_FIRST", 30)
    monkeypatch.setattr(ticket_search, "SCANNED_NEXT", 300)
    engine = open_engine(full_url, size=1)
    try:
        found, too_much = 0, {}
        for listing in every_list(TENANT):
            rows, read = await _rows_read(engine, listing.find)
            found += len(rows)
            if read > MOST:
                too_much[listing.name] = read
    finally:
        await engine.dispose()
    assert found > 5000, "the tenant has what is looked for"
    assert not too_much


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
