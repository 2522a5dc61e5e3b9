"""A whole rebuild by the product's own command: how fast, in how much memory."""

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from time import perf_counter

import asyncpg

from app.database_url import driver_url
from bench.history import record_history
from bench.rounds import interleave
from bench.rows import Row, row
from bench.serving import environment, make_read_models

READ_MODEL = "ticket_search"
EVENTS, EVENTS_QUICK = 1_000_000, 50_000
MEMORY_LIMIT_MB = 300
_READ = "select position, header, content, recorded_at, leaf from event order by position"


@dataclass(slots=True)
class Rebuilding:
    """`suyuan projections rebuild`, its start included. It remembers its largest memory."""

    url: str
    events: int
    name: str = "rebuild"
    peak_mb: float = 0.0

    async def run(self, seconds: float) -> float:
        """All of them, however long it takes."""
        del seconds
        started = perf_counter()
        self.peak_mb = max(self.peak_mb, await asyncio.to_thread(self._command))
        return self.events / (perf_counter() - started)

    def _command(self) -> float:
        words = ["-m", "app.cli.main", "projections", "rebuild", READ_MODEL, "--json"]
        with tempfile.TemporaryDirectory() as directory:
            settings = {
                "DATABASE_URL": self.url,
                "SUYUAN_DATA_DIR": directory,
                **environment(),
            }
            process = os.posix_spawn(
                sys.executable, [sys.executable, *words], os.environ | settings
            )
            _, status, usage = os.wait4(process, 0)
        if status:
            raise RuntimeError(f"the rebuild ended with {os.waitstatus_to_exitcode(status)}")
        return usage.ru_maxrss / 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """The same events through a server-side cursor, and nothing done with them."""

    url: str
    events: int
    name: str = "reading alone, a cursor"

    async def run(self, seconds: float) -> float:
        del seconds
        started = perf_counter()
        connection = await asyncpg.connect(driver_url(self.url))
        try:
            async with connection.transaction(readonly=True):
                cursor = await connection.cursor(_READ)
                while await cursor.fetch(5_000):
                    pass
        finally:
            await connection.close()
        return self.events / (perf_counter() - started)


async def rebuilding(url: str, *, quick: bool) -> list[Row]:
    events = EVENTS_QUICK if quick else EVENTS
    await make_read_models(url)
    await record_history(url, events)
    rebuild, reading = Rebuilding(url, events), Reading(url, events)
    medians = await interleave([rebuild, reading], rounds=1 if quick else 2, seconds=0, warm_up=0)
    return [
        row(
            f"rebuild of {READ_MODEL}, {events:,} events",
            "events/s",
            medians[rebuild.name],
            medians[reading.name],
            reading.name,
        ),
        row("its largest memory", "MB", rebuild.peak_mb, MEMORY_LIMIT_MB, "the limit"),
    ]
