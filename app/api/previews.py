"""Decisions that are thought through and not recorded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.domain.decider import Given, NeedsStream, Stream
from app.domain.errors import Unacceptable
from app.events.base import Actor
from app.http.callers import Caller

T = TypeVar("T")


@dataclass(slots=True)
class Preview:
    """`states` are the streams as far as they were asked for; one may be put there in place of the
    true one."""

    caller: Caller
    now: datetime
    zone: ZoneInfo
    states: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def of(cls, caller: Caller) -> "Preview":
        loaded = await caller.services.store.load(caller.tenant_id, [])
        return cls(caller, loaded.now, ZoneInfo(loaded.timezone))

    async def state(self, stream: Stream[Any, Any]) -> Any:
        if stream.id not in self.states:
            handler = self.caller.services.handler
            self.states[stream.id] = await handler.state_of(self.caller.tenant_id, stream)
        return self.states[stream.id]

    async def think(self, rule: Callable[[], T]) -> T:
        """The rule's answer, when all is loaded that it reads."""
        while True:
            try:
                return rule()
            except NeedsStream as needed:
                await self.state(needed.stream)

    def given(self, actor: Actor | None = None) -> Given:
        return Given(
            actor=actor or self.caller.actor,
            now=self.now,
            occurred_at=self.now,
            zone=self.zone,
            communities=self.caller.communities,
            states=self.states,
        )


def under(pointer: str, error: Unacceptable) -> Unacceptable:
    """The same refusal of a body that is a part of another one."""
    return Unacceptable(error.code, pointer=f"{pointer}{error.pointer or ''}", **error.details)
