"""Time travel: a stream at a version or as recorded by an instant, and the changes between two such
points."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.decider import Stream
from app.domain.errors import Unacceptable
from app.events.base import Recorded
from app.views.reader import Reader

MOST_EVENTS = 500

Point = int | datetime
"""A version, or an instant: what had been recorded by then."""
Render = Callable[[Any, int], dict[str, Any]]
"""Renders a state at its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A stream at a point. `at` and `position` are of its last event, None before the first."""

    version: int
    state: Any
    at: datetime | None
    position: int | None

    def is_after(self, point: Point) -> bool:
        if isinstance(point, int):
            return point < self.version
        return self.at is not None and point < self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of the rendered state, changed by one event."""

    path: str
    before: Any
    after: Any
    event: Recorded[Any]

    @property
    def delay(self) -> timedelta:
        """From occurrence to recording."""
        return self.event.recorded_at - self.event.occurred_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    before: Moment
    after: Moment
    events: Sequence[Recorded[Any]]
    changes: tuple[FieldChange, ...]


def is_up_to(point: Point, event: Recorded[Any]) -> bool:
    """Whether the event is part of the history up to `point`."""
    return event.version <= point if isinstance(point, int) else event.recorded_at <= point


async def moment(reader: Reader, stream: Stream[Any, Any], point: Point) -> Moment:
    state, version, at, position = stream.decider.initial, 0, None, None
    async for event in reader.store.read_stream(reader.tenant_id, stream.id):
        if not is_up_to(point, event):
            break
        state = stream.decider.evolve(state, event.fact)
        version, at, position = event.version, event.recorded_at, event.position
    return Moment(version=version, state=state, at=at, position=position)


async def difference(
    reader: Reader, stream: Stream[Any, Any], render: Render, start: Point, end: Point
) -> Difference:
    """The events after `start` and up to `end`, and each change of the rendered state with the
    event that caused it. Raises `Unacceptable` for more than `MOST_EVENTS`: the state is rendered
    after each."""
    before = after = await moment(reader, stream, start)
    state, rendered = before.state, _render(render, before)
    events: list[Recorded[Any]] = []
    changes: list[FieldChange] = []
    async for event in reader.store.read_stream(reader.tenant_id, stream.id, after=before.version):
        if not is_up_to(end, event):
            break
        if len(events) == MOST_EVENTS:
            raise Unacceptable("diff_too_long", pointer="query:to", max=MOST_EVENTS)
        await asyncio.sleep(0)  # others have their turn between two renderings
        state = stream.decider.evolve(state, event.fact)
        after = Moment(
            version=event.version, state=state, at=event.recorded_at, position=event.position
        )
        now_rendered = _render(render, after)
        events.append(event)
        changes += (
            FieldChange(path=path, before=old, after=new, event=event)
            for path, old, new in changed(rendered, now_rendered)
            if path != "/version"
        )
        rendered = now_rendered
    return Difference(before=before, after=after, events=tuple(events), changes=tuple(changes))


def _render(render: Render, moment: Moment) -> dict[str, Any]:
    return render(moment.state, moment.version) if moment.version else {}


def changed(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The JSON pointers at which two JSON values differ, with both values. Lists of different
    lengths are compared as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({**before, **after}):
            yield from changed(before.get(key), after.get(key), f"{path}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changed(old, new, f"{path}/{n}")
    elif before != after:
        yield path, before, after
