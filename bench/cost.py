"""`python -m bench cost`: CPU milliseconds a request, of the API and of the database.

Rates need a machine at rest; what a request costs can also be read while others work beside.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import asyncpg
from rich.console import Console
from rich.table import Table

from bench.rounds import interleave
from bench.serving import Load, served

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Costly:
    """A load, with what it costs the processes that serve it."""

    load: Load
    api: int
    database: int
    spent: list[tuple[float, float]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.load.name

    async def run(self, seconds: float) -> float:
        api, database = cpu_seconds(self.api), of_children(self.database)
        rate = await self.load.run(seconds)
        requests = rate * seconds
        later = of_children(self.database)
        backends = sum(spent - database.get(pid, 0.0) for pid, spent in later.items())
        self.spent.append(((cpu_seconds(self.api) - api) / requests, backends / requests))
        return rate


async def cost(url: str, *, quick: bool) -> None:
    async with served(url) as (loads, pids, database):
        contestants = [Costly(load, pids[load.port], database) for load in loads]
        await interleave(contestants, rounds=2 if quick else 7, seconds=2 if quick else 5)
    table = Table("what", "API, ms", "database, ms")
    for one in contestants:
        api, backends = (median(each) * 1000 for each in zip(*one.spent[1:], strict=True))
        table.add_row(one.name, f"{api:.3f}", f"{backends:.3f}")
    Console().print(table)


def cpu_seconds(pid: int) -> float:
    """In user and system mode; 0 for a process that is gone."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def of_children(parent: int) -> Mapping[int, float]:
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return {
        pid: cpu_seconds(pid) for pid in pids if (fields := _stat(pid)) and int(fields[1]) == parent
    }


async def server_of(connection: asyncpg.Connection) -> int:
    """The process whose children serve this connection and all others."""
    lock: str = await connection.fetchval("select pg_read_file('postmaster.pid')")
    return int(lock.split(maxsplit=1)[0])


def _stat(pid: int) -> list[str]:
    """What follows the name of the command, which may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
