"""How fast one worker follows what one API process accepts, and how late it is at half of that:
everything that is told, compensated or listed waits for it."""

import asyncio
import os
import tempfile
from bisect import bisect_left
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

import httpx

from app.event_store.store import EventStore
from bench.cost import cpu_seconds, of_children, server_of
from bench.repairs import BUILDINGS, hire, repair
from bench.rows import Row, row
from bench.serving import (
    PEOPLE,
    REPORT,
    Load,
    csr_token,
    environment,
    free_port,
    make_read_models,
    open_tenant,
    post,
    running,
)
from bench.working import Observer, observer, worker_of
from bench.writers import new_handler, open_store, open_tenants

SECONDS, SECONDS_QUICK = 20, 5
REPAIRS, REPAIRS_QUICK = 500, 100
WRITERS = 32
PLACES = 4_000
_RECORDED = """
select position, recorded_at from event where tenant_id = $1 and position > $2 order by position
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds, and seconds of CPU of a process and of the database."""

    took: float
    process: float
    database: float


async def following(url: str, *, quick: bool) -> list[Row]:
    await make_read_models(url)
    seconds = SECONDS_QUICK if quick else SECONDS
    return [
        *await _repairs(url, REPAIRS_QUICK if quick else REPAIRS),
        *await _reports(url, seconds),
    ]


async def _repairs(url: str, number: int) -> list[Row]:
    """Given to the command handler directly, which is faster than over HTTP."""
    async with open_store(url) as store:
        (tenant,) = await open_tenants(store, 1)
        handler = new_handler(store)
        engineers = await hire(handler, tenant, 8)
        todo = iter(range(number))

        async def work() -> None:
            for n in todo:
                await repair(handler, tenant, engineers[n % len(engineers)], n)

        async def accept() -> None:
            await asyncio.gather(*(work() for _ in range(WRITERS)))

        async with observer(url, tenant) as seen:
            accepted = await _measured(seen, accept)
            events = await seen.head()
            followed = await _follow(url, store, seen)
    name = f"{number} whole repairs followed"
    return [
        row(name, "events/s", events / followed.took, events / accepted.took, "accepted"),
        _cpu_row(name, followed, accepted, events),
    ]


def _cpu_row(name: str, followed: Spent, accepted: Spent, events: int) -> Row:
    ours, theirs = (
        (one.process + one.database) / events * 1_000_000 for one in (followed, accepted)
    )
    return row(f"{name}, CPU", "µs/event", ours, theirs, "accepted")


async def _reports(url: str, seconds: int) -> list[Row]:
    """Over HTTP, by an API process without a worker; then the worker alone; then both at once, at
    half the rate."""
    async with _api(url) as api, open_store(url) as store, observer(url, api.tenant) as seen:
        requests = [
            post(csr_token(api.tenant, place % PEOPLE), _report(place)) for place in range(PLACES)
        ]
        load = Load("reports", api.port, requests, frozenset({201}))
        rates: list[float] = []

        async def accept() -> None:
            rates.append(await load.run(seconds))

        accepted = await _measured(seen, accept, api.pid)
        events = await seen.head()
        followed = await _follow(url, store, seen)
        (rate,) = rates
        lag = await _lag(url, seen, replace(load, rate=rate / 2), seconds)
    name = "reports followed"
    reports = rate * seconds
    return [
        row(name, "reports/s", reports / followed.took, rate, "accepted over HTTP"),
        _cpu_row(name, followed, accepted, events),
        row("p99 lag, half as many reports as accepted", "ms", lag, 200, "the aim"),
    ]


@dataclass(frozen=True, slots=True)
class _Api:
    port: int
    pid: int
    tenant: UUID


@asynccontextmanager
async def _api(url: str) -> AsyncIterator[_Api]:
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        settings = {"DATABASE_URL": url, "SUYUAN_DATA_DIR": directory, **environment()}
        words = ["-m", "app.cli.main", "api", "--port", str(port)]
        async with running(words, port, settings) as pid:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                tenant = await open_tenant(client)
            yield _Api(port, pid, tenant)


def _report(place: int) -> dict[str, object]:
    unit, building = divmod(place, BUILDINGS)
    location = {"community": "jinxiu", "building": str(building), "unit": str(unit)}
    return {**REPORT, "location": location, "household_id": f"h-{place}"}


async def _follow(url: str, store: EventStore, seen: Observer) -> Spent:
    """By a worker in this process, which knows of nothing and finds all of it at its first look."""
    async with worker_of(url, store, new_handler(store)) as worker:

        async def work() -> None:
            worker.start()
            await seen.until_followed()

        return await _measured(seen, work)


async def _measured(
    seen: Observer, work: Callable[[], Awaitable[None]], pid: int | None = None
) -> Spent:
    """Of this process, unless another does the work."""
    pid = pid or os.getpid()
    server = await server_of(seen.connection)
    process, backends, started = cpu_seconds(pid), of_children(server), perf_counter()
    await work()
    return Spent(
        took=perf_counter() - started,
        process=cpu_seconds(pid) - process,
        database=sum(spent - backends.get(pid, 0.0) for pid, spent in of_children(server).items()),
    )


async def _lag(url: str, seen: Observer, load: Load, seconds: int) -> float:
    """From an event's record until every subscription has handled it, in ms; by a worker process,
    with wake-ups, once it has caught up."""
    with tempfile.TemporaryDirectory() as directory:
        settings = {"DATABASE_URL": url, "SUYUAN_DATA_DIR": directory, **environment()}
        async with running(["-m", "app.cli.main", "worker"], None, settings):
            await load.run(2)
            await seen.until_followed()
            first = await seen.head()
            loading = asyncio.create_task(load.run(seconds))
            samples = []
            while not (loading.done() and await seen.followed()):
                samples.append(await seen.progress())
                await asyncio.sleep(0.005)
            await loading
            samples.append(await seen.progress())
    positions = [position for position, _ in samples]
    recorded = await seen.connection.fetch(_RECORDED, seen.tenant, first)
    lags = sorted(
        (samples[bisect_left(positions, one["position"])][1] - one["recorded_at"]).total_seconds()
        for one in recorded
    )
    p99: float = lags[len(lags) * 99 // 100]
    return p99 * 1000
