"""The product's worker in the bench's own process, with all read models and reactors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from uuid import UUID

import asyncpg

from app.command_handler import CommandHandler
from app.config import Settings
from app.database_url import driver_url
from app.db import open_engine
from app.event_store.store import EventStore
from app.garbage import freeze_long_lived_objects
from app.projections.catalogue import PROJECTIONS
from app.reactors.base import ReactorSubscription
from app.reactors.catalogue import REACTORS
from app.subscriptions.supervisor import SubscriptionsToRun
from app.subscriptions.wakeups import Wakeups
from app.worker import Worker

_LEFT = """
select (select position from head where tenant_id = $1) as head,
       (select min(position) from checkpoint where tenant_id = $1) as position,
       (select count(*) from checkpoint where tenant_id = $1) as subscriptions,
       clock_timestamp() as at
"""
PATIENCE = 600.0  # seconds that a worker may take
_SUBSCRIPTIONS = len(PROJECTIONS) + len(REACTORS)


@asynccontextmanager
async def worker_of(
    url: str, store: EventStore, handler: CommandHandler, wakeups: Wakeups | None = None
) -> AsyncIterator[Worker]:
    """Not started yet."""
    size = Settings(database_url=url, data_dir=None).engine_pool_size
    engine = open_engine(url, size=size)
    reactors = [ReactorSubscription(reactor=one, handler=handler, store=store) for one in REACTORS]
    to_run = SubscriptionsToRun(subscriptions=reactors, projections=PROJECTIONS)
    worker = Worker(engine, store, handler, to_run, wakeups=wakeups)
    freeze_long_lived_objects()  # as `suyuan worker` does
    try:
        yield worker
    finally:
        await worker.stop()
        await engine.dispose()


@dataclass(frozen=True, slots=True)
class Observer:
    """Looks at a tenant from outside, with a connection of its own."""

    connection: asyncpg.Connection
    tenant: UUID

    async def head(self) -> int:
        row = await self.connection.fetchrow(_LEFT, self.tenant)
        return int(row["head"])

    async def followed(self) -> bool:
        """Whether every subscription stands at the head."""
        row = await self.connection.fetchrow(_LEFT, self.tenant)
        return bool(row["subscriptions"] == _SUBSCRIPTIONS and row["position"] == row["head"])

    async def progress(self) -> tuple[int, datetime]:
        """Up to where every subscription has handled the events, and when that was so."""
        row = await self.connection.fetchrow(_LEFT, self.tenant)
        return int(row["position"] or 0), row["at"]

    async def until_followed(self) -> None:
        deadline = perf_counter() + PATIENCE
        while not await self.followed():
            if perf_counter() > deadline:
                raise RuntimeError(f"tenant {self.tenant} is not followed")
            await asyncio.sleep(0.01)


@asynccontextmanager
async def observer(url: str, tenant: UUID) -> AsyncIterator[Observer]:
    connection = await asyncpg.connect(driver_url(url))
    try:
        yield Observer(connection, tenant)
    finally:
        await connection.close()
