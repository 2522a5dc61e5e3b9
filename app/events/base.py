"""What every event has in common: actor, time, and place in the store. No rules here."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta, Struct
from msgspec.json import decode

LARGEST_INTEGER = 2**53 - 1  # beyond it not everybody's JSON has the same number
Integer = Annotated[int, Meta(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]

E_co = TypeVar("E_co", covariant=True)


class Value(Struct, frozen=True, gc=False):
    """What is compared by its fields and never changes: events, commands, states and rows.

    Write `class X(Value, frozen=True, kw_only=True)`: msgspec does not inherit `kw_only`. A value
    refers to no cycle, so the garbage collector need not look at it (docs/adr/0034).
    """


class Actor(Value, frozen=True, kw_only=True):
    """`subject` is a pseudonymous id, never a name or a phone number."""

    subject: str
    role: str


SYSTEM = Actor(subject="system", role="system")


class Fact(Value, Generic[E_co], frozen=True):
    """An event with what `evolve` may know of it: when it happened, and who did it.

    `recorded_at` is left out on purpose: the database assigns it while the fold is stored.
    """

    event: E_co
    occurred_at: datetime
    actor: Actor


class Recorded(Value, Generic[E_co], frozen=True, kw_only=True):
    """A stored event, decoded."""

    position: int
    stream_id: str
    version: int
    event_id: str
    type: str
    schema_version: int
    event: E_co
    content: str
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
    def data(self) -> dict[str, Any]:
        """The content as stored, of whatever schema version; decoded each time."""
        data: dict[str, Any] = decode(self.content)
        return data

    @property
    def fact(self) -> Fact[E_co]:
        return Fact(self.event, self.occurred_at, self.actor)
