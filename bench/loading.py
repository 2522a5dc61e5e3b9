"""Loading a ticket: the stored fold makes it one primary-key read, however long the history is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from uuid_utils.compat import uuid7

from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.event_store.codec import Origin, encode, encode_state
from app.event_store.folding import unfold
from app.event_store.store import Append, Appended, EventStore, Move
from app.events.base import Fact
from app.events.ticket import CommentAdded
from bench.bodies import CSR, FINGERPRINT
from bench.rounds import interleave
from bench.rows import Row, row
from bench.writers import COMMENT, new_handler, open_store, open_tenants, report

SHORT, LONG = 10, 10_000
LOADS = 200
COMMENTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Loads:
    """Microseconds that one load takes, its fold decoded; one after the other."""

    name: str
    load: Callable[[], Awaitable[Ticket | None]]

    async def run(self, seconds: float) -> float:
        started = perf_counter()
        done = 0
        while perf_counter() - started < seconds:
            for _ in range(LOADS):
                await self.load()
            done += LOADS
        return (perf_counter() - started) / done * 1_000_000


async def loading(url: str, *, quick: bool) -> list[Row]:
    async with open_store(url) as store:
        (tenant,) = await open_tenants(store, 1)
        handler = new_handler(store)
        contestants = []
        for events in (SHORT, LONG):
            ticket_id = await report(handler, tenant)
            await _lengthen(store, tenant, ticket_id, events)
            contestants.append(Loads(f"{events} events", _load(store, tenant, ticket_id)))
        short, long = contestants
        medians = await interleave(
            contestants, rounds=3 if quick else 9, seconds=0.3 if quick else 1
        )
    return [
        row(
            "load a ticket of 10,000 events",
            "µs",
            medians[long.name],
            medians[short.name],
            "one of 10 events",
        )
    ]


def _load(
    store: EventStore, tenant: UUID, ticket_id: str
) -> Callable[[], Awaitable[Ticket | None]]:
    stream = TICKET.stream(ticket_id)

    async def load() -> Ticket | None:
        loaded = await store.load(tenant, [stream.id])
        return await unfold(store, tenant, stream, loaded.streams[stream.id])

    return load


async def _lengthen(store: EventStore, tenant: UUID, ticket_id: str, events: int) -> None:
    """Comments, many in one command, until the ticket's history is so long."""
    stream = TICKET.stream(ticket_id)
    loaded = await store.load(tenant, [stream.id])
    version = loaded.streams[stream.id].version
    ticket = await unfold(store, tenant, stream, loaded.streams[stream.id])
    while version < events:
        more = min(COMMENTS_AT_ONCE, events - version)
        facts = [Fact(CommentAdded(text=COMMENT, visibility="public"), loaded.now, CSR)] * more
        ticket = TICKET.fold(ticket, facts)
        answer = await store.append_to_stream(
            tenant, _comments(tenant, stream.id, version, facts, ticket)
        )
        assert isinstance(answer, Appended), answer
        version += more


def _comments(
    tenant: UUID,
    stream_id: str,
    version: int,
    facts: list[Fact[CommentAdded]],
    ticket: Ticket | None,
) -> Append:
    command_id = uuid7()
    origin = Origin(
        tenant_id=tenant,
        log="suyuan",
        build="bench",
        command_id=command_id,
        correlation_id=str(command_id),
        causation_id=None,
        channel="app",
    )
    moved = Move(
        stream_id=stream_id,
        expected=version,
        version=version + len(facts),
        fold_version=TICKET.fold_version,
        state=encode_state(ticket),
        next_due_at=TICKET.next_due(ticket),
    )
    return Append(
        command_id=command_id,
        fingerprint=FINGERPRINT,
        result="{}",
        moves=[moved],
        events=[
            encode(origin, stream_id, version + n, uuid7(), fact) for n, fact in enumerate(facts, 1)
        ],
    )
