"""What a subscription is: a durable reader of a tenant's events that writes in its checkpoint's own
transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded


class Subscription(Protocol):
    """Every event of a tenant is handled once, in order of position.

    `handle` writes through `connection` and nowhere else: what it writes is committed with the
    checkpoint, or not at all. An effect that leaves the database may therefore happen again and
    has to be idempotent. Raising sets the events aside, it never skips them.
    """

    @property
    def name(self) -> str: ...

    @property
    def types(self) -> Collection[str] | None:
        """Stored names of the events to hand over; None for all of them."""

    @property
    def reacts(self) -> bool:
        """It has effects beyond its own rows, so it is never run again on a rebuild."""

    async def handle(
        self, tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a runner works: sizes, and seconds."""

    batch: int = 500
    pages: int = 40  # of one tenant, before the next one has its turn
    lease: float = 20.0
    tries: int = 3
    back_off: float = 0.2  # doubled at each try, with jitter
    patience: float = 60.0  # for one call of `handle`
    crashes: int = 3  # from then on events are taken one by one


FILLING = Pace(batch=4000)
"""Of a process that does nothing else: the larger the batch, the more events fold into one row."""
