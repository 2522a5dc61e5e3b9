"""What a worker costs the database when nothing happens: statements a second, share of a core."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

import asyncpg

from app.database_url import driver_url
from bench.cost import of_children, server_of
from bench.repairs import report
from bench.rows import Row, row
from bench.serving import make_read_models
from bench.working import observer, worker_of
from bench.writers import new_handler, open_store, open_tenants

TENANTS, TENANTS_QUICK = 1_000, 100
SECONDS, SECONDS_QUICK = 60.0, 10.0

_CALLS = "select sum(calls)::bigint from pg_stat_statements where query not like '%pg_stat%'"


@dataclass(frozen=True, slots=True)
class Idling:
    statements: float  # a second
    core: float  # in percent


async def idling(url: str, *, quick: bool) -> list[Row]:
    tenants = TENANTS_QUICK if quick else TENANTS
    seconds = SECONDS_QUICK if quick else SECONDS
    await make_read_models(url)
    async with open_store(url) as store:
        handler = new_handler(store)
        async with worker_of(url, store, handler) as worker:
            worker.start()
            found = {}
            opened: list[UUID] = []
            for number in (1, tenants):
                opened += await open_tenants(store, number - len(opened))
                for tenant in opened[-number:]:
                    await report(handler, tenant, 0)
                for tenant in opened:
                    async with observer(url, tenant) as seen:
                        await seen.until_followed()
                async with _counted(url) as connection:
                    found[number] = await _idle(connection, seconds)
    one, many = found[1], found[tenants]
    return [
        row(f"idle, {tenants:,} tenants", "statements/s", many.statements, one.statements, "one"),
        row("its CPU in the database", "% of a core", many.core, 1.0, "the aim"),
    ]


@asynccontextmanager
async def _counted(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute("create extension if not exists pg_stat_statements")
        yield connection
    finally:
        await connection.close()


async def _idle(connection: asyncpg.Connection, seconds: float) -> Idling:
    server = await server_of(connection)
    calls, spent, started = await connection.fetchval(_CALLS), of_children(server), perf_counter()
    await asyncio.sleep(seconds)
    took = perf_counter() - started
    later = of_children(server)
    cpu = sum(seconds - spent.get(pid, 0.0) for pid, seconds in later.items())
    more = await connection.fetchval(_CALLS) - calls
    return Idling(statements=more / took, core=cpu / took * 100)
