"""Wakes subscriptions after an append: directly in this process, by NOTIFY in the others. It only
saves time: polling finds what a lost wake-up missed.

Those who cache what a stream says are told of it by name, for the streams of a few categories."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import structlog

from app.db import LOST, Connector, DatabaseUnavailable
from app.subscriptions.failures import jittered

log = structlog.get_logger(__name__)

CHANNEL = "suyuan_appended"
STREAMS = "suyuan_streams"
KEEP_ALIVE = 30.0

# Never in the append's own transaction: a commit with a notification takes a server-wide lock,
# which costs most of the throughput.
_NOTIFY = "select pg_notify($1, payload) from unnest($2::text[]) payload"


class Wakeups:
    """The command handler calls `appended` after its commit; it neither fails nor waits."""

    def __init__(self, database_url: str, *, on: bool = True, spacing: float = 0.02) -> None:
        self._connect = Connector(database_url)
        self._on = on
        self._spacing = spacing
        self._listeners: list[Callable[[UUID], None]] = []
        self._on_reconnect: list[Callable[[], None]] = []
        self._watched: frozenset[str] = frozenset()
        self._watchers: list[Callable[[UUID, str], None]] = []
        self._unsent: set[UUID] = set()
        self._unsent_streams: set[str] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def listen(self, appended: Callable[[UUID], None], reconnected: Callable[[], None]) -> None:
        """`reconnected` is called after each connect: wake-ups may have been lost before."""
        self._listeners.append(appended)
        self._on_reconnect.append(reconnected)

    def watch(
        self,
        categories: Collection[str],
        changed: Callable[[UUID, str], None],
        reconnected: Callable[[], None],
    ) -> None:
        """`changed` is called with each stream of these categories that something was appended to,
        in this process also while wake-ups are off."""
        self._watched |= frozenset(categories)
        self._watchers.append(changed)
        self._on_reconnect.append(reconnected)

    def appended(self, tenant_id: UUID, streams: Collection[str] = ()) -> None:
        watched = [each for each in streams if each.partition("-")[0] in self._watched]
        for stream_id in watched:
            self._call_watchers(tenant_id, stream_id)
        if not self._on:
            return
        self._call_listeners(tenant_id)
        if self._task is not None:
            self._unsent.add(tenant_id)
            self._unsent_streams.update(f"{tenant_id} {each}" for each in watched)
            self._wake.set()

    def start(self) -> None:
        if self._on and self._task is None:
            self._task = asyncio.create_task(self._keep_connected())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def _call_listeners(self, tenant_id: UUID) -> None:
        for listener in self._listeners:
            listener(tenant_id)

    def _call_watchers(self, tenant_id: UUID, stream_id: str) -> None:
        for changed in self._watchers:
            changed(tenant_id, stream_id)

    async def _keep_connected(self) -> None:
        failures = 0
        while True:
            try:
                async with self._connected() as connection:
                    failures = 0
                    await self._notify(connection)
            except (*LOST, DatabaseUnavailable) as lost:
                failures = min(failures + 1, 6)
                log.info("wake_ups_interrupted", error=type(lost).__name__)
                await asyncio.sleep(jittered(0.1, failures))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await self._connect(command_timeout=10)
        try:
            own = connection.get_server_pid()

            def on_stream(_connection: object, sender: int, _channel: str, payload: str) -> None:
                if sender != own:
                    tenant_id, _, stream_id = payload.partition(" ")
                    self._call_watchers(UUID(tenant_id), stream_id)

            def on_notify(_connection: object, sender: int, _channel: str, payload: str) -> None:
                if sender != own:
                    self._call_listeners(UUID(payload))

            connection.add_termination_listener(lambda _connection: self._wake.set())
            if self._listeners:
                await connection.add_listener(CHANNEL, on_notify)
            if self._watchers:
                await connection.add_listener(STREAMS, on_stream)
            for reconnected in self._on_reconnect:
                reconnected()
            yield connection
        finally:
            connection.terminate()

    async def _notify(self, connection: Any) -> None:
        """Sends one notification for many appends in a short while."""
        while not connection.is_closed():
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: before Python 3.12 it can lose a cancellation.
                async with asyncio.timeout(KEEP_ALIVE):
                    await self._wake.wait()
            self._wake.clear()
            tenants, self._unsent = self._unsent, set()
            await connection.execute(_NOTIFY, CHANNEL, [str(tenant) for tenant in tenants])
            streams, self._unsent_streams = self._unsent_streams, set()
            if streams:
                await connection.execute(_NOTIFY, STREAMS, list(streams))
            await asyncio.sleep(self._spacing)
        raise ConnectionError("the server closed the connection")
