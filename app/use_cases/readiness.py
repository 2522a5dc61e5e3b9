"""Readiness of this installation: database, migrations, worker, clocks."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.clock_watch import TOLERANCE, ClockWatch
from app.db import LOST, DatabaseUnavailable
from app.schema import read_schema
from app.subscriptions.liveness import WORKER_SILENCE

READY = frozenset({"ok", "newer"})

_WORKERS = text("""
select clock_timestamp() as clock, max(seen_at) as heartbeat,
       coalesce(bool_or(lives), false) as lives,
       coalesce(bool_or(lives and skew > :tolerance), false) as disagree
from (select seen_at, abs(extract(epoch from process_at - seen_at)) as skew,
             seen_at > clock_timestamp() - make_interval(secs => :silence) as lives
      from worker_heartbeat) beat
""")


async def readiness(engine: AsyncEngine, clock: ClockWatch) -> dict[str, str]:
    """By check: `ok`, or what is wrong. Of `migrations` also `newer`: a later release has migrated
    the database, and this code works on it (`app/schema.py`). `clock` is of this process, the
    database and each worker that lives."""
    for _ in range(2):  # a connection of the pool may be from before the database's restart
        try:
            return await _ask(engine, clock)
        except (*LOST, DatabaseUnavailable, SQLAlchemyError):
            continue
    unknown = dict.fromkeys(("migrations", "worker", "clock"), "unknown")
    return {"database": "unavailable"} | unknown


async def _ask(engine: AsyncEngine, clock: ClockWatch) -> dict[str, str]:
    async with engine.connect() as connection:
        schema = await connection.run_sync(read_schema)
        said = {"silence": WORKER_SILENCE, "tolerance": TOLERANCE.total_seconds()}
        workers = (await connection.execute(_WORKERS, said)).one()
    agree = clock.agree(workers.clock, workers.heartbeat) and not workers.disagree
    return {
        "database": "ok",
        "migrations": schema.state,
        "worker": "ok" if workers.lives else "silent",
        "clock": "ok" if agree else "in_doubt",
    }


def is_ready(checks: Mapping[str, str]) -> bool:
    return READY.issuperset(checks.values())
