"""Tickets whose clocks fall due when the bench wants it: real reports, decided as of then."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from uuid_utils.compat import uuid7

from app.database_url import driver_url
from app.domain.decider import Given, NeedsNumber, NeedsStream, On
from app.domain.ticket.commands.ticket import ReportTicket
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.event_store.codec import Origin, encode, encode_state
from app.event_store.store import Append, Appended, EventStore, Move
from app.events.base import Fact
from app.events.ticket import Location, Reporter
from bench.bodies import CSR, FINGERPRINT

ZONE = ZoneInfo("Asia/Shanghai")
AT_ONCE = 64
CLOCK = "acknowledge"  # the first of a report's clocks to fall due

_FILL = """
insert into stream (tenant_id, stream_id, category, version, fold_version, state, next_due_at)
select $1, 'ticket-' || t.ticket, 'ticket', $2, $3, replace($4, $5, t.ticket), $6
from (
    select '01a1ff96-0a07-7000-8000-' || lpad(to_hex(n), 12, '0') as ticket
    from generate_series($7::int, $8::int) n
) t
"""


def report(ticket_id: str, at: datetime) -> list[Fact[Any]]:
    """What a report at that time records on its ticket, by the policies of the pack."""
    command = ReportTicket(
        ticket_id=ticket_id,
        kind="repair",
        category="leak",
        service_class="general",
        description="厨房漏水",
        channel="app",
        location=Location(community="jinxiu", building="3", unit="1201"),
        reporter=Reporter(name="王师傅", phone="13800138000"),
    )
    states: dict[str, Any] = {}
    numbers: dict[str, str] = {}
    given = Given(
        actor=CSR, now=at, occurred_at=at, zone=ZONE, states=states, numbers=numbers, channel="app"
    )
    while True:
        try:
            events = TICKET.decide(command, None, given)
        except NeedsStream as needed:
            states[needed.stream.id] = needed.stream.decider.initial
        except NeedsNumber as needed:
            numbers[needed.key] = f"{needed.series}-0001"
        else:
            return [Fact(event, at, CSR) for event in events if not isinstance(event, On)]


def folded(facts: Sequence[Fact[Any]]) -> Ticket:
    ticket = TICKET.fold(TICKET.initial, facts)
    assert ticket is not None
    return ticket


def time_allowed() -> timedelta:
    """From a report until its first clock is due."""
    at = datetime.now(UTC)
    return next(
        clock.due_at - at
        for clock in folded(report(str(uuid7()), at)).clocks
        if clock.kind == CLOCK
    )


async def open_tickets(store: EventStore, tenant: UUID, due: Iterable[datetime]) -> None:
    """One for each of these times, at which it falls due; through the store, like any other."""
    allowed = time_allowed()
    waiting = iter(due)

    async def open_some() -> None:
        for at in waiting:
            answer = await store.append_to_stream(tenant, _opening(tenant, at - allowed))
            assert isinstance(answer, Appended), answer

    await asyncio.gather(*(open_some() for _ in range(AT_ONCE)))


def _opening(tenant: UUID, at: datetime) -> Append:
    command_id = uuid7()
    ticket_id = str(uuid7())
    facts = report(ticket_id, at)
    ticket = folded(facts)
    stream = TICKET.stream(ticket_id)
    origin = Origin(
        tenant_id=tenant,
        log="suyuan",
        build="bench",
        command_id=command_id,
        correlation_id=str(command_id),
        causation_id=None,
        channel="app",
    )
    return Append(
        command_id=command_id,
        fingerprint=FINGERPRINT,
        result="{}",
        moves=[
            Move(
                stream_id=stream.id,
                expected=0,
                version=len(facts),
                fold_version=TICKET.fold_version,
                state=encode_state(ticket),
                next_due_at=TICKET.next_due(ticket),
            )
        ],
        events=[encode(origin, stream.id, n, uuid7(), fact) for n, fact in enumerate(facts, 1)],
    )


async def fill_with_clocks(url: str, tenant: UUID, clocks: int) -> None:
    """So many open clocks of which none is due: rows of `stream` as a report leaves them, a day
    ahead, written by the superuser in a few statements. The timer looks at nothing else."""
    ticket_id = str(uuid7())
    at = datetime.now(UTC)
    facts = report(ticket_id, at)
    ticket = folded(facts)
    row = (
        tenant,
        len(facts),
        TICKET.fold_version,
        encode_state(ticket),
        ticket_id,
        at + timedelta(days=1),
    )
    connection = await asyncpg.connect(driver_url(url))
    try:
        for first, last in _steps(clocks // len(ticket.clocks), 10_000):
            await connection.execute(_FILL, *row, first, last)
        await connection.execute("vacuum analyze stream")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


def _steps(number: int, step: int) -> Iterator[tuple[int, int]]:
    for first in range(1, number + 1, step):
        yield first, min(first + step - 1, number)
