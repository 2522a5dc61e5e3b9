"""Runs rules of the domain without recording anything."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.domain.decider import Given, NeedsStream, Stream
from app.domain.errors import Unacceptable
from app.events.base import Actor
from app.views.reader import Reader

T = TypeVar("T")


@dataclass(slots=True)
class Preview:
    """`states` caches the streams that rules read; a state put there overrides the stored one."""

    reader: Reader
    now: datetime
    zone: ZoneInfo
    states: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def of(cls, reader: Reader) -> "Preview":
        snapshot = await reader.read()
        return cls(reader, snapshot.now, ZoneInfo(snapshot.timezone))

    async def state(self, stream: Stream[Any, Any]) -> Any:
        if stream.id not in self.states:
            self.states[stream.id] = await self.reader.state_of(stream)
        return self.states[stream.id]

    async def run(self, rule: Callable[[], T]) -> T:
        """Calls `rule` again until every stream that it needs is loaded."""
        while True:
            try:
                return rule()
            except NeedsStream as needed:
                await self.state(needed.stream)

    def given(self, actor: Actor | None = None) -> Given:
        viewer = self.reader.viewer
        return Given(
            actor=actor or Actor(subject=viewer.subject, role=viewer.role),
            now=self.now,
            occurred_at=self.now,
            zone=self.zone,
            communities=viewer.communities,
            states=self.states,
        )


def under(pointer: str, error: Unacceptable) -> Unacceptable:
    """The same refusal, for a body nested at `pointer`."""
    return Unacceptable(error.code, pointer=f"{pointer}{error.pointer or ''}", **error.details)
