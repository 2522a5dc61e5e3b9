"""What goes to the command handler and what comes back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

from app.domain.decider import Evidence
from app.events.base import Actor
from app.viewer import Viewer


class VersionMismatch(Exception):
    """The caller named a version that the stream is not at."""

    def __init__(self, actual: int) -> None:
        super().__init__(actual)
        self.actual = actual


class KeyReused(Exception):
    """This command id was recorded before, for another command."""


class Contended(Exception):
    """The race was lost too often; it may be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who sends a command, and what the sender says of it."""

    tenant_id: UUID
    actor: Actor
    command_id: UUID = field(default_factory=uuid7)
    former_id: UUID | None = None  # which an earlier release gave this command
    fingerprint: bytes = b""
    correlation_id: str = ""
    causation_id: str | None = None
    channel: str | None = None
    occurred_at: datetime | None = None
    evidence: Evidence | None = None
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    expected_version: int | None = None
    status: int = 200

    @property
    def viewer(self) -> Viewer:
        """Who sends the command, in the form that visibility rules take."""
        return Viewer.of(self.actor, self.household_id, self.communities)

    @property
    def ids(self) -> list[UUID]:
        """Under which the ledger may have the command."""
        return [self.command_id, *([self.former_id] if self.former_id else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a command: the stream that answers it, as it then stood."""

    stream_id: str
    version: int
    state: Any
    at: datetime
    zone: ZoneInfo
    status: int
    position: int | None
    leaf: bytes | None
    replayed: bool = False

    @property
    def receipt(self) -> str | None:
        return f"{self.position}:{self.leaf.hex()}" if self.position and self.leaf else None
