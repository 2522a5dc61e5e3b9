"""Fills a new build of a read model beside the serving one, then switches to it.

Safe to kill, restart, or run twice at once: leases and checkpoints keep it right.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from app.subscriptions.base import FILLING, Pace
from app.subscriptions.builds import (
    Build,
    BuiltByNewerCode,
    Projection,
    begin_rebuild,
    is_retired,
)
from app.subscriptions.progress import Progress, read_progress, tenants_behind
from app.subscriptions.runner import Runner
from app.subscriptions.switch import MAX_BEHIND, switch


class Rebuild:
    """A rebuild runs no reactors: only read models have builds."""

    def __init__(
        self,
        owner: AsyncEngine,
        runner: Runner,
        projection: Projection,
        *,
        report: Callable[[Progress], None] = lambda _progress: None,
        at_once: int = 2,
        pause: float = 0.2,
        pace: Pace = FILLING,
    ) -> None:
        self._owner = owner
        self._runner = runner.at_pace(pace)
        self._projection = projection
        self._report = report
        self._at_once = at_once
        self._pause = pause
        self._started = (0.0, 0)

    async def run(self) -> Build:
        """Returns when the new build serves.

        Raises `StreamsParked`, `BuiltByNewerCode`, `DatabaseUnavailable` and `PositionGap`.
        """
        build = await begin_rebuild(self._owner, self._projection)
        if build.serves:
            return build
        self._started = monotonic(), (await self._progress(build)).done
        while True:
            if await is_retired(self._runner.engine, build):
                raise BuiltByNewerCode(f"build {build.number} was given up for one of newer code")
            progress = await self._progress(build)
            self._report(progress)
            if progress.total - progress.done <= MAX_BEHIND and await switch(self._runner, build):
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
            await asyncio.sleep(self._pause)  # another process has the leases, or died with them

    async def _moved(self, build: Build, tenants: list[UUID]) -> bool:
        return bool(tenants) and tenants != await tenants_behind(
            self._runner.engine, build.name, 100
        )

    async def _progress(self, build: Build) -> Progress:
        progress = await read_progress(self._runner.engine, build.name)
        since, done = self._started
        seconds = monotonic() - since
        return replace(progress, per_second=(progress.done - done) / seconds if seconds else 0.0)
