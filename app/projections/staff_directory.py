"""The list of staff. Callers load the records from the store."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    func,
    literal,
    or_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.registry import NAME_OF
from app.events.staff import StaffRecorded
from app.projections.conditions import first_and_second, names_any
from app.projections.first_rows import Source, beyond, first_rows
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "staff_directory"


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("subject", Text(collation="C"), primary_key=True),
        Column("name", Text(collation="C"), nullable=False),
        Column("roles", ARRAY(Text), nullable=False),
        Column("communities", ARRAY(Text), nullable=False),
        Column("active", Boolean, nullable=False),
    )
    by_name = (made.c.name, made.c.subject)
    first, second = first_and_second(made.c.roles)
    Index(f"{name}_name", made.c.tenant_id, *by_name)
    Index(f"{name}_active", made.c.tenant_id, made.c.active, *by_name)
    Index(f"{name}_role", made.c.tenant_id, first, *by_name)
    Index(f"{name}_more", made.c.tenant_id, *by_name, postgresql_where=second.is_not(None))
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    rows = {}
    for recorded in events:
        staff: StaffRecorded = recorded.event
        rows[staff.subject] = {
            "tenant_id": tenant_id,
            "subject": staff.subject,
            "name": staff.name,
            "roles": staff.roles,
            "communities": staff.communities,
            "active": staff.active,
        }
    await upsert_rows(connection, table, list(rows.values()))


STAFF_DIRECTORY = Projection(
    name=NAME,
    types=frozenset({NAME_OF[StaffRecorded]}),
    table=table,
    project=project,
    code_version=2,
)

View = table(NAME)


class StaffEntry(Value, frozen=True, kw_only=True):
    subject: str
    name: str


async def list_staff(
    connection: AsyncConnection,
    tenant_id: UUID,
    *,
    role: str | None = None,
    active: bool | None = None,
    communities: Sequence[str] = (),
    after: StaffEntry | None = None,
    limit: int = 100,
) -> list[StaffEntry]:
    """By name, then subject. `communities` restricts to who works in one of them, or in all."""
    conditions = [View.c.tenant_id == tenant_id]
    key = (View.c.name, View.c.subject)
    sources = [Source()]
    if communities:
        everywhere = func.cardinality(View.c.communities) == 0
        conditions.append(or_(everywhere, names_any(View.c.communities, communities)))
    if role is not None:
        first, second = first_and_second(View.c.roles)
        has_it = literal(role) == any_(View.c.roles)
        sources = [
            Source(conditions=[first == role]),
            Source(conditions=[second.is_not(None), first != role, has_it]),
        ]
    if active is not None:
        conditions.append(View.c.active == active)
    if after is not None:
        conditions.append(beyond(key, (after.name, after.subject)))
    query = first_rows(key, conditions, sources, key=key, limit=limit)
    rows = await connection.execute(query)
    return [StaffEntry(subject=row.subject, name=row.name) for row in rows]
