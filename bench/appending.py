"""Appends: an event with all that the store promises, against a bare INSERT of its bytes."""

from bench.pgbench import PgBench
from bench.plain import TABLE, Asyncpg
from bench.recorder import Eventsourcing
from bench.rounds import Contestant, interleave
from bench.rows import Row, row
from bench.server import on_server
from bench.writers import HandlerWriters, StoreWriters, new_handler, open_store, open_tenants

WRITERS = 32
TENANTS = 16
UNIT = "events/s"


async def many_writers(url: str, *, quick: bool) -> list[Row]:
    await on_server(url, TABLE)
    async with open_store(url) as store:
        tenants = await open_tenants(store, TENANTS)
        ours: list[Contestant] = [
            StoreWriters("append, 1 tenant, 32 writers", store, tenants[:1], WRITERS),
            HandlerWriters(
                "command, 1 tenant, 32 writers", new_handler(store), tenants[0], WRITERS
            ),
            StoreWriters("append, 16 tenants, 32 writers", store, tenants, WRITERS),
        ]
        theirs: list[Contestant] = [
            PgBench(url, WRITERS),
            Asyncpg(url, WRITERS),
            Eventsourcing("eventsourcing, in order", url, WRITERS, functions=False),
            Eventsourcing("eventsourcing, functions", url, WRITERS, functions=True),
        ]
        medians = await interleave(
            [*ours, *theirs], rounds=2 if quick else 7, seconds=1 if quick else 3
        )
    return [
        row(one.name, UNIT, medians[one.name], medians[other.name], other.name)
        for one in ours
        for other in theirs
    ]


async def one_writer(url: str, *, quick: bool) -> list[Row]:
    await on_server(url, TABLE)
    async with open_store(url) as store:
        (tenant,) = await open_tenants(store, 1)
        ours: list[Contestant] = [
            StoreWriters("append, one writer", store, [tenant], 1),
            HandlerWriters("command, one writer", new_handler(store), tenant, 1),
        ]
        plain = Asyncpg(url, 1)
        medians = await interleave(
            [*ours, plain], rounds=2 if quick else 7, seconds=1 if quick else 3
        )
    return [row(one.name, UNIT, medians[one.name], medians[plain.name], plain.name) for one in ours]
