"""Completed repairs, and whether the first visit fixed them. A repair counts once thirty days have
passed (docs/domain.md §5.1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.registry import NAME_OF
from app.events.ticket import FirstTimeFixRefuted, TicketMerged, WorkCompleted
from app.projections.conditions import between, equal
from app.projections.ticket_search import View as Tickets
from app.projections.ticket_search import visible_to
from app.subscriptions.builds import Projection
from app.subscriptions.rows import delete_rows, upsert_rows
from app.viewer import Viewer

NAME = "first_time_fixes"
STREAM = "ticket-"
TYPES = frozenset(NAME_OF[event] for event in (WorkCompleted, FirstTimeFixRefuted, TicketMerged))
WINDOW = timedelta(days=30)  # docs/domain.md §5.1 (cfg)

Grouping = Literal["community", "category", "service_class", "engineer", "month"]


class Row(Value, frozen=True, kw_only=True):
    tenant_id: UUID
    ticket_id: str
    engineer: str
    completed_at: datetime
    refuted_at: datetime | None = None
    cause: str | None = None


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("ticket_id", Text(collation="C"), primary_key=True),
        Column("engineer", Text(collation="C"), nullable=False),
        Column("completed_at", DateTime(timezone=True), nullable=False),
        Column("refuted_at", DateTime(timezone=True)),
        Column("cause", Text(collation="C")),
    )
    Index(f"{name}_completed", made.c.tenant_id, made.c.completed_at)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    wanted = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    rows = await _load(tenant_id, wanted, connection, table)
    merged = set()
    for recorded in events:
        ticket_id = recorded.stream_id.removeprefix(STREAM)
        row = rows.get(ticket_id)
        match recorded.event:
            case WorkCompleted(engineer=engineer) if row is None:
                rows[ticket_id] = Row(
                    tenant_id=tenant_id,
                    ticket_id=ticket_id,
                    engineer=engineer,
                    completed_at=recorded.occurred_at,
                )
            case FirstTimeFixRefuted(cause=cause) if row is not None:
                rows[ticket_id] = replace(row, refuted_at=recorded.occurred_at, cause=cause)
            case TicketMerged() if row is not None:
                merged.add(ticket_id)
    await upsert_rows(connection, table, [row for row in rows.values() if row])
    await delete_rows(
        connection, table, [{"tenant_id": tenant_id, "ticket_id": each} for each in merged]
    )


async def _load(
    tenant_id: UUID, tickets: set[str], connection: AsyncConnection, table: Table
) -> dict[str, Row]:
    columns = [table.c[field.name] for field in fields(Row)]
    known = await connection.execute(
        select(*columns).where(
            table.c.tenant_id == tenant_id,
            table.c.ticket_id == bindparam(None, list(tickets), ARRAY(Text)).any_(),
        )
    )
    return {row.ticket_id: Row(**row._mapping) for row in known}


FIRST_TIME_FIXES = Projection(name=NAME, types=TYPES, table=table, project=project)

# ---------------------------------------------------------------------------------------- queries

View = table(NAME)


class Cohort(Value, frozen=True, kw_only=True):
    """Repairs first completed from `since` (inclusive) to `until` (exclusive)."""

    since: datetime | None = None
    until: datetime | None = None
    community: str | None = None
    category: str | None = None
    service_class: str | None = None
    engineer: str | None = None


class Count(Value, frozen=True, kw_only=True):
    """The repairs of a group; `cause` is why they were refuted, None if they were not."""

    group: str | None
    cause: str | None
    is_over: bool
    count: int


async def count_first_time_fixes(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    cohort: Cohort,
    *,
    now: datetime,
    zone: str,
    group_by: Grouping | None = None,
) -> list[Count]:
    """`is_over` is computed from `now`: it needs no event."""
    group = _group(group_by, zone).label("group")
    is_over = (View.c.completed_at <= now - WINDOW).label("is_over")
    of_a_ticket = (Tickets.c.tenant_id == View.c.tenant_id, Tickets.c.ticket_id == View.c.ticket_id)
    one = (
        select(group, View.c.cause, is_over)
        .join_from(View, Tickets, of_a_ticket[0] & of_a_ticket[1])
        .where(View.c.tenant_id == tenant_id, visible_to(viewer), *_of(cohort))
        .subquery()
    )
    keys = (one.c.group, one.c.cause, one.c.is_over)
    query = select(*keys, func.count().label("count")).group_by(*keys).order_by(*keys)
    return [Count(**row._mapping) for row in await connection.execute(query)]


def _group(group_by: Grouping | None, zone: str) -> ColumnElement[str]:
    match group_by:
        case None:
            return cast(literal(None), Text)
        case "engineer":
            return View.c.engineer
        case "month":
            return func.to_char(func.timezone(zone, View.c.completed_at), "YYYY-MM")
        case column:
            return Tickets.c[column]


def _of(cohort: Cohort) -> list[ColumnElement[bool]]:
    conditions = equal(Tickets, cohort, "community", "category", "service_class")
    if cohort.engineer is not None:
        conditions.append(View.c.engineer == cohort.engineer)
    conditions += between(View.c.completed_at, cohort.since, cohort.until)
    return conditions
