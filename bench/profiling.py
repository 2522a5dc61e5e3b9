"""`python -m bench profile append|post|get|rebuild`: where the time goes, in Python and in SQL."""

import asyncio
import cProfile
import os
import pstats
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import uvicorn
from rich.console import Console
from rich.table import Table

from app.config import read_settings
from app.database_url import driver_url
from app.db import open_engine
from app.event_store.store import EventStore
from app.projections.catalogue import PROJECTIONS
from app.subscriptions.builds import open_owner_engine
from app.subscriptions.rebuild import Rebuild
from app.subscriptions.runner import Runner
from app.telemetry import configure_logging
from app.web import create_app
from bench.history import record_history
from bench.rebuilding import EVENTS_QUICK, READ_MODEL
from bench.serving import (
    Load,
    csr_token,
    environment,
    free_port,
    gets,
    make_read_models,
    open_tenant,
    posts,
    report_tickets,
    until_listening,
)
from bench.writers import HandlerWriters, new_handler, open_store, open_tenants

SECONDS = 8.0
TOP = 25
SERVER = {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all"}

_STATEMENTS = """
select calls, total_exec_time, total_exec_time / greatest(calls, 1) * 1000 as each, rows,
       wal_bytes, regexp_replace(query, '\\s+', ' ', 'g') as query
from pg_stat_statements order by total_exec_time desc limit 12
"""


@asynccontextmanager
async def profiled(url: str) -> AsyncIterator[None]:
    """Prints the top of what this process did inside, and of what its database did."""
    connection = await asyncpg.connect(driver_url(url))
    await connection.execute("create extension if not exists pg_stat_statements")
    await connection.execute("select pg_stat_statements_reset()")
    profile = cProfile.Profile()
    profile.enable()
    yield
    profile.disable()
    statements = await connection.fetch(_STATEMENTS)
    await connection.close()
    stats = pstats.Stats(profile)
    stats.sort_stats("tottime").print_stats(TOP)
    stats.sort_stats("cumulative").print_stats("/app/", TOP)
    table = Table("calls", "ms", "µs each", "rows", "WAL kB", "statement, those of functions too")
    for calls, total, each, rows, wal, query in statements:
        figures = (f"{value:,.0f}" for value in (calls, total, each, rows, float(wal) / 1024))
        table.add_row(*figures, query[:90])
    Console(width=150).print(table)


async def profile_append(url: str) -> None:
    async with open_store(url) as store:
        (tenant,) = await open_tenants(store, 1)
        writers = HandlerWriters("command", new_handler(store), tenant, 32)
        await writers.run(1)
        async with profiled(url):
            print(f"{await writers.run(SECONDS):,.0f} commands/s under the profiler")


async def profile_post(url: str) -> None:
    await _serve(
        url, lambda port, tenant, _tickets: Load("POST", port, posts(tenant), frozenset({201}))
    )


async def profile_get(url: str) -> None:
    await _serve(
        url,
        lambda port, tenant, tickets: Load(
            "GET", port, gets(csr_token(tenant), tickets), frozenset({200})
        ),
    )


async def _serve(url: str, load: Callable[[int, UUID, Mapping[Any, str]], Load]) -> None:
    """The API in this process, the load in another."""
    await make_read_models(url)
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        settings = {"DATABASE_URL": url, "SUYUAN_DATA_DIR": directory, **environment()}
        configure_logging("json")  # a line a request, on standard error
        app = create_app(read_settings(settings))
        api = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
        serving = asyncio.create_task(api.serve())
        await until_listening(port)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            tenant = await open_tenant(client)
            tickets = await report_tickets(client, csr_token(tenant))
            requests = load(port, tenant, tickets)
        await requests.run(1)
        async with profiled(url):
            print(f"{await requests.run(SECONDS):,.0f} requests/s under the profiler")
        api.should_exit = True
        await serving


async def profile_rebuild(url: str) -> None:
    await make_read_models(url)
    await record_history(url, EVENTS_QUICK)
    projection = next(one for one in PROJECTIONS if one.name == READ_MODEL)
    owner, engine = open_owner_engine(url), open_engine(url, size=4)
    async with open_store(url) as store, profiled(url):
        await Rebuild(owner, _runner(engine, store), projection).run()
    await owner.dispose()
    await engine.dispose()


def _runner(engine: Any, store: EventStore) -> Runner:
    return Runner(engine, store, holder=f"bench:{os.getpid()}")


PROFILES: Mapping[str, Callable[[str], Coroutine[Any, Any, None]]] = {
    "append": profile_append,
    "post": profile_post,
    "get": profile_get,
    "rebuild": profile_rebuild,
}
