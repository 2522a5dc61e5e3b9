"""Time travel: a stream as it was at a version or as known at an instant, and what changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.decider import Stream
from app.event_store.store import EventStore
from app.events.base import Recorded

Point = int | datetime
View = Callable[[Any, int], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A stream as it was: `at` is when its last event by then was recorded, None before any."""

    version: int
    state: Any
    at: datetime | None
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of the view, changed by one event; `delay` from when it was so to its record."""

    path: str
    before: Any
    after: Any
    event: Recorded[Any]

    @property
    def delay(self) -> timedelta:
        return self.event.recorded_at - self.event.occurred_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    before: Moment
    after: Moment
    events: tuple[Recorded[Any], ...]
    changes: tuple[FieldChange, ...]


def reached(point: Point, event: Recorded[Any]) -> bool:
    """Whether the event belongs to the history up to `point`."""
    return event.version <= point if isinstance(point, int) else event.recorded_at <= point


async def moment(
    store: EventStore, tenant_id: UUID, stream: Stream[Any, Any], point: Point
) -> Moment:
    state, version, at, position = stream.decider.initial, 0, None, None
    async for event in store.read_stream(tenant_id, stream.id):
        if not reached(point, event):
            break
        state = stream.decider.evolve(state, event.fact)
        version, at, position = event.version, event.recorded_at, event.position
    return Moment(version=version, state=state, at=at, position=position)


async def difference(
    store: EventStore,
    tenant_id: UUID,
    stream: Stream[Any, Any],
    view: View,
    before: Point,
    after: Point,
) -> Difference:
    """What happened to a stream after `before` and up to `after`, each change with its cause."""
    start = await moment(store, tenant_id, stream, before)
    state, shown = start.state, _shown(view, start)
    events: list[Recorded[Any]] = []
    changes: list[FieldChange] = []
    end = start
    async for event in store.read_stream(tenant_id, stream.id, after=start.version):
        if not reached(after, event):
            break
        state = stream.decider.evolve(state, event.fact)
        end = Moment(
            version=event.version, state=state, at=event.recorded_at, position=event.position
        )
        now_shown = _shown(view, end)
        events.append(event)
        changes += (
            FieldChange(path=path, before=old, after=new, event=event)
            for path, old, new in changed(shown, now_shown)
            if path != "/version"
        )
        shown = now_shown
    return Difference(before=start, after=end, events=tuple(events), changes=tuple(changes))


def _shown(view: View, moment: Moment) -> dict[str, Any]:
    return view(moment.state, moment.version) if moment.version else {}


def changed(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The JSON pointers at which two JSON values differ, with both values. Lists are one value
    unless they are of one length."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({**before, **after}):
            yield from changed(before.get(key), after.get(key), f"{path}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changed(old, new, f"{path}/{n}")
    elif before != after:
        yield path, before, after
