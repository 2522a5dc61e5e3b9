"""The subscription protocol: a durable reader of a tenant's events. What it writes is committed in
one transaction with its checkpoint."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded


class Subscription(Protocol):
    """Every event of a tenant is handled once, in order of position.

    `handle` writes only through `connection`: its writes are committed with the checkpoint or not
    at all. An effect outside the database may therefore be repeated and has to be idempotent.
    An event whose handling raises is parked, never skipped.
    """

    @property
    def name(self) -> str: ...

    @property
    def types(self) -> Collection[str] | None:
        """Stored names of the events that `handle` gets; None means all."""

    @property
    def reacts(self) -> bool:
        """Whether it has effects beyond its own rows; then a rebuild never runs it again."""

    async def handle(
        self, tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Sizes and timeouts of a runner, in events and seconds."""

    batch: int = 500
    pages: int = 40  # of one tenant, before the next tenant's turn
    shared_pages: int = 4  # the same where all read models handle a page
    lease: float = 20.0
    tries: int = 3
    back_off: float = 0.2  # doubled at each try, with jitter
    patience: float = 60.0  # for one call of `handle`
    crashes: int = 3  # after so many, events are handled one by one


FILLING = Pace(batch=4000)
"""For a process that only rebuilds: in a larger batch more events share one row write."""
