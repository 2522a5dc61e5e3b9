"""Runs all subscriptions of a process, woken or polled, a few at a time. Fills new builds of read
models and switches to them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.subscriptions.base import Pace, Subscription
from app.subscriptions.builds import Build, Projection, builds_to_keep
from app.subscriptions.checkpoints import parked_for_build
from app.subscriptions.dispatcher import Dispatcher
from app.subscriptions.failures import where
from app.subscriptions.heads import Heads
from app.subscriptions.progress import read_progress, tenants_behind
from app.subscriptions.retry import StillFailing, retry_parked
from app.subscriptions.runner import Runner
from app.subscriptions.switch import MAX_BEHIND, StreamsParked, switch
from app.subscriptions.together import Together
from app.subscriptions.waiting import Waiting

log = structlog.get_logger(__name__)

TENANTS = 1000
"""Tenants of a subscription that one poll wakes; the next poll takes the next ones."""
PARKED = 20
"""Parked streams that one round takes up; the next round takes the next ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsToRun:
    """`subscriptions` are those without builds: the reactors. `at_once` bounds the connections."""

    subscriptions: Sequence[Subscription] = ()
    projections: Sequence[Projection] = ()
    pace: Pace = field(default_factory=Pace)
    at_once: int = 4


class Supervisor:
    def __init__(
        self,
        engine: AsyncEngine,
        store: EventStore,
        to_run: SubscriptionsToRun,
        *,
        holder: str,
        build: str,
        waiting: Waiting,
    ) -> None:
        self._engine = engine
        self._to_run = to_run
        self._runner = Runner(
            engine,
            store,
            holder=holder,
            build=build,
            pace=to_run.pace,
            advanced=waiting.advanced,
        )
        self._filler = self._runner.at_pace(replace(to_run.pace, batch=2 * to_run.pace.batch))
        self._together = Together(self._runner, at_once=to_run.at_once)
        self._together.run_from_now(to_run.subscriptions)
        self._filling = Dispatcher(self._filler.run, at_once=1)
        self._heads = Heads(engine)
        self._polling = asyncio.Lock()
        self._live: tuple[Subscription, ...] = tuple(to_run.subscriptions)
        self._unfinished: tuple[Build, ...] = ()

    def appended(self, tenant_id: UUID) -> None:
        self._together.wake(tenant_id)

    async def poll(self) -> None:
        """Finds work whose wake-up was missed, and notices new builds."""
        async with self._polling:
            await self._poll()

    async def sweep(self) -> None:
        """Looks at every tenant again, whatever is remembered."""
        async with self._polling:
            self._heads.forget()
            await self._poll()

    async def _poll(self) -> None:
        if await self._heads.look():
            await self._notice_builds()
            self._heads.forget()  # of a new one nothing is known
            await self._heads.look()
        for tenant_id in await self._heads.behind([each.name for each in self._live], TENANTS):
            self._together.wake(tenant_id)
        for build in self._unfinished:
            for tenant_id in await tenants_behind(self._engine, build.name, TENANTS):
                self._filling.wake(build, tenant_id)

    async def _notice_builds(self) -> None:
        builds = await builds_to_keep(self._engine, self._to_run.projections)
        serving = tuple(build for build in builds if build.serves)
        self._live = (*self._to_run.subscriptions, *serving)
        self._together.run_from_now(self._live)
        self._unfinished = tuple(build for build in builds if not build.serves)

    async def switch(self) -> None:
        for build in self._unfinished:
            progress = await read_progress(self._engine, build.name)
            if progress.total - progress.done > MAX_BEHIND:
                continue
            try:
                switched = await switch(self._runner, build)
            except StreamsParked:
                log.error("build_would_show_less", build=build.name, parked=progress.parked)
                continue
            if switched:
                await self.poll()

    async def take_up(self) -> None:
        """Handles parked streams that this build may be able to handle and others could not."""
        running = {each.name: each for each in (*self._live, *self._unfinished)}
        build = self._runner.build
        for tenant_id, name, stream_id in await parked_for_build(
            self._engine, running.keys(), build, PARKED
        ):
            if self._runner.stopping:
                return
            try:
                await retry_parked(self._runner, running[name], tenant_id, stream_id)
            except StillFailing as failing:
                log.warning(
                    "still_parked",
                    subscription=name,
                    tenant=str(tenant_id),
                    stream=stream_id,
                    error=where(failing),
                )

    async def stop(self) -> None:
        """Finishes the batches in flight and releases the leases."""
        self._runner.stop()
        self._filler.stop()
        await self._together.stop()
        await self._filling.stop()
