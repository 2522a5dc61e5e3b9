"""A worker in a process of its own, to be killed, stopped and started again.

`python -m tests.subscriptions.process <url> <orders as JSON>`
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.command_handler import CommandHandler
from app.db import DIALECT, SESSION_SETTINGS, Connector, open_pool
from app.event_store.store import EventStore
from app.events.base import Recorded
from app.subscriptions.base import Pace
from app.subscriptions.supervisor import SubscriptionsToRun
from app.subscriptions.waiting import Waiting
from app.subscriptions.wakeups import Wakeups
from app.worker import Intervals, Worker
from tests.event_store.tally import TALLY, Add, envelope, handler
from tests.subscriptions.counting import Counting
from tests.subscriptions.until import until_so


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What befalls this worker. `at` is a point: mid_batch, before_commit or after_commit, reached
    for the `nth` time; or `event`, when it meets an event with the label `fatal`."""

    kill_at: str = ""
    nth: int = 1
    fatal: str = ""
    wait_at: str = ""  # in_transaction or before_transaction: there it waits, and says so
    sign: str = ""  # the file that says so; it goes on when the file is gone
    lease: float = 0.5
    crashes: int = 1_000_000
    wake_ups: bool = True
    batch: int = 10
    echo: bool = False  # the reactor, too
    beside: int = 0  # further read models, which only count


class Death:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._count = 0

    def passes(self, point: str) -> None:
        if point == self._orders.kill_at:
            self._count += 1
            if self._count == self._orders.nth:
                os.kill(os.getpid(), signal.SIGKILL)


class Doomed(Counting):
    """Counts, and stops or dies where it was ordered to."""

    def __init__(self, orders: Orders, death: Death) -> None:
        super().__init__("counting", self._meet)
        self._orders = orders
        self._death = death

    async def _meet(self, event: Recorded[Any]) -> None:
        self._death.passes("mid_batch")
        if self._orders.fatal and event.event.ticket_id == self._orders.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._orders.wait_at == "in_transaction":
            await hang(self._orders)

    async def handle(
        self, tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection
    ) -> None:
        await super().handle(tenant_id, events, connection)
        self._death.passes("before_commit")


async def hang(orders: Orders) -> None:
    sign = Path(orders.sign)
    await asyncio.to_thread(sign.touch)
    await until_so(lambda: not sign.exists())


class HangingStore(EventStore):
    """Waits between reading a further page and the transaction that handles it."""

    orders: Orders

    async def fetch(self, tenant_id: UUID, query: str, *args: object) -> list[asyncpg.Record]:
        rows = await super().fetch(tenant_id, query, *args)
        if self.orders.wait_at == "before_transaction":
            await hang(self.orders)
        return rows


class DoomedWaiting(Waiting):
    """Is told of every commit."""

    def __init__(self, engine: AsyncEngine, death: Death) -> None:
        super().__init__(engine)
        self._death = death

    def advanced(self, _subscription: str, tenant_id: UUID, _position: int) -> None:
        super().advanced(_subscription, tenant_id, _position)
        self._death.passes("after_commit")


class Echo:
    """A reactor: notes each tally on another one, under a command id that the event determines."""

    name = "echo"
    reacts = True
    types: frozenset[str] | None = None

    def __init__(self, handler: CommandHandler) -> None:
        self._handler = handler

    async def handle(
        self, tenant_id: UUID, events: Sequence[Recorded[Any]], _connection: AsyncConnection
    ) -> None:
        for event in events:
            if event.stream_id.startswith("tally-") and "echo" not in event.stream_id:
                said = envelope(tenant_id, command_id=uuid5(NAMESPACE_URL, event.event_id))
                stream = TALLY.stream(f"echo{event.stream_id[-1]}")
                await self._handler.handle(stream, Add(label=event.event_id), said)


def impatient_engine(url: str) -> AsyncEngine:
    """A session that is idle in its transaction is ended soon, as the server does after 30 s."""
    settings = {**SESSION_SETTINGS, "idle_in_transaction_session_timeout": "1000"}
    connect = partial(Connector(url).as_owner, server_settings=settings)
    return create_async_engine(DIALECT, async_creator=connect, pool_size=4)


@asynccontextmanager
async def working(url: str, orders: Orders) -> AsyncIterator[Worker]:
    pool = await open_pool(url, size=4)
    engine = impatient_engine(url)
    store = HangingStore(pool)
    store.orders = orders
    death = Death(orders)
    wakeups = Wakeups(url, on=orders.wake_ups)
    worker = Worker(
        engine,
        store,
        handler(store),
        SubscriptionsToRun(
            subscriptions=(
                *(Counting(f"beside-{n}") for n in range(orders.beside)),
                Doomed(orders, death),
                *((Echo(handler(store)),) if orders.echo else ()),
            ),
            pace=Pace(
                batch=orders.batch, lease=orders.lease, back_off=0.01, crashes=orders.crashes
            ),
        ),
        wakeups=wakeups,
        waiting=DoomedWaiting(engine, death),
        intervals=Intervals(poll=0.1, due=60, take_up=60),
    )
    worker.start()
    wakeups.start()
    try:
        yield worker
    finally:
        await worker.stop()
        await wakeups.stop()
        await engine.dispose()
        await pool.close()


@contextmanager
def spawned(url: str, orders: Orders, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.subscriptions.process", url]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, json.dumps(asdict(orders))], stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()


async def died(process: subprocess.Popen[bytes]) -> int | None:
    await until_so(lambda: process.poll() is not None)
    return process.returncode


async def main() -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with working(sys.argv[1], Orders(**json.loads(sys.argv[2]))):
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())
