"""A reactor turns events into commands. Their ids follow from the events, so a replay, a restart
or a second worker gives them again and the command ledger answers that it happened."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.decider import Stream
from app.event_store.folding import state_of
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Recorded

S = TypeVar("S")

# Command ids of ours in the space of UUIDs; any constant would do.
ORDERS = UUID("0f0c1a5e-5b0e-5c35-8a4e-8f6d2b1c7a90")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command that follows from an event. `occurred_at` is when what it says was so, where that
    is not the moment of giving it."""

    stream: Stream[Any, Any]
    command: object
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a reactor may look at: the present state of streams of the event's tenant.

    It may be later than the event; what has to hold is decided by who gets the command.
    """

    tenant_id: UUID
    store: EventStore

    async def state_of(self, stream: Stream[Any, S]) -> S:
        return await state_of(self.store, self.tenant_id, stream)


React = Callable[[Recorded[Any], Look], Awaitable[Sequence[Order]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactor:
    """`react` answers the same orders in the same sequence whenever it sees an event again.

    A command that is refused sets the stream aside, visibly: what is no longer wanted by the time
    that it comes has to be decided to nothing, not refused.
    """

    name: str
    types: frozenset[str]
    react: React


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacting:
    """A reactor at work: the subscription that gives its orders."""

    reactor: Reactor
    handler: CommandHandler
    store: EventStore
    reacts: bool = True

    @property
    def name(self) -> str:
        return self.reactor.name

    @property
    def types(self) -> Collection[str]:
        return self.reactor.types

    async def handle(
        self, tenant_id: UUID, events: Sequence[Recorded[Any]], _connection: AsyncConnection
    ) -> None:
        look = Look(tenant_id=tenant_id, store=self.store)
        for event in events:
            for number, order in enumerate(await self.reactor.react(event, look)):
                envelope = self._envelope(tenant_id, event, number, order)
                await self.handler.handle(order.stream, order.command, envelope)

    def _envelope(
        self, tenant_id: UUID, event: Recorded[Any], number: int, order: Order
    ) -> Envelope:
        return Envelope(
            tenant_id=tenant_id,
            actor=SYSTEM,
            command_id=uuid5(ORDERS, f"{tenant_id}\n{self.name}\n{event.event_id}\n{number}"),
            correlation_id=event.correlation_id,
            causation_id=event.event_id,
            occurred_at=order.occurred_at,
        )
