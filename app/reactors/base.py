"""A reactor turns events into commands. Command ids are derived from the events, so a repeat after
a replay, a restart or in a second worker is found in the command ledger and is a no-op."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.decider import Stream
from app.event_store.folding import state_of
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Recorded
from app.reactors.orders import Given, give_in_chains, in_order

S = TypeVar("S")

# The UUID namespace of the command ids; an arbitrary constant.
ORDERS = UUID("0f0c1a5e-5b0e-5c35-8a4e-8f6d2b1c7a90")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command that follows from an event. `occurred_at` is set if it is not now. `also` are other
    streams that it always reads: orders with one in common are given in turn."""

    stream: Stream[Any, Any]
    command: object
    occurred_at: datetime | None = None
    also: Sequence[Stream[Any, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a reactor may read: the current state of streams of the event's tenant.

    The state may be newer than the event: the command that results has to check it again. What the
    same reactor orders for earlier events of the page may not be in it yet.
    """

    tenant_id: UUID
    store: EventStore

    async def state_of(self, stream: Stream[Any, S]) -> S:
        return await state_of(self.store, self.tenant_id, stream)


React = Callable[[Recorded[Any], Look], Awaitable[Sequence[Order]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactor:
    """`react` has to return the same orders in the same sequence each time it gets an event.

    A refused command parks the stream. So a command that comes too late has to be a no-op, not
    refused.
    """

    name: str
    types: frozenset[str]
    react: React


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactorSubscription:
    """The subscription that runs a reactor and handles its orders."""

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
        answers = await in_order([self._react(event, look) for event in events])
        await give_in_chains(
            [
                self._given(tenant_id, event, number, order)
                for event, orders in zip(events, answers, strict=True)
                for number, order in enumerate(orders)
            ]
        )

    async def _react(self, event: Recorded[Any], look: Look) -> Sequence[Order]:
        return await self.reactor.react(event, look)

    def _given(self, tenant_id: UUID, event: Recorded[Any], number: int, order: Order) -> Given:
        envelope = self._envelope(tenant_id, event, number, order)
        return Given(
            source=event.stream_id,
            targets=(order.stream.id, *(each.id for each in order.also)),
            give=partial(
                self.handler.handle, order.stream, order.command, envelope, also=order.also
            ),
        )

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
