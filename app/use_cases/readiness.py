"""Readiness of this installation: database, migrations, worker."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import LOST
from app.schema import read_schema

WORKER_SILENCE = 30  # seconds without a heartbeat of any worker
READY = frozenset({"ok", "newer"})

_WORKER = text(
    "select exists (select from worker_heartbeat"
    " where seen_at > clock_timestamp() - make_interval(secs => :silence))"
)


async def readiness(engine: AsyncEngine) -> dict[str, str]:
    """By check: `ok`, or what is wrong. Of `migrations` also `newer`: a later release has migrated
    the database, and this code works on it (`app/schema.py`)."""
    checks = {"database": "unavailable", "migrations": "unknown", "worker": "unknown"}
    try:
        async with engine.connect() as connection:
            schema = await connection.run_sync(read_schema)
            checks["database"] = "ok"
            checks["migrations"] = schema.state
            lives = await connection.scalar(_WORKER, {"silence": WORKER_SILENCE})
            checks["worker"] = "ok" if lives else "silent"
    except (*LOST, DBAPIError, SQLAlchemyError):
        return checks
    return checks


def is_ready(checks: Mapping[str, str]) -> bool:
    return READY.issuperset(checks.values())
