"""The read model of SLA clocks, one row per ticket, clock and cycle."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import fields
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import Grouping

from app.events.base import Recorded
from app.events.sla import SlaClockStarted
from app.events.ticket import TicketReported
from app.projections.sla_clock_row import (
    TICKET_EVENTS,
    TICKET_ROW,
    TYPES,
    Row,
    clock_after,
    reported,
    started,
    ticket_after,
    with_ticket,
)
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "sla_clocks"
STREAM = "ticket-"
UNFINISHED = ("running", "paused", "breached", "breached_paused")
AT_WORK = ("running", "paused")

Key = tuple[str, int]
TICKET_KEY: Key = (TICKET_ROW, 0)


def occurred(view: Table) -> ColumnElement[Any]:
    """When the clock was breached, or will be. Not `coalesce`: row-level security keeps an index on
    that from being searched, because it is not known to leak nothing."""
    breached_at, breaches_at = view.c.breached_at, view.c.breaches_at
    return Grouping(case((breached_at.is_not(None), breached_at), else_=breaches_at))


def table(name: str) -> Table:
    def words(*columns: str, nullable: bool = True) -> list[Column[Any]]:
        return [Column(each, Text(collation="C"), nullable=nullable) for each in columns]

    def instants(*columns: str) -> list[Column[Any]]:
        return [Column(each, DateTime(timezone=True)) for each in columns]

    def numbers(*columns: str, of: type[Integer] = Integer) -> list[Column[Any]]:
        return [Column(each, of) for each in columns]

    def flags(*columns: str) -> list[Column[Any]]:
        return [Column(each, Boolean, nullable=False) for each in columns]

    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("ticket_id", Text(collation="C"), primary_key=True),
        Column("clock", Text(collation="C"), primary_key=True),
        Column("cycle", Integer, primary_key=True),
        *words("number", "kind", "category", "service_class", "community", nullable=False),
        *words("household_id", "assignee", "first_responsible", "state"),
        *instants("started_at"),
        *numbers("target_seconds", "target_days"),
        *numbers("budget_us", of=BigInteger),
        *instants("due_at", "warn_at", "breaches_at", "paused_at", "then_due_at"),
        *instants("breached_at", "detected_at"),
        *flags("retracted", "waived"),
        *words("verdict"),
        *instants("stopped_at"),
        *numbers("elapsed_us", "overrun_us", of=BigInteger),
        *words("policy_id"),
        *numbers("policy_version"),
        *words("calendar_id"),
        *numbers("calendar_version"),
        *flags("provisional"),
        postgresql_with={"fillfactor": 80},
    )
    tenant, key = made.c.tenant_id, (made.c.ticket_id, made.c.clock, made.c.cycle)
    unfinished = made.c.state.in_(UNFINISHED)
    breached, recorded = occurred(made), made.c.breached_at.is_not(None)
    Index(f"{name}_due", tenant, made.c.due_at, *key, postgresql_where=unfinished)
    Index(f"{name}_breached", tenant, breached, *key, postgresql_where=recorded)
    for column in ("clock", "community", "assignee"):
        by = (tenant, made.c[column])
        Index(f"{name}_{column}_due", *by, made.c.due_at, *key, postgresql_where=unfinished)
        Index(f"{name}_{column}_breached", *by, breached, *key, postgresql_where=recorded)
    Index(
        f"{name}_state_due", tenant, made.c.state, made.c.due_at, *key, postgresql_where=unfinished
    )
    Index(
        f"{name}_unrecorded",
        tenant,
        breached,
        *key,
        postgresql_where=and_(~recorded, made.c.breaches_at.is_not(None)),
    )
    Index(
        f"{name}_overdue",
        tenant,
        made.c.breaches_at,
        postgresql_where=and_(made.c.state.in_(AT_WORK), made.c.breaches_at.is_not(None)),
    )
    Index(f"{name}_started", made.c.tenant_id, made.c.started_at)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    tickets = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    before = await _load(tenant_id, tickets, connection, table)
    after = {ticket_id: dict(clocks) for ticket_id, clocks in before.items()}
    for recorded in events:
        clocks = after.setdefault(recorded.stream_id.removeprefix(STREAM), {})
        _apply(clocks, tenant_id, recorded)
    changed = [
        row
        for ticket_id, clocks in after.items()
        for key, row in clocks.items()
        if before.get(ticket_id, {}).get(key) != row
    ]
    await upsert_rows(connection, table, changed)


def _apply(clocks: dict[Key, Row], tenant_id: UUID, recorded: Recorded[Any]) -> None:
    """`clocks` are those of one ticket."""
    event = recorded.event
    if isinstance(event, TicketReported):
        clocks[TICKET_KEY] = reported(tenant_id, event)
    elif (ticket := clocks.get(TICKET_KEY)) is None:
        return
    elif isinstance(event, TICKET_EVENTS):
        ticket = ticket_after(ticket, event)
        clocks.update({key: with_ticket(row, ticket) for key, row in clocks.items()})
        clocks[TICKET_KEY] = ticket
    elif isinstance(event, SlaClockStarted):
        clocks[event.clock, event.cycle] = started(ticket, event)
    elif row := clocks.get((event.clock, event.cycle)):
        clocks[event.clock, event.cycle] = clock_after(row, recorded)


async def _load(
    tenant_id: UUID, tickets: set[str], connection: AsyncConnection, table: Table
) -> dict[str, dict[Key, Row]]:
    columns = [table.c[field.name] for field in fields(Row)]
    known = await connection.execute(
        select(*columns).where(
            table.c.tenant_id == tenant_id,
            table.c.ticket_id == bindparam(None, list(tickets), ARRAY(Text)).any_(),
        )
    )
    found: dict[str, dict[Key, Row]] = {}
    for each in known:
        row = Row(**each._mapping)
        found.setdefault(row.ticket_id, {})[row.clock, row.cycle] = row
    return found


SLA_CLOCKS = Projection(name=NAME, types=TYPES, table=table, project=project, code_version=2)
View = table(NAME)
