"""The decider: the only framework of the domain. Pure: no clock, no random ids, no await.

`decide(command, state, given)` returns events, or `[]` if the command is a no-op, or raises a
`DomainError`. `evolve(state, fact)` is the fold. A rule reads other streams through `given.read`:
if a state is not loaded yet, the command handler loads it and decides again, so rules stay plain
functions and ask for what they need where they need it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast
from zoneinfo import ZoneInfo

from msgspec import field

from app.events.base import Actor, Fact, Value
from app.viewer import Viewer

S = TypeVar("S")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Stream(Generic[C, S]):
    """One stream of a category, such as `ticket-0190…`, with the decider that folds it."""

    decider: "Decider[C, S]"
    key: str

    @property
    def id(self) -> str:
        return f"{self.decider.category}-{self.key}"


class On(Value, frozen=True):
    """An event for another stream, appended atomically with the command's own events."""

    stream: Stream[Any, Any]
    event: Any


class NeedsStream(Exception):
    """Raised by `Given.read`: load this stream and decide again."""

    def __init__(self, stream: Stream[Any, Any]) -> None:
        super().__init__(stream.id)
        self.stream = stream


class NeedsNumber(Exception):
    """Raised by `Given.number`: draw the next number of this series, store it under `key`, decide
    again."""

    def __init__(self, series: str, key: str) -> None:
        super().__init__(key)
        self.series = series
        self.key = key


class Evidence(Value, frozen=True, kw_only=True):
    """Evidence for a late fact (docs/domain.md §3.5)."""

    geo: tuple[float, float] | None = None
    photo_id: str | None = None
    device_time: datetime | None = None
    measured_skew_ms: int | None = None


class Given(Value, frozen=True, kw_only=True):
    """Everything a decision may depend on, other than the command and its stream's state."""

    actor: Actor
    now: datetime
    occurred_at: datetime
    zone: ZoneInfo
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    channel: str | None = None
    evidence: Evidence | None = None
    states: Mapping[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    nonce: str = ""
    """128 random bits in hex, of this decision."""

    @property
    def viewer(self) -> Viewer:
        """The actor, in the form that visibility rules take."""
        return Viewer.of(self.actor, self.household_id, self.communities)

    def read(self, stream: Stream[Any, S]) -> S:
        """The state of another stream; the initial state if it has no events."""
        try:
            return cast(S, self.states[stream.id])
        except KeyError:
            raise NeedsStream(stream) from None

    def number(self, series: str, nth: int = 1) -> str:
        """The next human-readable number of a series: `R240305-0001` of `R240305`. A decision that
        needs several of one series asks for `nth` 1, 2, and so on."""
        key = series if nth == 1 else f"{series}+{nth}"
        try:
            return self.numbers[key]
        except KeyError:
            raise NeedsNumber(series, key) from None


def reads_when_asked(_command: Any, _viewer: Viewer) -> Sequence[Stream[Any, Any]]:
    return ()


def never_due(_state: Any) -> datetime | None:
    return None


def nothing_lapses(_state: Any, _now: datetime) -> Sequence[Fact[Any]]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[C, S]):
    """How the streams of one category decide and fold.

    `reads(command, viewer)` are other streams that `decide` will read, loaded ahead in one round
    trip; one that is left out costs a further trip and nothing else. `recalled`: the states of
    other streams name these, as a ticket does its household, so the handler remembers which.
    `next_due(state)` is when the next thing lapses by itself; `lapse(state, now)` returns the facts
    that lapsed by `now`, each with its due time as `occurred_at`. The command handler lapses before
    every command, so a late worker delays notices but never changes the outcome.
    Raise `fold_version` when `evolve` or the state's shape changes: stored folds are then rebuilt.
    """

    category: str
    initial: S
    state_type: Any
    decide: Callable[[C, S, Given], Sequence[Any]]
    evolve: Callable[[S, Fact[Any]], S]
    fold_version: int = 1
    reads: Callable[[C, Viewer], Sequence[Stream[Any, Any]]] = reads_when_asked
    recalled: bool = False
    next_due: Callable[[S], datetime | None] = never_due
    lapse: Callable[[S, datetime], Sequence[Fact[Any]]] = nothing_lapses

    def stream(self, key: str) -> Stream[C, S]:
        return Stream(self, key)

    def fold(self, state: S, facts: Sequence[Fact[Any]]) -> S:
        for fact in facts:
            state = self.evolve(state, fact)
        return state
