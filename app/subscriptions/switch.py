"""Switches from the serving build to a filled one, in one transaction that also handles the last
events: no reader ever sees less than before."""

from typing import Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import DatabaseUnavailable
from app.subscriptions.builds import Build
from app.subscriptions.failures import where
from app.subscriptions.pages import decode_page, read_page
from app.subscriptions.runner import Runner, call_handler, run_caught

log = structlog.get_logger(__name__)

MAX_BEHIND = 1000
"""Events that the switch may catch up with while all checkpoints are locked: tens of ms."""

HOUR = 3600.0
STREAMS_PARKED = "SY006"

_TENANT = text("select set_tenant(:tenant)")
_PARKED = text("""
select stream_id from parked where tenant_id = :tenant and subscription = :subscription
""")
_MOVE = text("""
insert into checkpoint as c (tenant_id, subscription, position, fence)
values (:tenant, :subscription, :to, 1)
on conflict (tenant_id, subscription) do update
set position = excluded.position, fence = c.fence + 1, holder = null, leased_until = null
""")


class StreamsParked(Exception):
    """The new build has parked streams that the serving one has not: it would show less."""


async def switch(runner: Runner, build: Build) -> bool:
    """Whether the build serves now. False if it is too far behind or a lock was not free.

    Raises `StreamsParked`: retry them, or fix the code and rebuild.
    """
    switched = False

    async def attempt() -> None:
        nonlocal switched
        while await _index(runner, build):
            pass
        async with runner.engine.begin() as connection:
            switched = await _switch(runner, build, connection)

    try:
        error = await run_caught(attempt())
    except DatabaseUnavailable as lost:
        if not _is_lock_conflict(lost):
            raise
        return False
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == STREAMS_PARKED:
        raise StreamsParked(build.name) from error
    if error is not None:
        log.warning("switch_failed", build=build.name, error=where(error))
        return False
    if switched:
        log.info("build_serves", build=build.name)
    return switched


async def _index(runner: Runner, build: Build) -> int:
    """Makes one index per transaction; only the filling of this build waits for it."""
    async with runner.engine.begin() as connection:
        await connection.execute(text("set local statement_timeout = 0"))
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None  # noqa: S101 - for the type alone
        left: int = await raw.driver_connection.fetchval(
            "select index_build($1, $2)", build.projection.name, build.number, timeout=HOUR
        )
        return left


async def _switch(runner: Runner, build: Build, connection: AsyncConnection) -> bool:
    name = {"name": build.projection.name, "build": build.number}
    await connection.execute(text("set local lock_timeout = '1s'"))
    state = text("select status from read_model_build where name = :name and build = :build")
    if (await connection.execute(state, name)).scalar() != "filling":
        return (await connection.execute(state, name)).scalar() == "serving"
    behind = (
        await connection.execute(text("select * from begin_switch(:name, :build)"), name)
    ).all()
    if sum(row.old_position - row.new_position for row in behind) > MAX_BEHIND:
        return False
    for row in behind:
        await _catch_up(
            runner, build, connection, row.tenant_id, row.new_position, row.old_position
        )
    await connection.execute(text("select serve_build(:name, :build)"), name)
    return True


async def _catch_up(
    runner: Runner,
    build: Build,
    connection: AsyncConnection,
    tenant_id: UUID,
    position: int,
    to: int,
) -> None:
    key: dict[str, Any] = {"tenant": tenant_id, "subscription": build.name}
    await connection.execute(_TENANT, {"tenant": tenant_id})
    parked = set((await connection.execute(_PARKED, key)).scalars())
    rows = await read_page(
        runner.store, tenant_id, after=position, up_to=to, limit=MAX_BEHIND, types=build.types
    )
    if events := decode_page(rows, types=build.types, parked=parked):
        await call_handler(build, tenant_id, events, connection, patience=runner.pace.patience)
    await connection.execute(_MOVE, {**key, "to": to})


def _is_lock_conflict(lost: DatabaseUnavailable) -> bool:
    cause = lost.__cause__
    return (
        isinstance(cause, DBAPIError)
        and cause.orig is not None
        and isinstance(
            cause.orig.__cause__,
            asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError,
        )
    )
