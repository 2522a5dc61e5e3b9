"""The list of households. It returns ids; callers load the records from the store."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, Index, MetaData, Table, Text, Uuid
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.household import HouseholdRecorded
from app.events.registry import NAME_OF
from app.projections.conditions import first_and_second, names_any
from app.projections.first_rows import Source, first_rows
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "household_directory"


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("household_id", Text(collation="C"), primary_key=True),
        Column("communities", ARRAY(Text), nullable=False),
    )
    first, second = first_and_second(made.c.communities)
    Index(f"{name}_community", made.c.tenant_id, first, made.c.household_id)
    Index(
        f"{name}_more", made.c.tenant_id, made.c.household_id, postgresql_where=second.is_not(None)
    )
    return made


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
    name=NAME,
    types=frozenset({NAME_OF[HouseholdRecorded]}),
    table=table,
    project=project,
    code_version=2,
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
    key = (View.c.household_id,)
    conditions = [View.c.tenant_id == tenant_id, View.c.household_id > after]
    if community is not None and communities and community not in communities:
        return []  # a household may be in one's own and in this one
    sources = _sources(communities if community is None else [community])
    query = first_rows(key, conditions, sources, key=key, limit=limit)
    return list((await connection.execute(query)).scalars())


def _sources(communities: Sequence[str]) -> list[Source]:
    if not communities:
        return [Source()]
    first, second = first_and_second(View.c.communities)
    named = names_any(View.c.communities, communities)
    return [
        Source(among=(first, communities)),
        Source(conditions=[second.is_not(None), first.not_in(communities), named]),
    ]
