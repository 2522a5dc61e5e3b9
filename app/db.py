"""Connections: pools, session settings, and which errors mean a lost connection."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.database_url import Place, driver_url, places

log = structlog.get_logger(__name__)

APP_ROLE = "suyuan_app"

DIALECT = "postgresql+asyncpg://"
TIMEOUT = 5.0  # seconds to connect
TIMEOUT_OF_SEVERAL = 3.0  # to each, where the URL names several servers

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


# Transaction mode of a pooler that does not know prepared statements.
MIXED_UP = (asyncpg.DuplicatePreparedStatementError, asyncpg.InvalidSQLStatementNameError)


class DatabaseUnavailable(Exception):
    """The database did not answer. A write may or may not have happened: ask again."""


class NotAnswered(DatabaseUnavailable):
    """The answer did not come in time, or does not say whether the commit is on the standby: asking
    again at once does not help."""


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
        await self.take(tenant_id)
        try:
            yield
        finally:
            self.give_back(tenant_id)

    def is_free(self, tenant_id: UUID) -> bool:
        slots = self._slots.get(tenant_id)
        return slots is None or not slots.locked()

    async def take(self, tenant_id: UUID) -> None:
        """Call `give_back` afterwards. Raises `TenantBusy`."""
        slots = self._slots.get(tenant_id)
        if slots is None:
            slots = self._slots[tenant_id] = asyncio.Semaphore(self._each)
        self._users[tenant_id] += 1
        try:
            if not slots.locked():  # usually: a time-out costs more than all else here
                await slots.acquire()
                return
            async with asyncio.timeout(self._patience):
                await slots.acquire()
        except TimeoutError:
            self._left(tenant_id)
            raise TenantBusy(str(tenant_id)) from None
        except BaseException:
            self._left(tenant_id)
            raise

    def give_back(self, tenant_id: UUID) -> None:
        self._slots[tenant_id].release()
        self._left(tenant_id)

    def _left(self, tenant_id: UUID) -> None:
        self._users[tenant_id] -= 1
        if not self._users[tenant_id]:
            del self._users[tenant_id], self._slots[tenant_id]


class SessionRefused(DatabaseUnavailable):
    """The session is not the one that was asked for: it would work without the tenant wall, the
    append-only log or the time-outs. The sentence says what to do."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Connector:
    """Makes connections to the servers of a URL: each is tried for a while, the one that answered
    last time first. One that is switched off may not answer at all, and must not use up the time
    of the others."""

    def __init__(self, url: str) -> None:
        self._url = driver_url(url)
        self._places: list[Place | None] = [*places(url)] or [None]

    async def as_owner(self, **options: Any) -> asyncpg.Connection:
        """As the user of the URL, with nothing set. Raises `LOST`."""
        timeout = TIMEOUT if len(self._places) == 1 else TIMEOUT_OF_SEVERAL
        lost: BaseException | None = None
        for place in list(self._places):
            host, port = place or (None, None)
            try:
                connection = await asyncpg.connect(
                    self._url, host=host, port=port, timeout=timeout, **options
                )
            except LOST as error:
                lost = lost if isinstance(error, asyncpg.InternalClientError) and lost else error
                continue
            self._places.remove(place)
            self._places.insert(0, place)
            return connection
        assert lost is not None  # noqa: S101 - there is a place at least
        raise lost

    async def __call__(self, **options: Any) -> asyncpg.Connection:
        """As the application. Raises `LOST` and `SessionRefused`."""
        try:
            connection = await self.as_owner(server_settings=SESSION_SETTINGS, **options)
        except asyncpg.ProtocolViolationError as error:
            if "unsupported startup parameter" not in str(error):
                raise
            raise _refused(f"the pooler refuses this product's session: {error}") from error
        try:
            wrong = _wrong_with(await connection.fetchrow(_SESSION))
            if wrong:
                raise _refused(wrong)
        except MIXED_UP as error:
            connection.terminate()
            raise _refused("the pooler mixes up the prepared statements of its clients") from error
        except BaseException:
            connection.terminate()
            raise
        return connection


# Asked once for each connection. A table that is not there yet has nothing to protect.
_SESSION = """
select current_user::text as role,
       row_security_active(to_regclass('event')) as walled,
       has_table_privilege(to_regclass('event'), 'update, delete, truncate') as may_change,
       current_setting('default_transaction_isolation') as isolation,
       array(select name from unnest(array[
           'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) name
           where current_setting(name) = '0') as endless
"""


def _wrong_with(session: Any) -> str | None:
    if session["role"] != APP_ROLE:
        return f"the session works as the database user {session['role']}, not as {APP_ROLE}"
    if session["walled"] is False:
        return f"row-level security is not in force for {APP_ROLE}: tenants are not kept apart"
    if session["may_change"]:
        return f"{APP_ROLE} may change or delete what was recorded"
    if session["endless"]:
        return f"the session has no {', '.join(session['endless'])}"
    if session["isolation"] != "read committed":
        return f"the session's transactions are {session['isolation']}, not read committed"
    return None


def _refused(wrong: str) -> SessionRefused:
    log.error("session_refused", reason=wrong)
    return SessionRefused(
        f"{wrong}.",
        hint="A pooler that drops the settings of new sessions needs a login of its own, "
        f"{APP_ROLE} with the settings as its defaults: docs/operations.md, PgBouncer. If there is "
        "no pooler, run `suyuan migrate`.",
    )


async def check_session(url: str) -> None:
    """Raises `SessionRefused`; says nothing of a database that does not answer."""
    try:
        connection = await Connector(url)()
    except LOST:
        return
    connection.terminate()


async def keep_session(_connection: Any) -> None:
    """Replaces the pool's `RESET ALL` round trip: no setting here outlives its transaction."""


async def open_pool(url: str, *, size: int) -> asyncpg.Pool:
    """The store's pool of at most `size` connections; further callers wait for a free one."""
    try:
        return await asyncpg.create_pool(
            connect=_for_pool(Connector(url)), min_size=1, max_size=size, reset=keep_session
        )
    except LOST as lost:
        raise DatabaseUnavailable(str(lost)) from lost


def _for_pool(connect: Connector) -> Any:
    async def connect_for_pool(_url: None = None, **options: Any) -> asyncpg.Connection:
        return await connect(**options)

    return connect_for_pool


SLOTS = "suyuan_slots"


def open_engine(url: str, *, size: int, patience: float = 10, shared: bool = False) -> AsyncEngine:
    """SQLAlchemy's pool, for read models and subscriptions. A `shared` one leaves a third of its
    connections to other tenants, whatever one tenant asks for."""
    engine = create_async_engine(
        DIALECT,
        async_creator=partial(Connector(url), command_timeout=60),
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=False,
        hide_parameters=True,  # error texts are logged
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
async def autocommitting(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """For one statement that is a transaction by itself: it saves the trips that begin and end
    one."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


_BEGIN = text("select set_tenant(:tenant)")
_BEGIN_UNFLUSHED = text("select set_tenant(:tenant), set_config('synchronous_commit', 'off', true)")


@asynccontextmanager
async def tenant_transaction(
    engine: AsyncEngine, tenant_id: UUID, *, flushed: bool = True
) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees the rows of one tenant and no others (row-level security). One that
    is not `flushed` may be lost, whole, by a crash of the server.

    Raises `DatabaseUnavailable`, and `TenantBusy` where the engine is shared by tenants.
    """
    try:
        async with _slot(engine, tenant_id), engine.begin() as connection:
            await connection.execute(_BEGIN if flushed else _BEGIN_UNFLUSHED, {"tenant": tenant_id})
            yield connection
    except (*LOST, InterfaceError, PoolTimeout) as lost:
        raise DatabaseUnavailable(str(lost)) from lost
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error.orig and error.orig.__cause__, LOST):
            raise DatabaseUnavailable(str(error.orig)) from error
        raise
