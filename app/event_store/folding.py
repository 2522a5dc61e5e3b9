"""States of streams: decoded from their stored folds, or folded from their events."""

from typing import Any, TypeVar
from uuid import UUID

from app.domain.decider import Stream
from app.event_store.codec import decode_state
from app.event_store.store import EventStore, StoredFold

S = TypeVar("S")


async def unfold(
    store: EventStore, tenant_id: UUID, stream: Stream[Any, S], fold: StoredFold | None
) -> S:
    """Decodes a stored fold; folds the events again if it has another `fold_version`."""
    if fold is None:
        return stream.decider.initial
    if fold.fold_version == stream.decider.fold_version:
        state: S = decode_state(stream.decider.state_type, fold.state)
        return state
    return await fold_at(store, tenant_id, stream, fold.version)


async def fold_at(store: EventStore, tenant_id: UUID, stream: Stream[Any, S], version: int) -> S:
    """The state of a stream at `version`, folded from its events."""
    state = stream.decider.initial
    async for event in store.read_stream(tenant_id, stream.id, up_to=version):
        state = stream.decider.evolve(state, event.fact)
    return state


async def state_of(store: EventStore, tenant_id: UUID, stream: Stream[Any, S]) -> S:
    """The current state of one stream."""
    loaded = await store.load(tenant_id, [stream.id])
    return await unfold(store, tenant_id, stream, loaded.streams.get(stream.id))
