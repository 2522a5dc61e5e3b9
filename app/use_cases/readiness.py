"""Readiness of this installation: database, migrations, worker, clocks."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.clock_watch import TOLERANCE, ClockWatch
from app.db import LOST, DatabaseUnavailable
from app.schema import newest_revision

WORKER_SILENCE = 30  # seconds without a heartbeat of any worker

_REVISION = text("select version_num from alembic_version")
_WORKERS = text("""
select clock_timestamp() as clock, max(seen_at) as heartbeat,
       coalesce(bool_or(lives), false) as lives,
       coalesce(bool_or(lives and skew > :tolerance), false) as disagree
from (select seen_at, abs(extract(epoch from process_at - seen_at)) as skew,
             seen_at > clock_timestamp() - make_interval(secs => :silence) as lives
      from worker_heartbeat) beat
""")


async def readiness(engine: AsyncEngine, clock: ClockWatch) -> dict[str, str]:
    """By check: `ok`, or what is wrong. `clock` is of this process, the database and each worker
    that lives."""
    checks = dict.fromkeys(("database", "migrations", "worker", "clock"), "unknown")
    checks["database"] = "unavailable"
    try:
        async with engine.connect() as connection:
            revision = await connection.scalar(_REVISION)
            checks["database"] = "ok"
            checks["migrations"] = "ok" if revision == newest_revision() else "pending"
            said = {"silence": WORKER_SILENCE, "tolerance": TOLERANCE.total_seconds()}
            workers = (await connection.execute(_WORKERS, said)).one()
            checks["worker"] = "ok" if workers.lives else "silent"
            agree = clock.agree(workers.clock, workers.heartbeat) and not workers.disagree
            checks["clock"] = "ok" if agree else "in_doubt"
    except (*LOST, DatabaseUnavailable, DBAPIError, SQLAlchemyError):
        return checks
    return checks
