"""Reads the streams of a tenant for one viewer; views load everything through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from app.domain.decider import Stream
from app.event_store import folding
from app.event_store.store import EventStore
from app.viewer import Viewer

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Streams of one tenant at one moment; `position` is that of the tenant's newest event."""

    now: datetime
    timezone: str
    sandbox: bool
    position: int
    states: Mapping[str, Any]
    versions: Mapping[str, int]

    def state(self, stream: Stream[Any, S]) -> S:
        """As stored, without what has lapsed since."""
        return cast(S, self.states[stream.id])

    def current(self, stream: Stream[Any, S]) -> S:
        """With what has lapsed by `now`, recorded or not."""
        stored = self.state(stream)
        return stream.decider.fold(stored, stream.decider.lapse(stored, self.now))

    def version(self, stream: Stream[Any, Any]) -> int:
        """0 where the stream has no events."""
        return self.versions[stream.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    store: EventStore
    tenant_id: UUID
    viewer: Viewer

    async def read(self, *streams: Stream[Any, Any]) -> Snapshot:
        """One round trip for all streams. Without streams: only the tenant's clock, zone and
        position."""
        loaded = await self.store.load(self.tenant_id, [stream.id for stream in streams])
        states, versions = {}, {}
        for stream in streams:
            fold = loaded.streams.get(stream.id)
            states[stream.id] = await folding.unfold(self.store, self.tenant_id, stream, fold)
            versions[stream.id] = fold.version if fold else 0
        return Snapshot(
            now=loaded.now,
            timezone=loaded.timezone,
            sandbox=loaded.sandbox,
            position=loaded.position,
            states=states,
            versions=versions,
        )

    async def state_of(self, stream: Stream[Any, S]) -> S:
        return (await self.read(stream)).state(stream)

    async def now(self) -> datetime:
        """By the tenant's clock."""
        return (await self.read()).now
