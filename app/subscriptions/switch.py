"""The moment at which a filled build takes over from the one that serves: one transaction, in which
the last events are caught up, so that no reader ever sees less than before."""

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
from app.subscriptions.runner import Runner, caught, hand_over

log = structlog.get_logger(__name__)

REACH = 1000
"""Events that may be caught up while no checkpoint moves: some tens of milliseconds."""

HOUR = 3600.0
SET_ASIDE = "SY006"

_TENANT = text("select set_config('suyuan.tenant_id', :tenant, true)")
_PARKED = text("""
select stream_id from parked where tenant_id = :tenant and subscription = :subscription
""")
_MOVE = text("""
insert into checkpoint as c (tenant_id, subscription, position, fence)
values (:tenant, :subscription, :to, 1)
on conflict (tenant_id, subscription) do update
set position = excluded.position, fence = c.fence + 1, holder = null, leased_until = null
""")


class StreamsSetAside(Exception):
    """The new build could not handle streams that the serving one did: it would show less."""


async def switch(runner: Runner, build: Build) -> bool:
    """Whether the build serves now. False: it is too far behind, or somebody is in the way.

    Raises `StreamsSetAside`: they are to be retried, or the build to be made anew by mended code.
    """
    switched = False

    async def attempt() -> None:
        nonlocal switched
        while await _index(runner, build):
            pass
        async with runner.engine.begin() as connection:
            switched = await _switch(runner, build, connection)

    try:
        error = await caught(attempt())
    except DatabaseUnavailable as lost:
        if not _was_in_the_way(lost):
            raise
        return False
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == SET_ASIDE:
        raise StreamsSetAside(build.name) from error
    if error is not None:
        log.warning("switch_failed", build=build.name, error=where(error))
        return False
    if switched:
        log.info("build_serves", build=build.name)
    return switched


async def _index(runner: Runner, build: Build) -> int:
    """One index a transaction: while it is made, only the filling of this build stands still."""
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
    if sum(row.old_position - row.new_position for row in behind) > REACH:
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
    await connection.execute(_TENANT, {"tenant": str(tenant_id)})
    parked = set((await connection.execute(_PARKED, key)).scalars())
    rows = await read_page(
        runner.store, tenant_id, after=position, up_to=to, limit=REACH, types=build.types
    )
    if events := decode_page(rows, types=build.types, parked=parked):
        await hand_over(build, tenant_id, events, connection, patience=runner.pace.patience)
    await connection.execute(_MOVE, {**key, "to": to})


def _was_in_the_way(lost: DatabaseUnavailable) -> bool:
    cause = lost.__cause__
    return (
        isinstance(cause, DBAPIError)
        and cause.orig is not None
        and isinstance(
            cause.orig.__cause__,
            asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError,
        )
    )
