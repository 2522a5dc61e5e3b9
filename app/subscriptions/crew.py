"""All subscriptions of one process: woken or polled, a few at a time; new builds of read models are
filled and switched to without being asked."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.subscriptions.base import Pace, Subscription
from app.subscriptions.builds import Build, Projection, builds_to_keep
from app.subscriptions.dispatcher import Dispatcher
from app.subscriptions.progress import read_progress, tenants_behind
from app.subscriptions.runner import Runner
from app.subscriptions.switch import REACH, StreamsSetAside, switch
from app.subscriptions.waiting import Waiting
from app.telemetry import PARKED_STREAMS, SUBSCRIPTION_LAG

log = structlog.get_logger(__name__)

TENANTS = 1000
"""Tenants that one poll brings up for a subscription; the next poll brings the next ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """`subscriptions` have no builds: these are the reactors. `measures` set gauges of their own.
    `at_once` bounds the connections."""

    subscriptions: Sequence[Subscription] = ()
    projections: Sequence[Projection] = ()
    measures: Sequence[Callable[[AsyncEngine], Awaitable[None]]] = ()
    pace: Pace = field(default_factory=Pace)
    at_once: int = 4


class Crew:
    def __init__(
        self,
        engine: AsyncEngine,
        store: EventStore,
        duties: Duties,
        *,
        holder: str,
        waiting: Waiting,
    ) -> None:
        self._engine = engine
        self._duties = duties
        self._runner = Runner(
            engine, store, holder=holder, pace=duties.pace, advanced=waiting.advanced
        )
        self._filler = self._runner.at_pace(replace(duties.pace, batch=2 * duties.pace.batch))
        self._working = Dispatcher(self._runner.run, at_once=duties.at_once)
        self._filling = Dispatcher(self._filler.run, at_once=1)
        self._live: tuple[Subscription, ...] = tuple(duties.subscriptions)
        self._unfinished: tuple[Build, ...] = ()
        self._measured: set[str] = set()

    def appended(self, tenant_id: UUID) -> None:
        for subscription in self._live:
            self._working.wake(subscription, tenant_id)

    async def poll(self) -> None:
        """The safety net, and where it is seen which builds there are."""
        builds = await builds_to_keep(self._engine, self._duties.projections)
        serving = tuple(build for build in builds if build.serves)
        self._live = (*self._duties.subscriptions, *serving)
        self._unfinished = tuple(build for build in builds if not build.serves)
        await self._wake(self._working, self._live)
        await self._wake(self._filling, self._unfinished)

    async def switch(self) -> None:
        for build in self._unfinished:
            progress = await read_progress(self._engine, build.name)
            if progress.total - progress.done > REACH:
                continue
            try:
                switched = await switch(self._runner, build)
            except StreamsSetAside:
                log.error("build_would_show_less", build=build.name, parked=progress.parked)
                continue
            if switched:
                await self.poll()

    async def measure(self) -> None:
        at_work = (*self._live, *self._unfinished)
        for retired in self._measured - {subscription.name for subscription in at_work}:
            SUBSCRIPTION_LAG.labels(retired).set(0)
            PARKED_STREAMS.labels(retired).set(0)
        for subscription in at_work:
            self._measured.add(subscription.name)
            progress = await read_progress(self._engine, subscription.name)
            SUBSCRIPTION_LAG.labels(subscription.name).set(progress.total - progress.done)
            PARKED_STREAMS.labels(subscription.name).set(progress.parked)
        for measure in self._duties.measures:
            await measure(self._engine)

    async def stop(self) -> None:
        """Batches in flight are finished, leases given back."""
        self._runner.stop()
        self._filler.stop()
        await self._working.stop()
        await self._filling.stop()

    async def _wake(self, dispatcher: Dispatcher, subscriptions: Sequence[Subscription]) -> None:
        for subscription in subscriptions:
            for tenant_id in await tenants_behind(self._engine, subscription.name, TENANTS):
                dispatcher.wake(subscription, tenant_id)
