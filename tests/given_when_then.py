"""`Given(decider, *events).when(command).then(*events)`: tests of a decider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from app.domain import decider as domain
from app.domain.decider import Decider, NeedsNumber, NeedsStream, Stream
from app.domain.errors import DomainError
from app.events.base import SYSTEM, Actor, Fact

NOW = datetime(2024, 3, 5, 1, tzinfo=UTC)  # 09:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Given:
    """Events become facts at `NOW` by the system; pass a `Fact` where time or actor matter."""

    def __init__(self, decider: Decider[Any, Any], *events: Any) -> None:
        self._decider = decider
        self._state = decider.fold(decider.initial, _facts(events))
        self._states: dict[str, Any] = {}

    def and_(self, stream: Stream[Any, Any], *events: Any) -> "Given":
        """The states of other streams; unnamed ones are empty."""
        before = self._states.get(stream.id, stream.decider.initial)
        self._states[stream.id] = stream.decider.fold(before, _facts(events))
        return self

    def when(
        self, command: object, *, by: Actor = SYSTEM, at: datetime = NOW, **said: Any
    ) -> "Outcome":
        lapsed = self._decider.lapse(self._state, at)
        state = self._decider.fold(self._state, lapsed)
        said = {"occurred_at": at, "zone": SHANGHAI, **said}
        given = domain.Given(actor=by, now=at, states=self._states, numbers={}, **said)
        try:
            return Outcome(events=decide(self._decider, command, state, given))
        except DomainError as refused:
            return Outcome(refused=refused)


def decide(
    decider: Decider[Any, Any], command: object, state: Any, given: domain.Given
) -> Sequence[Any]:
    """Retries `decide` until every stream that it needs is known, like the command handler."""
    states, numbers = dict(given.states), dict(given.numbers)
    while True:
        try:
            return decider.decide(command, state, _with(given, states, numbers))
        except NeedsStream as needed:
            states[needed.stream.id] = needed.stream.decider.initial
        except NeedsNumber as needed:
            drawn = sum(key.startswith(needed.series) for key in numbers)
            numbers[needed.key] = f"{needed.series}-{drawn + 1:04}"


@dataclass(frozen=True, slots=True)
class Outcome:
    events: Sequence[Any] = ()
    refused: DomainError | None = None

    def then(self, *events: Any) -> None:
        assert self.refused is None, f"refused: {self.refused!r}"
        assert list(self.events) == list(events)

    def then_among(self, *events: Any) -> None:
        """These, in this order, ignoring events of clocks and notices."""
        assert self.refused is None, f"refused: {self.refused!r}"
        assert [event for event in self.events if type(event) in {*map(type, events)}] == [*events]

    def then_nothing(self) -> None:
        self.then()

    def then_refused(self, *expected: type[DomainError] | str, **details: Any) -> None:
        """By code, class or both; only the given `details` are compared."""
        if self.refused is None:
            pytest.fail(f"not refused: {list(self.events)}")
        for one in expected:
            if isinstance(one, str):
                assert self.refused.code == one
            else:
                assert isinstance(self.refused, one)
        shown = {"pointer": self.refused.pointer, **self.refused.details}
        assert {name: shown.get(name) for name in details} == details


def _facts(events: Sequence[Any]) -> list[Fact[Any]]:
    return [event if isinstance(event, Fact) else Fact(event, NOW, SYSTEM) for event in events]


def _with(given: domain.Given, states: dict[str, Any], numbers: dict[str, str]) -> domain.Given:
    return replace(given, states=states, numbers=numbers)
