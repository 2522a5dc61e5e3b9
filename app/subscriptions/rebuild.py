"""Fills a new build of a read model beside the one that serves, and switches to it. It may be killed
at any moment and started again, or run twice at once: leases and checkpoints decide."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.subscriptions.builds import Build, Projection, begin_rebuild
from app.subscriptions.runner import Runner
from app.subscriptions.switch import REACH, switch

_BEHIND = text("""
select tenant_id, head - checkpoint as events from subscription_backlog(:subscription, :limit)
""")
_PROGRESS = text("select done, total, behind, parked from subscription_progress(:subscription)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a subscription is, over all tenants."""

    done: int
    total: int
    behind: int
    parked: int
    per_second: float = 0.0


async def read_progress(engine: AsyncEngine, subscription: str) -> Progress:
    async with engine.connect() as connection:
        row = (await connection.execute(_PROGRESS, {"subscription": subscription})).one()
    return Progress(done=row.done, total=row.total, behind=row.behind, parked=row.parked)


async def tenants_behind(engine: AsyncEngine, subscription: str, limit: int) -> list[UUID]:
    async with engine.connect() as connection:
        rows = await connection.execute(_BEHIND, {"subscription": subscription, "limit": limit})
        return [row.tenant_id for row in rows]


class Rebuild:
    """Reactors are never part of it: only read models have builds."""

    def __init__(
        self,
        owner: AsyncEngine,
        runner: Runner,
        projection: Projection,
        *,
        report: Callable[[Progress], None] = lambda _progress: None,
        at_once: int = 2,
        pause: float = 0.2,
    ) -> None:
        self._owner = owner
        self._runner = runner
        self._projection = projection
        self._report = report
        self._at_once = at_once
        self._pause = pause
        self._started = (0.0, 0)

    async def run(self) -> Build:
        """Returns when the new build serves. Raises `DatabaseUnavailable` and `PositionGap`."""
        build = await begin_rebuild(self._owner, self._projection)
        if build.serves:
            return build
        self._started = monotonic(), (await self._progress(build)).done
        while True:
            progress = await self._progress(build)
            self._report(progress)
            if progress.total - progress.done <= REACH and await switch(self._runner, build):
                self._report(await self._progress(build))
                return build
            await self._fill(build)

    async def _fill(self, build: Build) -> None:
        tenants = await tenants_behind(self._runner.engine, build.name, 100)
        turns = iter(tenants)

        async def work() -> None:
            for tenant_id in turns:
                await self._runner.run(build, tenant_id)

        await asyncio.gather(*(work() for _ in range(self._at_once)))
        if not await self._moved(build, tenants):
            await asyncio.sleep(self._pause)  # somebody else is at it, or was killed at it

    async def _moved(self, build: Build, tenants: list[UUID]) -> bool:
        return bool(tenants) and tenants != await tenants_behind(
            self._runner.engine, build.name, 100
        )

    async def _progress(self, build: Build) -> Progress:
        progress = await read_progress(self._runner.engine, build.name)
        since, done = self._started
        seconds = monotonic() - since
        return Progress(
            done=progress.done,
            total=progress.total,
            behind=progress.behind,
            parked=progress.parked,
            per_second=(progress.done - done) / seconds if seconds else 0.0,
        )
