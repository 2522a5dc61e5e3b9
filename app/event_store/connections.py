"""The store's connections: how long an answer is waited for, and what happens when none comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic, perf_counter
from typing import Any

import asyncpg
import structlog

from app.clock_watch import ClockInDoubt
from app.db import LOST, DatabaseUnavailable, NotAnswered
from app.event_store import statements
from app.event_store.errors import UnknownTenant
from app.telemetry import POOL_WAIT_SECONDS, UNANSWERED_COMMITS

log = structlog.get_logger(__name__)

ACQUIRE_TIMEOUT = 10  # seconds to wait for a free connection
READING = 20.0  # seconds until a read is given up; the server's own time-outs come first
COMMITTING = 8.0  # seconds until the caller of a write is told that nothing is known of it


class Connections:
    """Raises `UnknownTenant`, and `DatabaseUnavailable` with its kinds."""

    def __init__(self, pool: asyncpg.Pool, *, committing: float = COMMITTING) -> None:
        self._pool = pool
        self._committing = committing
        self._unanswered: set[int] = set()  # server processes that may still wait in a commit
        self._looked_at = float("-inf")

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[Any]:
        """For a write that will be acknowledged.

        When time is up the connection is closed and the statement not cancelled: the server goes on
        waiting for its synchronous standby, and what it committed stays invisible until it is
        there. To cancel would make it visible, and a retry would be acknowledged by the ledger.
        Where somebody else cancels the wait, the server only warns.
        """
        await self._bound_unanswered()
        cut_short: list[str] = []

        def hear(_connection: object, message: Any) -> None:
            if message.severity == "WARNING":  # our functions raise none
                cut_short.append(message.message)

        async with self._connection(self._committing, self._count_unanswered) as connection:
            connection.add_log_listener(hear)
            try:
                yield connection
            finally:
                connection.remove_log_listener(hear)
            if cut_short:
                log.warning("commit_not_replicated", warning=cut_short[0])
                raise NotAnswered(cut_short[0])

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        async with self._connection(READING) as connection:
            yield connection

    @asynccontextmanager
    async def _connection(
        self, patience: float, given_up: Any = lambda _connection: None
    ) -> AsyncIterator[Any]:
        expired = False

        def give_up() -> None:
            nonlocal expired
            expired = True
            given_up(connection)
            connection.terminate()

        try:
            # A timeout costs a task, and usually there is nothing to wait for.
            timeout = None if self._pool.get_idle_size() else ACQUIRE_TIMEOUT
            started = perf_counter()
            try:
                connection = await self._pool.acquire(timeout=timeout)
            finally:
                if timeout is not None:
                    POOL_WAIT_SECONDS.observe(perf_counter() - started)
            timer = asyncio.get_running_loop().call_later(patience, give_up)
            try:
                yield connection
            except asyncpg.ReadOnlySQLTransactionError:
                connection.terminate()  # see `_discard_read_only` in app/db.py
                raise
            finally:
                timer.cancel()
                await self._pool.release(connection, timeout=ACQUIRE_TIMEOUT)
        except LOST as lost:
            kind = NotAnswered if expired else DatabaseUnavailable
            raise kind(type(lost).__name__) from lost
        except asyncpg.PostgresError as error:
            if error.sqlstate == "SY001":
                raise UnknownTenant(str(error)) from error
            if error.sqlstate == "SY004":
                raise ClockInDoubt(str(error)) from error
            raise

    def _count_unanswered(self, connection: Any) -> None:
        self._unanswered.add(connection.get_server_pid())
        UNANSWERED_COMMITS.inc()
        log.warning("commit_not_answered", seconds=self._committing, waiting=len(self._unanswered))

    async def _bound_unanswered(self) -> None:
        """Each write that was given up keeps a process of the server while it waits. There are at
        most as many as connections in the pool, so that the server has some left for others."""
        if not self._unanswered:
            return
        if monotonic() - self._looked_at > 1:
            self._looked_at = monotonic()
            async with self.reading() as connection:
                alive = await connection.fetch(statements.ALIVE, list(self._unanswered))
            self._unanswered &= {row["pid"] for row in alive}
        if len(self._unanswered) >= self._pool.get_max_size():
            raise NotAnswered(f"{len(self._unanswered)} commits are waiting")
