"""Runs one subscription of one tenant: take the lease, read a page, handle it and move the
checkpoint in one transaction, park what cannot be handled. The only place that catches `Exception`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.build import build_version
from app.db import DatabaseUnavailable, tenant_transaction
from app.event_store.errors import UnknownEvent
from app.event_store.store import EventStore
from app.events.base import Recorded
from app.subscriptions.base import Pace, Subscription
from app.subscriptions.checkpoints import Fenced, Lease, begin_turn
from app.subscriptions.failures import (
    Cause,
    HandlerFailed,
    describe,
    is_lost,
    jittered,
    where,
)
from app.subscriptions.pages import Rows, Unreadable, check_dense, decode_page, read_page
from app.telemetry import span, stream_label

log = structlog.get_logger(__name__)


class Runner:
    """Tasks may share one if no two of them run the same (subscription, tenant) at once.

    `advanced(subscription, tenant, position)` is called after each commit. `build` is written down
    with a stream that is parked.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        store: EventStore,
        *,
        holder: str,
        build: str | None = None,
        pace: Pace | None = None,
        advanced: Callable[[str, UUID, int], None] = lambda _name, _tenant, _position: None,
    ) -> None:
        self.engine = engine
        self.store = store
        self.holder = holder
        self.build = build or build_version()
        self.pace = pace or Pace()
        self.advanced = advanced
        self.stopping = False

    def at_pace(self, pace: Pace) -> "Runner":
        return Runner(
            self.engine,
            self.store,
            holder=self.holder,
            build=self.build,
            pace=pace,
            advanced=self.advanced,
        )

    def stop(self) -> None:
        """Finishes the batches in flight and begins no other."""
        self.stopping = True

    async def run(self, subscription: Subscription, tenant_id: UUID) -> bool:
        """True when nothing is left, False when it stopped to give other tenants a turn.

        True also while another worker has the lease. Raises `DatabaseUnavailable`, `PositionGap`.
        """
        begun = await begin_turn(
            self.engine,
            tenant_id,
            subscription,
            holder=self.holder,
            seconds=self.pace.lease,
            limit=self.pace.batch,
        )
        if begun is None:
            return True
        lease, page = begun
        try:
            with span("subscription", subscription=subscription.name):
                return await _Turn(self, subscription, lease).work(page)
        except Fenced:
            log.info("fenced_out", subscription=subscription.name, tenant=str(tenant_id))
            lease.released = True
            return True
        finally:
            await self._release(lease)

    async def _release(self, lease: Lease) -> None:
        if lease.released:
            return
        try:
            async with tenant_transaction(self.engine, lease.tenant_id) as connection:
                await lease.release(connection)
        except (DatabaseUnavailable, PoolTimeout):
            log.info("lease_left", subscription=lease.subscription, tenant=str(lease.tenant_id))


class _Turn:
    """The work done under one lease."""

    def __init__(self, runner: Runner, subscription: Subscription, lease: Lease) -> None:
        self._runner = runner
        self._pace = runner.pace
        self._subscription = subscription
        self._lease = lease
        self._log = log.bind(subscription=subscription.name, tenant=str(lease.tenant_id))

    async def work(self, page: Rows) -> bool:
        check_dense(self._lease.tenant_id, page, after=self._lease.position)
        if self._lease.released:  # only events of other types were left
            self._advanced(self._lease.position)
            return True
        careful = self._lease.crashes >= self._pace.crashes or self._lease.suspect is not None
        if self._lease.suspect is not None:
            page = await self._park_suspect(self._lease.suspect, page)
        for _ in range(self._pace.pages):
            last = len(page) < self._pace.batch
            if careful:
                await self._work_carefully(page)
                careful = False
            elif page:
                await self._handle_all(page, release=last)
            if last or self._runner.stopping:
                return last
            page = await self._read()
        return False

    async def _read(self) -> Rows:
        return await read_page(
            self._runner.store,
            self._lease.tenant_id,
            after=self._lease.position,
            limit=self._pace.batch,
            types=self._subscription.types,
        )

    async def _park_suspect(self, suspect: int, page: Rows) -> Rows:
        if page[0]["position"] != suspect:
            return page
        cause = Cause("crashed", "the worker did not survive this event")
        await self._park(page[0], cause, attempts=self._lease.crashes)
        return await self._read()

    async def _work_carefully(self, rows: Rows) -> None:
        """After several crashes: one event at a time, each marked as the suspect before."""
        self._log.warning("careful_after_crashes", crashes=self._lease.crashes, events=len(rows))
        for row in rows:
            async with tenant_transaction(self._runner.engine, self._lease.tenant_id) as connection:
                await self._lease.mark_suspect(connection, row["position"])
            await self._handle_all([row], release=False)
            if self._runner.stopping:
                return

    async def _handle_all(self, page: Rows, *, release: bool) -> None:
        """Handles all rows in order. A failing batch is bisected until one event is left."""
        pending = [page]
        while pending:
            rows = pending.pop()
            if rows:
                whole = rows is page
                pending += await self._handle_or_split(
                    rows, whole=whole, release=release and not any(pending)
                )

    async def _handle_or_split(self, rows: Rows, *, whole: bool, release: bool) -> tuple[Rows, ...]:
        """Returns the rows still to be handled, in reverse order of their parts."""
        try:
            events = decode_page(rows, types=self._subscription.types, parked=self._lease.parked)
        except Unreadable as unreadable:
            at = unreadable.row["position"] - rows[0]["position"]
            if at:
                return rows[at:], rows[:at]
            await self._park(unreadable.row, unreadable.cause, attempts=1)
            return (rows[1:],)
        alone = len(events) <= 1
        tries = self._pace.tries if whole or alone else 1
        error = await self._try(rows, events, tries, release=release)
        if error is None:
            return ()
        if not events:
            raise error
        at = events[len(events) // 2].position - rows[0]["position"]
        if not alone:
            return rows[at:], rows[:at]
        await self._park(rows[at], cause_of(error), attempts=tries)
        return (rows[at + 1 :],)

    async def _try(
        self, rows: Rows, events: Sequence[Recorded[Any]], tries: int, *, release: bool
    ) -> Exception | None:
        """None when committed; else the last error."""
        error: Exception | None = None
        for attempt in range(1, tries + 1):
            error = await self._attempt(rows, events, release=release)
            if error is None:
                return None
            self._log.warning(
                "batch_failed", attempt=attempt, events=len(events), error=where(error)
            )
            if attempt < tries:
                await asyncio.sleep(jittered(self._pace.back_off, attempt))
        return error

    async def _attempt(
        self, rows: Rows, events: Sequence[Recorded[Any]], *, release: bool
    ) -> Exception | None:
        to = rows[-1]["position"]

        async def batch() -> None:
            # No wait for the disk: a crash may lose the last batches, rows and checkpoint together,
            # and they are then handled again.
            async with tenant_transaction(
                self._runner.engine, self._lease.tenant_id, flushed=False
            ) as connection:
                await self._lease.advance(connection, to, release=release)
                if events:
                    await call_handler(
                        self._subscription,
                        self._lease.tenant_id,
                        events,
                        connection,
                        patience=self._pace.patience,
                    )

        error = await run_caught(batch())
        if error is None:
            self._lease.released = release
            self._advanced(to)
        return error

    async def _park(self, row: Mapping[str, Any], cause: Cause, *, attempts: int) -> None:
        position, stream_id = row["position"], row["stream_id"]
        build = self._runner.build
        async with tenant_transaction(
            self._runner.engine, self._lease.tenant_id, flushed=False
        ) as connection:
            await self._lease.advance(connection, position)
            await self._lease.park(
                connection, stream_id, position, cause, attempts=attempts, build=build
            )
        self._lease.parked.add(stream_id)
        self._advanced(position)
        self._log.error(
            "stream_parked",
            stream=stream_label(stream_id),
            position=position,
            attempts=attempts,
            reason=cause.reason,
        )

    def _advanced(self, to: int) -> None:
        self._lease.position = to
        self._runner.advanced(self._subscription.name, self._lease.tenant_id, to)


def cause_of(error: Exception) -> Cause:
    """A handler may meet an unknown event too, where it reads a stream of its own accord."""
    if isinstance(error, Unreadable):
        return error.cause
    if isinstance(error, UnknownEvent):
        return Cause("unknown", str(error), (error.name, error.version))
    return Cause("failed", describe(error))


async def run_caught(work: Coroutine[Any, Any, None]) -> Exception | None:
    """The error that handling raised. `Fenced` and `DatabaseUnavailable` are raised: no event is at
    fault."""
    try:
        await work
    except Fenced:
        raise
    except Exception as error:
        if is_lost(error):
            raise DatabaseUnavailable(describe(error)) from error
        return error
    return None


async def call_handler(
    subscription: Subscription,
    tenant_id: UUID,
    events: Sequence[Recorded[Any]],
    connection: AsyncConnection,
    *,
    patience: float,
) -> None:
    try:
        async with asyncio.timeout(patience) as limit:
            await subscription.handle(tenant_id, events, connection)
    except OSError as error:  # a TimeoutError is one too
        if not limit.expired() and await _is_closed(connection):
            raise
        raise HandlerFailed(describe(error)) from error


async def _is_closed(connection: AsyncConnection) -> bool:
    if connection.invalidated:
        return True
    raw = await connection.get_raw_connection()
    return raw.driver_connection is None or bool(raw.driver_connection.is_closed())
