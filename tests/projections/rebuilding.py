"""A rebuild of `ticket_search` in a process of its own, to be killed.

`python -m tests.projections.rebuilding <url> <code version>`
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.db import open_engine, open_pool
from app.event_store.store import EventStore
from app.projections.ticket_search import TICKET_SEARCH
from app.subscriptions.base import Pace
from app.subscriptions.builds import Projection, open_owner_engine
from app.subscriptions.rebuild import Rebuild
from app.subscriptions.runner import Runner

SLOW = Pace(batch=20, pages=5, lease=0.5)


def of_version(code_version: int) -> Projection:
    return replace(TICKET_SEARCH, code_version=code_version)


async def rebuild(url: str, code_version: int) -> str:
    pool = await open_pool(url, size=2)
    engine = open_engine(url, size=2)
    owner = open_owner_engine(url)
    try:
        runner = Runner(engine, EventStore(pool), holder=f"rebuild:{id(pool)}")
        build = await Rebuild(owner, runner, of_version(code_version), pace=SLOW, pause=0.05).run()
        return build.name
    finally:
        await pool.close()
        await engine.dispose()
        await owner.dispose()


@contextmanager
def rebuilding(url: str, code_version: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.projections.rebuilding", url, str(code_version)]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(rebuild(sys.argv[1], int(sys.argv[2])))
