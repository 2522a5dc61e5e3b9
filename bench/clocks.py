"""The timer: what a tick costs among many clocks, how fast and how late what is due is recorded."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.command_handler import CommandHandler
from app.database_url import driver_url
from app.domain.calendars.arithmetic import add, elapsed
from app.domain.calendars.pack import OFFICE
from app.event_store.store import EventStore
from app.worker import Intervals, LapseRecorder
from bench.due import fill_with_clocks, open_tickets
from bench.plain import TABLE, Asyncpg
from bench.rounds import interleave
from bench.rows import Row, row
from bench.server import on_server, second_database
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
    running,
)
from bench.writers import new_handler, open_store, open_tenants

FEW, MANY, MANY_QUICK = 1_000, 1_000_000, 20_000
AT_ONCE, AT_ONCE_QUICK = 10_000, 1_000
A_SECOND = 100  # due, while the API is under load
SECONDS, SECONDS_QUICK = 30, 5
TICKS = 50
WRITERS = 32

_BREACHES = "select count(*) from event where tenant_id = $1 and type = 'sla_breached'"
_LATENESS = """
select percentile_cont(0.99) within group (order by late) as p99, count(*) as breaches
from (
    select extract(epoch from recorded_at) * 1000 - (header::json ->> 'occ')::numeric / 1000 as late
    from event where tenant_id = $1 and type = 'sla_breached'
) b
"""


async def timing(url: str, *, quick: bool) -> list[Row]:
    return [
        *_calendar_rows(),
        await _lateness(url, SECONDS_QUICK if quick else SECONDS),
        *await _due_at_once(url, AT_ONCE_QUICK if quick else AT_ONCE),
        await _tick(url, MANY_QUICK if quick else MANY, quick=quick),
    ]


@dataclass(frozen=True, slots=True)
class Ticks:
    """Microseconds of one look for what is due, when nothing is."""

    name: str
    lapsing: LapseRecorder

    async def run(self, seconds: float) -> float:
        started = perf_counter()
        done = 0
        while perf_counter() - started < seconds:
            for _ in range(TICKS):
                await self.lapsing.round()
            done += TICKS
        return (perf_counter() - started) / done * 1_000_000


async def _tick(url: str, many: int, *, quick: bool) -> Row:
    beside = await second_database(url)
    async with open_store(url) as full, open_store(beside) as empty:
        contestants = []
        for where, store, clocks in ((url, full, many), (beside, empty, FEW)):
            (tenant,) = await open_tenants(store, 1)
            await fill_with_clocks(where, tenant, clocks)
            contestants.append(Ticks(f"{clocks:,} open", LapseRecorder(store, new_handler(store))))
        medians = await interleave(
            contestants, rounds=3 if quick else 9, seconds=0.3 if quick else 1
        )
    ours, theirs = contestants
    return row(
        f"tick, {many:,} open clocks, none due",
        "µs",
        medians[ours.name],
        medians[theirs.name],
        f"{FEW:,} open clocks",
    )


async def _due_at_once(url: str, number: int) -> list[Row]:
    await on_server(url, TABLE)
    async with open_store(url) as store:
        (tenant,) = await open_tenants(store, 1)
        await open_tickets(store, tenant, [datetime.now(UTC) - timedelta(seconds=1)] * number)
        started = perf_counter()
        await _until_nothing_is_due(store, new_handler(store))
        took = perf_counter() - started
    recorded = await _answer(url, _BREACHES, tenant)
    plain = Asyncpg(url, WRITERS, f"asyncpg INSERT, {WRITERS} connections")
    return [
        row(f"{number:,} due at once", "breaches/s", number / took, await plain.run(3), plain.name),
        row("of these recorded", "breaches", recorded["count"], number, "due"),
    ]


async def _until_nothing_is_due(store: EventStore, handler: CommandHandler) -> None:
    lapsing = LapseRecorder(store, handler)
    while await store.due(1):
        await lapsing.round()


async def _lateness(url: str, seconds: int) -> Row:
    """Of the worker process, while 32 connections report and read as fast as the API answers."""
    await make_read_models(url)
    settings = {"DATABASE_URL": url, **environment()}
    port = free_port()
    api = ["-m", "app.cli.main", "api", "--port", str(port)]
    worker = ["-m", "app.cli.main", "worker"]
    with tempfile.TemporaryDirectory() as directory:
        settings["SUYUAN_DATA_DIR"] = directory
        async with (
            running(api, port, settings),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
            open_store(url) as store,
        ):
            (tenant,) = await open_tenants(store, 1)
            reporting = await open_tenant(client)
            tickets = await report_tickets(client, csr_token(reporting))
            load = Load("load", port, _mixed(reporting, tickets), frozenset({200, 201}))
            first = datetime.now(UTC) + timedelta(seconds=15)
            step = timedelta(seconds=1) / A_SECOND
            await open_tickets(store, tenant, [first + n * step for n in range(seconds * A_SECOND)])
            async with running(worker, None, settings):
                await asyncio.sleep((first - datetime.now(UTC)).total_seconds())
                await load.run(seconds)
                await asyncio.sleep(5)
    measured = await _answer(url, _LATENESS, tenant)
    if measured["breaches"] != seconds * A_SECOND:
        raise RuntimeError(f"{measured['breaches']} breaches were recorded")
    return row(
        f"p99 lateness, {A_SECOND} due a second, under load",
        "ms",
        float(measured["p99"]),
        Intervals().due * 1000,
        "the rhythm of the timer",
    )


def _mixed(tenant_id: UUID, tickets: Mapping[UUID, str]) -> list[str]:
    """Three tickets are read for one that is reported."""
    read, reports = gets(csr_token(tenant_id), tickets), cycle(posts(tenant_id))
    return [
        one for n, get in enumerate(read) for one in ([next(reports), get] if n % 3 == 0 else [get])
    ]


async def _answer(url: str, query: str, tenant: UUID) -> Any:
    connection = await asyncpg.connect(driver_url(url))
    try:
        return await connection.fetchrow(query, tenant)
    finally:
        await connection.close()


def _calendar_rows() -> list[Row]:
    """On office hours with all statutory exceptions; always open would be a plain addition."""
    start = datetime(2024, 3, 5, 1, 0, tzinfo=UTC)
    spans = {"a day": 1, "a year": 365, "10 years": 3_650}
    rows = []
    for name, rate_over in (("elapsed", _elapsed_over), ("add", _added_over)):
        rates = {span: _calls_a_second(rate_over(start, days)) for span, days in spans.items()}
        rows += [
            row(f"{name} over {span}", "calls/s", rate, rates["a day"], f"{name} over a day")
            for span, rate in rates.items()
        ]
    return rows


def _elapsed_over(start: datetime, days: int) -> Callable[[], object]:
    end = start + timedelta(days=days)
    return lambda: elapsed(OFFICE, start, end)


def _added_over(start: datetime, days: int) -> Callable[[], object]:
    """As much open time as lies in that span."""
    amount = elapsed(OFFICE, start, start + timedelta(days=days))
    return lambda: add(OFFICE, start, amount)


def _calls_a_second(call: Callable[[], object], calls: int = 20_000) -> float:
    """The best of some rounds: a function that waits for nothing is only ever disturbed."""
    best = 0.0
    for _ in range(5):
        started = perf_counter()
        for _ in range(calls):
            call()
        best = max(best, calls / (perf_counter() - started))
    return best
