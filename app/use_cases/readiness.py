"""Readiness of this installation: database, migrations, worker."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import LOST, DatabaseUnavailable
from app.schema import newest_revision

WORKER_SILENCE = 30  # seconds without a heartbeat of any worker

_REVISION = text("select version_num from alembic_version")
_WORKER = text(
    "select exists (select from worker_heartbeat"
    " where seen_at > clock_timestamp() - make_interval(secs => :silence))"
)


async def readiness(engine: AsyncEngine) -> dict[str, str]:
    """By check: `ok`, or what is wrong."""
    checks = {"database": "unavailable", "migrations": "unknown", "worker": "unknown"}
    try:
        async with engine.connect() as connection:
            revision = await connection.scalar(_REVISION)
            checks["database"] = "ok"
            checks["migrations"] = "ok" if revision == newest_revision() else "pending"
            lives = await connection.scalar(_WORKER, {"silence": WORKER_SILENCE})
            checks["worker"] = "ok" if lives else "silent"
    except (*LOST, DatabaseUnavailable, DBAPIError, SQLAlchemyError):
        return checks
    return checks
