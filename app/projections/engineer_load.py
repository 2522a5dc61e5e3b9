"""The tickets that each engineer carries or is offered."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Index, MetaData, Table, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.registry import NAME_OF
from app.events.ticket import (
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    OfferedToPool,
    TicketAssigned,
    TicketCancelled,
    TicketClaimed,
    TicketClosed,
    TicketMerged,
    TicketRejected,
    TicketReopened,
)
from app.events.workload import LoadReleased, LoadTaken
from app.subscriptions.builds import Projection
from app.subscriptions.rows import delete_rows, upsert_rows

NAME = "engineer_load"

OFFERS = (TicketAssigned, AssignmentTransferred)
ENDS_OF_OFFERS = (
    AssignmentAccepted,
    AssignmentReturned,
    TicketClaimed,
    OfferedToPool,
    TicketReopened,
    TicketRejected,
    TicketCancelled,
    TicketClosed,
    TicketMerged,
)


def table(name: str) -> Table:
    """One row per ticket and relation of an engineer."""
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("ticket_id", Text(collation="C"), primary_key=True),
        Column("relation", Text(collation="C"), primary_key=True),  # carried | offered
        Column("engineer", Text(collation="C"), primary_key=True),
    )
    Index(f"{name}_engineer", made.c.tenant_id, made.c.engineer)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    carried: dict[tuple[str, str], bool] = {}
    offered: dict[str, str | None] = {}
    for recorded in events:
        key = recorded.stream_id.partition("-")[2]
        match recorded.event:
            case LoadTaken(ticket_id=ticket_id):
                carried[ticket_id, key] = True
            case LoadReleased(ticket_id=ticket_id):
                carried[ticket_id, key] = False
            case TicketAssigned(engineer=engineer) | AssignmentTransferred(engineer=engineer):
                offered[key] = engineer
            case _:
                offered[key] = None
    of_tenant = {"tenant_id": tenant_id}
    gone = [
        {**of_tenant, "ticket_id": ticket_id, "relation": "carried", "engineer": engineer}
        for (ticket_id, engineer), holds in carried.items()
        if not holds
    ]
    settled = [{**of_tenant, "ticket_id": each, "relation": "offered"} for each in offered]
    rows = [
        {**of_tenant, "ticket_id": ticket_id, "relation": "carried", "engineer": engineer}
        for (ticket_id, engineer), holds in carried.items()
        if holds
    ]
    rows += [
        {**of_tenant, "ticket_id": ticket_id, "relation": "offered", "engineer": engineer}
        for ticket_id, engineer in offered.items()
        if engineer is not None
    ]
    await delete_rows(connection, table, gone)
    await delete_rows(connection, table, settled)
    await upsert_rows(connection, table, rows)


ENGINEER_LOAD = Projection(
    name=NAME,
    types=frozenset(
        NAME_OF[event] for event in (LoadTaken, LoadReleased, *OFFERS, *ENDS_OF_OFFERS)
    ),
    table=table,
    project=project,
)

View = table(NAME)


class Load(Value, frozen=True, kw_only=True):
    engineer: str
    carried: tuple[str, ...]
    offered: tuple[str, ...]


async def loads_of(
    connection: AsyncConnection, tenant_id: UUID, engineers: Sequence[str]
) -> dict[str, Load]:
    """The loads of these engineers; those without tickets are missing."""
    conditions = [View.c.engineer.in_(engineers)]
    found = await _loads(connection, tenant_id, conditions, len(engineers))
    return {load.engineer: load for load in found}


async def list_loads(
    connection: AsyncConnection, tenant_id: UUID, *, after: str = "", limit: int = 100
) -> list[Load]:
    """Engineers with tickets, by subject."""
    return await _loads(connection, tenant_id, [View.c.engineer > after], limit)


async def _loads(
    connection: AsyncConnection,
    tenant_id: UUID,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
) -> list[Load]:
    sorted_ids = func.array_agg(aggregate_order_by(View.c.ticket_id, View.c.ticket_id))
    query = (
        select(
            View.c.engineer,
            sorted_ids.filter(View.c.relation == "carried").label("carried"),
            sorted_ids.filter(View.c.relation == "offered").label("offered"),
        )
        .where(View.c.tenant_id == tenant_id, *conditions)
        .group_by(View.c.engineer)
        .order_by(View.c.engineer)
        .limit(limit)
    )
    return [
        Load(
            engineer=row.engineer,
            carried=tuple(row.carried or ()),
            offered=tuple(row.offered or ()),
        )
        for row in await connection.execute(query)
    ]
