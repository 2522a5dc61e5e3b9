"""Tells subscriptions that something was appended: at once in this process, and by NOTIFY in the
others. Only to be quick: whoever misses one finds the events by polling."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from app.db import LOST, SESSION_SETTINGS, driver_url
from app.subscriptions.failures import jittered

log = structlog.get_logger(__name__)

CHANNEL = "suyuan_appended"
KEEP_ALIVE = 30.0

# Never in the append's own transaction: a commit with a notification takes a lock of the whole
# server, which costs most of the throughput.
_NOTIFY = "select pg_notify($1, tenant) from unnest($2::text[]) tenant"


class Wakeups:
    """`appended` is what the command handler calls after its commit; it never fails nor waits."""

    def __init__(self, database_url: str, *, on: bool = True, spacing: float = 0.02) -> None:
        self._url = driver_url(database_url)
        self._on = on
        self._spacing = spacing
        self._listeners: list[Callable[[UUID], None]] = []
        self._missed: list[Callable[[], None]] = []
        self._untold: set[UUID] = set()
        self._stir = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def listen(self, appended: Callable[[UUID], None], missed: Callable[[], None]) -> None:
        """`missed` is called whenever the connection was made anew: anything may have happened."""
        self._listeners.append(appended)
        self._missed.append(missed)

    def appended(self, tenant_id: UUID) -> None:
        if not self._on:
            return
        self._tell(tenant_id)
        if self._task is not None:
            self._untold.add(tenant_id)
            self._stir.set()

    def start(self) -> None:
        if self._on and self._task is None:
            self._task = asyncio.create_task(self._keep_connected())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def _tell(self, tenant_id: UUID) -> None:
        for listener in self._listeners:
            listener(tenant_id)

    async def _keep_connected(self) -> None:
        failures = 0
        while True:
            try:
                async with self._connected() as connection:
                    failures = 0
                    await self._notify(connection)
            except LOST as lost:
                failures = min(failures + 1, 6)
                log.info("wake_ups_interrupted", error=type(lost).__name__)
                await asyncio.sleep(jittered(0.1, failures))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(
            self._url, timeout=5, command_timeout=10, server_settings=SESSION_SETTINGS
        )
        try:
            own = connection.get_server_pid()

            def heard(_connection: object, sender: int, _channel: str, payload: str) -> None:
                if sender != own:
                    self._tell(UUID(payload))

            connection.add_termination_listener(lambda _connection: self._stir.set())
            if self._listeners:
                await connection.add_listener(CHANNEL, heard)
                for missed in self._missed:
                    missed()
            yield connection
        finally:
            connection.terminate()

    async def _notify(self, connection: Any) -> None:
        """Many appends in a short while are told once."""
        while not connection.is_closed():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stir.wait(), KEEP_ALIVE)
            self._stir.clear()
            told, self._untold = self._untold, set()
            await connection.execute(_NOTIFY, CHANNEL, [str(tenant) for tenant in told])
            await asyncio.sleep(self._spacing)
        raise ConnectionError("the server closed the connection")
