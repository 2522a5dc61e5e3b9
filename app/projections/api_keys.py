"""The list of API keys. It returns ids; callers load the keys from the store."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Text, Uuid, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.api_key import ApiKeyIssued
from app.events.base import Recorded
from app.events.registry import NAME_OF
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "api_keys"


def table(name: str) -> Table:
    return Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("key_id", Text(collation="C"), primary_key=True),
    )


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    issued = {recorded.stream_id.partition("-")[2] for recorded in events}
    rows = [{"tenant_id": tenant_id, "key_id": key_id} for key_id in sorted(issued)]
    await upsert_rows(connection, table, rows)


API_KEYS = Projection(
    name=NAME, types=frozenset({NAME_OF[ApiKeyIssued]}), table=table, project=project
)

View = table(NAME)


async def list_api_keys(
    connection: AsyncConnection, tenant_id: UUID, *, after: str = "", limit: int = 100
) -> list[str]:
    """Ids, the oldest key first: they are UUIDv7."""
    query = select(View.c.key_id).where(View.c.tenant_id == tenant_id, View.c.key_id > after)
    rows = await connection.execute(query.order_by(View.c.key_id).limit(limit))
    return list(rows.scalars())
