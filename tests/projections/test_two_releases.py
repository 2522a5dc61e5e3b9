"""Two releases beside each other: the older one leaves the newer one's read models alone."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest

from app.events.ticket import TicketAcknowledged
from app.projections.ticket_search import TICKET_SEARCH
from app.subscriptions.builds import (
    BuiltByNewerCode,
    Projection,
    ensure_read_models,
    open_owner_engine,
)
from app.subscriptions.progress import Progress
from app.subscriptions.rebuild import Rebuild
from app.subscriptions.supervisor import SubscriptionsToRun
from app.worker import Intervals, Worker
from tests.event_store.tally import handler
from tests.projections.telling import Teller, reported
from tests.projections.test_rebuild import PACE, rebuilt, runner, statuses, tell_some
from tests.subscriptions.until import until

OLDER = TICKET_SEARCH
NEWER = replace(TICKET_SEARCH, code_version=TICKET_SEARCH.code_version + 1)


@asynccontextmanager
async def working(teller: Teller, projection: Projection, build: str) -> AsyncIterator[None]:
    worker = Worker(
        teller.engine,
        teller.store,
        handler(teller.store),
        SubscriptionsToRun(projections=[projection], pace=PACE),
        intervals=Intervals(poll=0.05, due=600),
        build=build,
    )
    worker.start()
    try:
        yield
    finally:
        await worker.stop()


async def made_by(url: str, projection: Projection) -> list[str]:
    """As `suyuan migrate` of a release does."""
    owner = open_owner_engine(url)
    try:
        return await ensure_read_models(owner, [projection])
    finally:
        await owner.dispose()


async def has_rows(teller: Teller, number: int) -> bool:
    return len(await teller.rows("ticket_search")) == number


async def are(url: str, wanted: dict[int, str]) -> bool:
    return await statuses(url) == wanted


async def test_an_older_worker_goes_on_beside_a_newer_one(
    teller: Teller, database_url: str
) -> None:
    await tell_some(teller)
    async with working(teller, OLDER, "1.0"):
        await until(partial(has_rows, teller, 9))
        assert await made_by(database_url, NEWER) == ["ticket_search@2"]
        await teller.tell("ticket-9", reported("9"), TicketAcknowledged())
        await until(partial(has_rows, teller, 10))
        assert await statuses(database_url) == {1: "serving", 2: "filling"}, "it fills only its own"
        async with working(teller, NEWER, "2.0"):
            await until(partial(are, database_url, {1: "retired", 2: "serving"}))
            await teller.tell("ticket-10", reported("10"), TicketAcknowledged())
            await until(partial(has_rows, teller, 11))
            assert await made_by(database_url, OLDER) == [], "an older process starts again"
            with pytest.raises(BuiltByNewerCode):
                await rebuilt(teller, database_url, OLDER)
    assert await statuses(database_url) == {1: "retired", 2: "serving"}


async def test_a_rebuild_that_newer_code_overtakes_ends(teller: Teller, database_url: str) -> None:
    await tell_some(teller)
    await teller.project()
    owner = open_owner_engine(database_url)
    overtaken: list[list[str]] = []

    def overtake(_progress: Progress) -> None:
        if not overtaken:
            with ThreadPoolExecutor() as thread:
                overtaken.append(thread.submit(asyncio.run, made_by(database_url, NEWER)).result())

    rebuild = Rebuild(owner, runner(teller), OLDER, report=overtake, pace=PACE, pause=0.01)
    with pytest.raises(BuiltByNewerCode, match="build 2 was given up"):
        await rebuild.run()
    await owner.dispose()
    assert overtaken == [["ticket_search@3"]]
    assert await statuses(database_url) == {1: "serving", 2: "retired", 3: "filling"}
