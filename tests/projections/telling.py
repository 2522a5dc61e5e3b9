"""Events straight into the store, and the rows that read models make of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import tenant_transaction
from app.event_store.codec import Encoded, Origin, encode
from app.event_store.store import Append, Appended, EventStore, Move
from app.events.base import Actor, Fact
from app.events.ticket import Location, Reporter, TicketReported
from app.projections.catalogue import PROJECTIONS
from app.subscriptions.base import Pace
from app.subscriptions.builds import builds_to_keep, ensure_read_models, open_owner_engine
from app.subscriptions.runner import Runner

MORNING = datetime(2024, 3, 5, 1, 30, tzinfo=UTC)
LIN = Actor(subject="u-lin", role="csr")


def reported(ticket_id: str, description: str = "厨房漏水", **changes: Any) -> TicketReported:
    fields: dict[str, Any] = {
        "ticket_id": ticket_id,
        "number": f"R240305-{ticket_id}",
        "kind": "repair",
        "category": "leak",
        "service_class": "general",
        "triaged": False,
        "description": description,
        "intake_channel": "app",
        "location": Location(community="jinxiu", building="3", unit="1201"),
        "household_id": "h-3-1201",
        "reporter": Reporter(),
    }
    return TicketReported(**{**fields, **changes})


@dataclass(slots=True)
class Teller:
    """Records facts of one tenant; keeps the versions of the streams that it wrote."""

    store: EventStore
    engine: AsyncEngine
    tenant_id: UUID
    versions: dict[str, int] = field(default_factory=dict)

    async def tell(
        self, stream_id: str, *events: Any, at: datetime = MORNING, by: Actor = LIN
    ) -> None:
        await self.record([(stream_id, Fact(event, at, by)) for event in events])

    async def record(self, facts: Sequence[tuple[str, Fact[Any]]]) -> None:
        before = dict(self.versions)
        command_id = uuid4()
        encoded: list[Encoded] = []
        for stream_id, fact in facts:
            version = self.versions.get(stream_id, 0) + 1
            self.versions[stream_id] = version
            encoded.append(encode(self._origin(command_id), stream_id, version, uuid4(), fact))
        streams = {stream_id for stream_id, _ in facts}
        moves = [
            Move(
                stream_id=stream_id,
                expected=before.get(stream_id, 0),
                version=self.versions[stream_id],
                fold_version=1,
                state="{}",
            )
            for stream_id in streams
        ]
        append = Append(
            command_id=command_id, fingerprint=b"", result="{}", moves=moves, events=encoded
        )
        assert isinstance(await self.store.append_to_stream(self.tenant_id, append), Appended)

    def _origin(self, command_id: UUID) -> Origin:
        return Origin(
            tenant_id=self.tenant_id,
            log="test",
            build="test",
            command_id=command_id,
            correlation_id="",
            causation_id=None,
            channel=None,
        )

    async def project(self, *, batch: int = 500) -> None:
        """Until every read model has seen everything that was told."""
        runner = Runner(self.engine, self.store, holder="test", pace=Pace(batch=batch))
        for build in await builds_to_keep(self.engine, PROJECTIONS):
            assert await runner.run(build, self.tenant_id)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[AsyncConnection]:
        async with tenant_transaction(self.engine, self.tenant_id) as connection:
            yield connection

    async def rows(self, view: str) -> list[dict[str, Any]]:
        async with self.looking() as connection:
            found = await connection.execute(text(f"select * from {view} v order by v::text"))
            return [dict(row._mapping) for row in found]


async def make_read_models(url: str) -> list[str]:
    owner = open_owner_engine(url)
    try:
        return await ensure_read_models(owner, PROJECTIONS)
    finally:
        await owner.dispose()
