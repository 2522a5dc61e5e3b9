"""Readiness of this installation: database, migrations, worker."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import LOST
from app.schema import newest_revision
from app.subscriptions.liveness import WORKER_LIVES, WORKER_SILENCE

_REVISION = text("select version_num from alembic_version")


async def readiness(engine: AsyncEngine) -> dict[str, str]:
    """By check: `ok`, or what is wrong."""
    checks = {"database": "unavailable", "migrations": "unknown", "worker": "unknown"}
    try:
        async with engine.connect() as connection:
            revision = await connection.scalar(_REVISION)
            checks["database"] = "ok"
            checks["migrations"] = "ok" if revision == newest_revision() else "pending"
            lives = await connection.scalar(WORKER_LIVES, {"silence": WORKER_SILENCE})
            checks["worker"] = "ok" if lives else "silent"
    except (*LOST, DBAPIError, SQLAlchemyError):
        return checks
    return checks
