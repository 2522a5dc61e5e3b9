"""Our side of the append rows: the store alone, and the whole way through the command handler."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count, cycle, islice
from uuid import UUID

from uuid_utils.compat import uuid7

from app.command_handler import CommandHandler, Envelope
from app.config import Settings
from app.db import open_pool
from app.domain.deciders import DECIDERS
from app.domain.staff import STAFF, RecordStaff
from app.event_store.numbering import Numbering
from app.event_store.store import Append, Appended, EventStore
from bench.bodies import CSR, appends
from bench.rounds import rate


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[EventStore]:
    """As the product opens it: the product's role, its row-level security, its number of connections."""
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
    """`CommandHandler.handle`: load, decide, fold, encode, append. Each writer has its stream."""

    name: str
    handler: CommandHandler
    tenant: UUID
    writers: int

    async def run(self, seconds: float) -> float:
        return await rate([self._writer(str(uuid7())) for _ in range(self.writers)], seconds)

    def _writer(self, key: str) -> Callable[[], Awaitable[object]]:
        stream = STAFF.stream(key)
        turns = count()

        async def handle() -> None:
            command = RecordStaff(subject=key, name="王建国", max_load=next(turns) % 100)
            await self.handler.handle(stream, command, Envelope(tenant_id=self.tenant, actor=CSR))

        return handle
