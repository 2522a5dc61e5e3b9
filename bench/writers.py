"""Our side of the append rows: the store alone, and the whole way through the command handler."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from uuid import UUID

from uuid_utils.compat import uuid7

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.config import Settings
from app.db import open_pool
from app.domain.deciders import DECIDERS
from app.domain.ticket.commands.ticket import Comment, ReportTicket
from app.domain.ticket.decider import TICKET
from app.event_store.numbering import Numbering
from app.event_store.store import Append, Appended, EventStore
from app.events.ticket import Location, Reporter
from bench.bodies import CSR, appends
from bench.rounds import rate

COMMENT = "师傅您好，水槽下面的软管已经换过一次了，还是漏，麻烦带一根新的过来。"


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[EventStore]:
    """As the product opens it: its role, its row-level security, its number of connections."""
    pool = await open_pool(url, size=Settings(database_url=url, data_dir=None).pool_size)
    try:
        yield EventStore(pool)
    finally:
        await pool.close()


async def open_tenants(store: EventStore, number: int) -> list[UUID]:
    tenants = [uuid7() for _ in range(number)]
    for tenant in tenants:
        await store.open_tenant(tenant, timezone="Asia/Shanghai", sandbox=False, clock=None)
    return tenants


def new_handler(store: EventStore) -> CommandHandler:
    return CommandHandler(
        store, Numbering(store), deciders=DECIDERS, log_origin="suyuan", build="bench"
    )


@dataclass(frozen=True, slots=True)
class StoreWriters:
    """`append_to_stream` with commands that are ready to send."""

    name: str
    store: EventStore
    tenants: Sequence[UUID]
    writers: int

    async def run(self, seconds: float) -> float:
        spread = islice(cycle(self.tenants), self.writers)
        return await rate([self._writer(tenant, appends(tenant)) for tenant in spread], seconds)

    def _writer(self, tenant: UUID, ready: Iterator[Append]) -> Callable[[], Awaitable[object]]:
        async def append() -> None:
            answer = await self.store.append_to_stream(tenant, next(ready))
            assert isinstance(answer, Appended), answer

        return append


@dataclass(frozen=True, slots=True)
class HandlerWriters:
    """`CommandHandler.handle`: load, decide, fold, encode, append. Each writer has its ticket."""

    name: str
    handler: CommandHandler
    tenant: UUID
    writers: int

    async def run(self, seconds: float) -> float:
        tickets = [await report(self.handler, self.tenant) for _ in range(self.writers)]
        return await rate([self._writer(ticket) for ticket in tickets], seconds)

    def _writer(self, ticket_id: str) -> Callable[[], Awaitable[object]]:
        stream = TICKET.stream(ticket_id)

        async def handle() -> None:
            envelope = Envelope(tenant_id=self.tenant, actor=CSR, channel="app")
            await self.handler.handle(stream, Comment(text=COMMENT), envelope)

        return handle


async def report(handler: CommandHandler, tenant: UUID) -> str:
    """A new ticket's id."""
    ticket_id = str(uuid7())
    command = ReportTicket(
        ticket_id=ticket_id,
        kind="repair",
        category="leak",
        description="厨房漏水",
        channel="app",
        location=Location(community="jinxiu", building="3", unit="1201"),
        reporter=Reporter(name="王师傅", phone="13800138000"),
    )
    await handler.handle(
        TICKET.stream(ticket_id), command, Envelope(tenant_id=tenant, actor=CSR, channel="app")
    )
    return ticket_id
