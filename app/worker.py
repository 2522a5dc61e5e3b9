"""The worker: runs all subscriptions, records what lapses, and shows that it lives.

Any number of workers may run at once, in any processes: leases and versions keep them apart.
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

from app.command_handler import CommandHandler
from app.db import LOST, DatabaseUnavailable
from app.event_store.store import EventStore
from app.subscriptions.crew import Crew, Duties
from app.subscriptions.failures import is_lost, where
from app.subscriptions.waiting import Waiting
from app.subscriptions.wakeups import Wakeups

log = structlog.get_logger(__name__)

_BEAT = text("""
insert into worker_heartbeat (worker_id, seen_at) values (:worker, clock_timestamp())
on conflict (worker_id) do update set seen_at = clock_timestamp()
""")
_LEAVE = text("""
delete from worker_heartbeat
where worker_id = :worker or seen_at < clock_timestamp() - interval '1 day'
""")

MOST = 20
"""Turns of one round of lapsing."""
AT_ONCE = 64
"""Streams that are lapsed side by side: as many as share one append."""

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Seconds between the rounds of each job."""

    poll: float = 1.0
    due: float = 1.0
    heartbeat: float = 5.0
    gauges: float = 5.0


class Worker:
    def __init__(
        self,
        engine: AsyncEngine,
        store: EventStore,
        handler: CommandHandler,
        duties: Duties,
        *,
        wakeups: Wakeups | None = None,
        waiting: Waiting | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        self.id = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._engine = engine
        self._rhythm = rhythm or Rhythm()
        self._crew = Crew(engine, store, duties, holder=self.id, waiting=waiting or Waiting(engine))
        self._lapsing = Lapsing(store, handler)
        self._rounds: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        # A round that takes longer than its rhythm is no news: the next one comes after it.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        if wakeups is not None:
            wakeups.listen(self._crew.appended, self._poll_now)

    def start(self) -> None:
        every = self._rhythm
        jobs: tuple[tuple[Work, float], ...] = (
            (self._beat, every.heartbeat),
            (self._crew.poll, every.poll),
            (self._crew.switch, every.poll),
            (self._lapsing.round, every.due),
            (self._crew.measure, every.gauges),
        )
        for work, seconds in jobs:
            self._scheduler.add_job(
                self._round,
                "interval",
                (work,),
                id=work.__qualname__,
                seconds=seconds,
                coalesce=True,
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """What is being worked comes to the end of a batch; leases are given back."""
        self._scheduler.pause()
        self._lapsing.stop()
        await self._crew.stop()
        if self._rounds:
            await asyncio.wait(self._rounds)
        self._scheduler.shutdown(wait=False)
        await self._round(self._leave)

    async def _round(self, work: Work) -> None:
        """A lost database is waited for: one of the next rounds finds it again."""
        task = asyncio.current_task()
        if task is not None:
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)
        try:
            await work()
        except (SQLAlchemyError, DatabaseUnavailable, *LOST) as error:
            if not is_lost(error):
                raise
            log.warning("database_unavailable", job=work.__qualname__, error=where(error))

    def _poll_now(self) -> None:
        if self._scheduler.state == STATE_RUNNING:
            job = self._crew.poll.__qualname__
            self._scheduler.modify_job(job, next_run_time=datetime.now(UTC))

    async def _beat(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_BEAT, {"worker": self.id})

    async def _leave(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_LEAVE, {"worker": self.id})


class Lapsing:
    """Records what became due, with its due time, however late a round is. Two workers at it do no
    harm: of two appends on one version one wins, and the other finds that nothing is left."""

    def __init__(
        self, store: EventStore, handler: CommandHandler, *, limit: int = 200, put_off: float = 15.0
    ) -> None:
        self._store = store
        self._handler = handler
        self._limit = limit
        self._seconds = put_off
        self._put_off: dict[tuple[UUID, str], float] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._is_over = False

    def stop(self) -> None:
        """A round ends with the turn that it is in."""
        self._is_over = True

    async def round(self) -> None:
        """What is due by now, the earliest first; what is left after so much has the next round."""
        for _ in range(MOST):
            if self._is_over or not await self._some():
                return

    async def _some(self) -> bool:
        """Whether there is more. A stream that fails is in nobody's way until it is tried again."""
        now = monotonic()
        self._put_off = {due: until for due, until in self._put_off.items() if until > now}
        found = await self._store.due(self._limit + len(self._put_off))
        due = [each for each in found if each not in self._put_off]
        answers = await asyncio.gather(*map(self._lapse, due), return_exceptions=True)
        for each, answer in zip(due, answers, strict=True):
            if isinstance(answer, BaseException):
                self._put_off[each] = now + self._seconds
                log.error("lapse_failed", tenant=str(each[0]), stream=each[1], error=where(answer))
        return len(due) >= self._limit

    async def _lapse(self, due: tuple[UUID, str]) -> None:
        async with self._at_once:
            await self._handler.lapse(*due)
