"""The worker: runs all subscriptions, records lapses and writes a heartbeat.

Any number of workers may run at once: leases and expected versions keep them apart.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID, uuid4

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.base import STATE_RUNNING
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.build import build_version
from app.clock_watch import ClockInDoubt, ClockWatch
from app.command_handler import CommandHandler
from app.db import LOST, DatabaseUnavailable
from app.distribution.nodes import NodeWatch
from app.event_store.store import EventStore
from app.subscriptions.failures import is_lost, where
from app.subscriptions.supervisor import SubscriptionsToRun, Supervisor
from app.subscriptions.waiting import Waiting
from app.subscriptions.wakeups import Wakeups
from app.telemetry import stream_label

log = structlog.get_logger(__name__)

_HEARTBEAT = text("""
insert into worker_heartbeat (worker_id, seen_at, process_at, build)
values (:worker, clock_timestamp(), :process, :build)
on conflict (worker_id) do update set seen_at = excluded.seen_at, process_at = excluded.process_at
""")
# A heartbeat says that the worker lives; it waits for no standby.
_LOCALLY = text("set local synchronous_commit = local")
_LEAVE = text("""
delete from worker_heartbeat
where worker_id = :worker or seen_at < clock_timestamp() - interval '1 day'
""")

MAX_TURNS = 20
"""Batches of lapses in one round."""
AT_ONCE = 64
"""Streams that are lapsed concurrently: as many as share one append."""

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Seconds between two runs of each job."""

    poll: float = 1.0
    due: float = 1.0
    heartbeat: float = 5.0
    take_up: float = 5.0
    sweep: float = 60.0


class Worker:
    def __init__(  # noqa: PLR0913 - the services of its process
        self,
        engine: AsyncEngine,
        store: EventStore,
        handler: CommandHandler,
        to_run: SubscriptionsToRun,
        *,
        wakeups: Wakeups | None = None,
        waiting: Waiting | None = None,
        sweep: Work | None = None,
        intervals: Intervals | None = None,
        build: str | None = None,
        clock: ClockWatch | None = None,
    ) -> None:
        """`sweep` deletes what has expired."""
        self._clock = clock or ClockWatch()
        self.id = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._build = build or build_version()
        self._engine = engine
        self._sweep = sweep
        self._intervals = intervals or Intervals()
        self._supervisor = Supervisor(
            engine,
            store,
            to_run,
            holder=self.id,
            build=self._build,
            waiting=waiting or Waiting(engine),
        )
        self._lapse_recorder = LapseRecorder(store, handler, clock=self._clock)
        self._nodes = NodeWatch(engine)
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        # A job that takes longer than its interval is normal: its next run waits.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        if wakeups is not None:
            wakeups.listen(self._supervisor.appended, self._poll_now)

    def start(self) -> None:
        seconds = self._intervals
        jobs: list[tuple[Work, float]] = [
            (self._heartbeat, seconds.heartbeat),
            (self._supervisor.poll, seconds.poll),
            (self._supervisor.sweep, seconds.sweep),
            (self._supervisor.switch, seconds.poll),
            (self._lapse_recorder.round, seconds.due),
            (self._supervisor.take_up, seconds.take_up),
            (self._nodes.look, seconds.heartbeat),
            (self._nodes.note_tenants, seconds.sweep),
        ]
        if self._sweep is not None:
            jobs.append((self._sweep, seconds.sweep))
        for work, interval in jobs:
            self._scheduler.add_job(
                self._run_job,
                "interval",
                (work,),
                id=work.__qualname__,
                seconds=interval,
                coalesce=True,
                misfire_grace_time=None,  # late is better than not at all
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """Finishes the batches in flight, then releases the leases."""
        self._scheduler.pause()
        self._lapse_recorder.stop()
        await self._supervisor.stop()
        if self._running:
            await asyncio.wait(self._running)
        self._scheduler.shutdown(wait=False)
        await self._run_job(self._leave)

    async def _run_job(self, work: Work) -> None:
        """A lost connection is only logged: the job's next run tries again."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        try:
            await work()
        except (SQLAlchemyError, DatabaseUnavailable, *LOST) as error:
            if not is_lost(error):
                raise
            log.warning("database_unavailable", job=work.__qualname__, error=where(error))

    def _poll_now(self) -> None:
        if self._scheduler.state == STATE_RUNNING:
            job = self._supervisor.poll.__qualname__
            self._scheduler.modify_job(job, next_run_time=datetime.now(UTC))

    async def _heartbeat(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_LOCALLY)
            beat = {"worker": self.id, "process": self._clock.wall(), "build": self._build}
            await connection.execute(_HEARTBEAT, beat)

    async def _leave(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_LEAVE, {"worker": self.id})


class LapseRecorder:
    """Records what became due, with its due time, however late the round is.

    Two workers may do it at once: of two appends to one version one wins, and the retry of the
    other finds nothing left to record.
    """

    def __init__(
        self,
        store: EventStore,
        handler: CommandHandler,
        *,
        limit: int = 200,
        put_off: float = 15.0,
        clock: ClockWatch | None = None,
    ) -> None:
        self._clock = clock or ClockWatch()
        self._store = store
        self._handler = handler
        self._limit = limit
        self._seconds = put_off
        self._put_off: dict[tuple[UUID, str], float] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._stopping = False

    def stop(self) -> None:
        """Ends the round after its current batch."""
        self._stopping = True

    async def round(self) -> None:
        """Lapses what is due, the earliest first, up to `MAX_TURNS` batches. Nothing is due while
        the clocks disagree."""
        if not self._clock.agree(*await self._store.clocks()):
            return
        for _ in range(MAX_TURNS):
            if self._stopping or not await self._lapse_batch():
                return

    async def _lapse_batch(self) -> bool:
        """Whether there is more. A stream that fails is skipped for a while, so that it does not
        block the others."""
        now = monotonic()
        self._put_off = {due: until for due, until in self._put_off.items() if until > now}
        found = await self._store.due(self._limit + len(self._put_off))
        due = [each for each in found if each not in self._put_off]
        answers = await asyncio.gather(*map(self._lapse, due), return_exceptions=True)
        for each, answer in zip(due, answers, strict=True):
            if isinstance(answer, BaseException) and not isinstance(answer, ClockInDoubt):
                self._put_off[each] = now + self._seconds
                log.error(
                    "lapse_failed",
                    tenant=str(each[0]),
                    stream=stream_label(each[1]),
                    error=where(answer),
                )
        return len(due) >= self._limit

    async def _lapse(self, due: tuple[UUID, str]) -> None:
        async with self._at_once:
            await self._handler.lapse(*due)
