"""The list of households. It returns ids; callers load the records from the store."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, MetaData, Table, Text, Uuid, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.household import HouseholdRecorded
from app.events.registry import NAME_OF
from app.projections.conditions import names_any
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "household_directory"


def table(name: str) -> Table:
    return Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("household_id", Text(collation="C"), primary_key=True),
        Column("communities", ARRAY(Text), nullable=False),
    )


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    rows = {}
    for recorded in events:
        household: HouseholdRecorded = recorded.event
        rows[household.household_id] = {
            "tenant_id": tenant_id,
            "household_id": household.household_id,
            "communities": household.communities,
        }
    await upsert_rows(connection, table, list(rows.values()))


HOUSEHOLD_DIRECTORY = Projection(
    name=NAME, types=frozenset({NAME_OF[HouseholdRecorded]}), table=table, project=project
)

View = table(NAME)


async def list_households(
    connection: AsyncConnection,
    tenant_id: UUID,
    *,
    communities: Sequence[str] = (),
    community: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[str]:
    """Ids in order. `communities` restricts to what the viewer may see."""
    conditions = [View.c.tenant_id == tenant_id, View.c.household_id > after]
    if communities:
        conditions.append(names_any(View.c.communities, communities))
    if community is not None:
        conditions.append(names_any(View.c.communities, [community]))
    query = select(View.c.household_id).where(*conditions)
    rows = await connection.execute(query.order_by(View.c.household_id).limit(limit))
    return list(rows.scalars())
