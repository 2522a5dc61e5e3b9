"""A long history, made by the server itself: the same ten events of ever more tickets."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from app.database_url import driver_url
from app.event_store.codec import Origin, encode
from app.events.base import Actor, Fact
from app.events.ticket import (
    AssignmentAccepted,
    CommentAdded,
    EngineerArrived,
    EngineerDeparted,
    FirstResponsibleSet,
    ProgressUpdated,
    TicketAcknowledged,
    TicketAssigned,
    TicketClosed,
)
from bench.bodies import CSR, REPORTED
from bench.writers import COMMENT

_AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
_TICKET, _HASH = REPORTED.ticket_id, "0" * 64
_ENGINEER = Actor(subject="u-engineer-07", role="engineer")

_LIFE: Sequence[tuple[Actor, Any]] = (
    (CSR, REPORTED),
    (CSR, TicketAcknowledged()),
    (CSR, FirstResponsibleSet(subject=CSR.subject, name="李女士")),
    (
        CSR,
        TicketAssigned(
            engineer=_ENGINEER.subject,
            engineer_name="王师傅",
            offer_expires_at=_AT + timedelta(minutes=15),
        ),
    ),
    (_ENGINEER, AssignmentAccepted(engineer=_ENGINEER.subject, engineer_name="王师傅")),
    (_ENGINEER, EngineerDeparted(engineer=_ENGINEER.subject, eta=_AT + timedelta(hours=1))),
    (_ENGINEER, EngineerArrived(engineer=_ENGINEER.subject)),
    (_ENGINEER, ProgressUpdated(text=COMMENT)),
    (CSR, CommentAdded(text=COMMENT, visibility="public")),
    (CSR, TicketClosed()),
)
EVENTS_A_TICKET = len(_LIFE)

_OPEN = """
insert into head (tenant_id, position, recorded_at, timezone, sandbox)
values ($1, $2, clock_timestamp(), 'Asia/Shanghai', false)
"""

# Headers, content hashes and leaves are what the append function would have written.
_FILL = f"""
insert into event
    (tenant_id, position, stream_id, version, type, recorded_at, header, content, leaf)
select $1, h.position, 'ticket-' || h.ticket, h.version, h.type, $2, h.header, h.content,
       sha256('\\x00'::bytea || convert_to(
           'suyuan-event/v1' || E'\\n' || h.position || E'\\n' || $3::text || E'\\n' || h.header,
           'UTF8'))
from (
    select (t.n - 1) * {EVENTS_A_TICKET} + l.version as position, t.ticket, l.version, l.type,
           c.content,
           replace(replace(l.header, '{_TICKET}', t.ticket), '{_HASH}',
               encode(sha256(convert_to('suyuan-content/v1' || E'\\n' || c.content, 'UTF8')), 'hex')
           ) as header
    from (
        select n, '01a1ff96-0a07-7000-8000-' || lpad(to_hex(n), 12, '0') as ticket
        from generate_series($4::bigint, $5::bigint) n
    ) t
    cross join unnest($6::int[], $7::text[], $8::text[], $9::text[])
        l(version, type, header, content)
    cross join lateral (select replace(l.content, '{_TICKET}', t.ticket) as content) c
    order by 1
) h
"""


async def record_history(url: str, events: int) -> UUID:
    """A tenant with so many events, written as the superuser by a few statements."""
    tenant = uuid7()
    life = _life(tenant)
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute(_OPEN, tenant, events)
        tickets, step = events // EVENTS_A_TICKET, 10_000
        for first in range(1, tickets + 1, step):
            last = min(first + step - 1, tickets)
            microseconds = str(int(_AT.timestamp()) * 1_000_000)
            await connection.execute(_FILL, tenant, _AT, microseconds, first, last, *life)
        await connection.execute("analyze event")
    finally:
        await connection.close()
    return tenant


def _life(tenant: UUID) -> tuple[list[int], list[str], list[str], list[str]]:
    origin = Origin(
        tenant_id=tenant,
        log="suyuan",
        build="bench",
        command_id=UUID(int=0),
        correlation_id="bench",
        causation_id=None,
        channel="app",
    )
    encoded = [
        encode(origin, f"ticket-{_TICKET}", version, uuid7(), Fact(event, _AT, actor))
        for version, (actor, event) in enumerate(_LIFE, 1)
    ]
    hashed = [one.header.index('"ch":"') + 6 for one in encoded]
    headers = [
        one.header[:at] + _HASH + one.header[at + 64 :]
        for one, at in zip(encoded, hashed, strict=True)
    ]
    return (
        [one.version for one in encoded],
        [one.type for one in encoded],
        headers,
        [one.content for one in encoded],
    )
