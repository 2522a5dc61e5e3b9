"""The command handler and the scheduler in memory: decides, records, lapses, keeps every fact."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.domain.decider import Given, On, Stream
from app.domain.deciders import DECIDERS
from app.events.base import SYSTEM, Actor, Fact
from tests.given_when_then import NOW, SHANGHAI, decide


class InMemory:
    """`log` has the facts of all streams in the order of their recording."""

    def __init__(self) -> None:
        self.now = NOW
        self.states: dict[str, Any] = {}
        self.log: list[tuple[str, Fact[Any]]] = []

    def record(
        self, stream: Stream[Any, Any], event: Any, by: Actor = SYSTEM, at: datetime | None = None
    ) -> None:
        fact = Fact(event, at or self.now, by)
        self.states[stream.id] = stream.decider.evolve(self._state(stream), fact)
        self.log.append((stream.id, fact))

    def decide(
        self,
        stream: Stream[Any, Any],
        command: object,
        by: Actor = SYSTEM,
        *,
        occurred_at: datetime | None = None,
        **said: Any,
    ) -> list[Any]:
        """Call `record_lapses` first, as the command handler does."""
        given = Given(
            actor=by,
            now=self.now,
            occurred_at=occurred_at or self.now,
            zone=SHANGHAI,
            states=self.states,
            **said,
        )
        events = decide(stream.decider, command, self._state(stream), given)
        for event in events:
            target, what = (event.stream, event.event) if isinstance(event, On) else (stream, event)
            self.record(target, what, by, given.occurred_at)
        return list(events)

    def record_lapses(self, stream: Stream[Any, Any]) -> list[Fact[Any]]:
        facts = list(stream.decider.lapse(self._state(stream), self.now))
        for fact in facts:
            self.record(stream, fact.event, fact.actor, fact.occurred_at)
        return facts

    def pass_time(self, to: datetime) -> Iterator[None]:
        """Stops wherever something has lapsed, in the order of the due times."""
        while due := self._next_due(to):
            self.now, stream_id = due
            self.record_lapses(_stream(stream_id))
            yield
        self.now = to

    def _state(self, stream: Stream[Any, Any]) -> Any:
        return self.states.get(stream.id, stream.decider.initial)

    def _next_due(self, to: datetime) -> tuple[datetime, str] | None:
        found = [
            (due, stream_id)
            for stream_id, state in self.states.items()
            if (due := _stream(stream_id).decider.next_due(state)) is not None and due <= to
        ]
        return min(found, default=None)


def _stream(stream_id: str) -> Stream[Any, Any]:
    category, _, key = stream_id.partition("-")
    return DECIDERS[category].stream(key)
