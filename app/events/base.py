"""What every event has in common: actor, time, and place in the store. No rules here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`subject` is a pseudonymous id, never a name or a phone number."""

    subject: str
    role: str


SYSTEM = Actor(subject="system", role="system")


@dataclass(frozen=True, slots=True)
class Fact(Generic[E_co]):
    """An event with what `evolve` may know of it: when it happened, and who did it.

    `recorded_at` is left out on purpose: the database assigns it while the fold is stored.
    """

    event: E_co
    occurred_at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[E_co]):
    """A stored event, decoded."""

    position: int
    stream_id: str
    version: int
    event_id: str
    type: str
    schema_version: int
    event: E_co
    data: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    channel: str | None
    command_id: str
    correlation_id: str
    causation_id: str | None
    leaf: bytes
    salted: bool = True  # False before header format 2: its leaf can be guessed

    @property
    def fact(self) -> Fact[E_co]:
        return Fact(self.event, self.occurred_at, self.actor)
