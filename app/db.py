"""Connections: URLs, pools, session settings, and which errors mean a lost connection.

Imports nothing of the product.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

APP_ROLE = "suyuan_app"

# A statement or lock that takes longer is cancelled: the caller is told to try again (503).
SESSION_SETTINGS = {
    "role": APP_ROLE,
    "application_name": "suyuan",
    "statement_timeout": "15000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "30000",
    "timezone": "UTC",
    "default_transaction_isolation": "read committed",  # `append_batch` relies on it
    "jit": "off",
}

# What the driver raises when the server is down, restarting or too slow to answer.
LOST = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.CannotConnectNowError,
    asyncpg.LockNotAvailableError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InternalClientError,
)


class DatabaseUnavailable(Exception):
    """The database did not answer. A write may or may not have happened: ask again."""


class TenantBusy(Exception):
    """A tenant has as many reads under way as it may, and more have waited for too long."""


class TenantSlots:
    """At most `each` transactions of one tenant at once, so that slow ones leave connections to
    other tenants. Further ones wait in the order of arrival, up to `patience` seconds."""

    def __init__(self, each: int, patience: float) -> None:
        self._each = each
        self._patience = patience
        self._slots: dict[UUID, asyncio.Semaphore] = {}
        self._users: Counter[UUID] = Counter()

    @asynccontextmanager
    async def taken(self, tenant_id: UUID) -> AsyncIterator[None]:
        """Raises `TenantBusy`."""
        slots = self._slots.setdefault(tenant_id, asyncio.Semaphore(self._each))
        self._users[tenant_id] += 1
        try:
            try:
                async with asyncio.timeout(self._patience):
                    await slots.acquire()
            except TimeoutError:
                raise TenantBusy(str(tenant_id)) from None
            try:
                yield
            finally:
                slots.release()
        finally:
            self._users[tenant_id] -= 1
            if not self._users[tenant_id]:
                del self._users[tenant_id], self._slots[tenant_id]


def driver_url(url: str) -> str:
    """The URL as asyncpg takes it: `postgresql://`, without SQLAlchemy's driver name."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def sqlalchemy_url(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+asyncpg")


async def keep_session(_connection: Any) -> None:
    """Replaces the pool's `RESET ALL` round trip: no setting here outlives its transaction."""


async def open_pool(url: str, *, size: int) -> asyncpg.Pool:
    """The store's pool of at most `size` connections; further callers wait for a free one."""
    try:
        return await asyncpg.create_pool(
            driver_url(url),
            min_size=1,
            max_size=size,
            timeout=5,
            command_timeout=20,
            server_settings=SESSION_SETTINGS,
            reset=keep_session,
        )
    except LOST as lost:
        raise DatabaseUnavailable(str(lost)) from lost


SLOTS = "suyuan_slots"


def open_engine(url: str, *, size: int, patience: float = 10, shared: bool = False) -> AsyncEngine:
    """SQLAlchemy's pool, for read models and subscriptions. A `shared` one leaves a third of its
    connections to other tenants, whatever one tenant asks for."""
    engine = create_async_engine(
        sqlalchemy_url(url),
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=False,
        hide_parameters=True,  # error texts are logged
        connect_args={"timeout": 5, "command_timeout": 60, "server_settings": SESSION_SETTINGS},
        json_serializer=json.dumps,
    )
    event.listen(engine.sync_engine, "handle_error", _discard_read_only)
    if not shared:
        return engine
    slots = TenantSlots(max(1, size * 2 // 3), patience / 2)
    return engine.execution_options(**{SLOTS: slots})


@asynccontextmanager
async def _slot(engine: AsyncEngine, tenant_id: UUID) -> AsyncIterator[None]:
    slots: TenantSlots | None = engine.get_execution_options().get(SLOTS)
    if slots is None:
        yield
    else:
        async with slots.taken(tenant_id):
            yield


def _discard_read_only(context: ExceptionContext) -> None:
    """A primary that was demoted answers every write of its old sessions with 25006, for ever: the
    connection is closed, and the next one is made to whoever is primary now."""
    error = context.original_exception
    if isinstance(error.__cause__ or error, asyncpg.ReadOnlySQLTransactionError):
        context.is_disconnect = True


@asynccontextmanager
async def tenant_transaction(
    engine: AsyncEngine, tenant_id: UUID
) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees the rows of one tenant and no others (row-level security).

    Raises `DatabaseUnavailable`, and `TenantBusy` where the engine is shared by tenants.
    """
    try:
        async with _slot(engine, tenant_id), engine.begin() as connection:
            await connection.execute(
                text("select set_config('suyuan.tenant_id', :tenant, true)"),
                {"tenant": str(tenant_id)},
            )
            yield connection
    except (*LOST, InterfaceError, PoolTimeout) as lost:
        raise DatabaseUnavailable(str(lost)) from lost
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error.orig and error.orig.__cause__, LOST):
            raise DatabaseUnavailable(str(error.orig)) from error
        raise


def database_name(url: str) -> str:
    """For messages: name and host of the database, without the password."""
    parts = urlsplit(url)
    host = parts.hostname or ",".join(parse_qs(parts.query).get("host", ["?"]))
    return f"{parts.path.lstrip('/') or 'postgres'} at {host}"
