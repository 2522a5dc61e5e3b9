"""The list of survey campaigns. It returns ids; callers load the campaigns from the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, MetaData, Table, Text, Uuid
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.campaign import CampaignOpened
from app.events.registry import NAME_OF
from app.projections.first_rows import beyond, first_rows, within_or_without
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "campaigns"


class Wave(Value, frozen=True, kw_only=True):
    campaign_id: str
    starts_at: datetime


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("campaign_id", Text(collation="C"), primary_key=True),
        Column("kind", Text(collation="C"), nullable=False),
        Column("community", Text(collation="C")),
        Column("starts_at", DateTime(timezone=True), nullable=False),
    )
    newest = (made.c.starts_at, made.c.campaign_id)
    Index(f"{name}_starts", made.c.tenant_id, *newest)
    Index(f"{name}_kind", made.c.tenant_id, made.c.kind, *newest)
    Index(f"{name}_community", made.c.tenant_id, made.c.community, *newest)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    opened: list[CampaignOpened] = [recorded.event for recorded in events]
    rows = [
        {
            "tenant_id": tenant_id,
            "campaign_id": each.campaign_id,
            "kind": each.kind,
            "community": each.community,
            "starts_at": each.starts_at,
        }
        for each in opened
    ]
    await upsert_rows(connection, table, rows)


CAMPAIGNS = Projection(
    name=NAME,
    types=frozenset({NAME_OF[CampaignOpened]}),
    table=table,
    project=project,
    code_version=2,
)
View = table(NAME)


async def list_campaigns(
    connection: AsyncConnection,
    tenant_id: UUID,
    *,
    kind: str | None = None,
    communities: Sequence[str] = (),
    after: Wave | None = None,
    limit: int = 20,
) -> list[Wave]:
    """Newest first. `communities` restricts to theirs and to those without a community."""
    key = (View.c.starts_at, View.c.campaign_id)
    conditions = [View.c.tenant_id == tenant_id]
    if kind is not None:
        conditions.append(View.c.kind == kind)
    if after is not None:
        place = (after.starts_at, after.campaign_id)
        conditions.append(beyond(key, place, descending=True))
    sources = within_or_without(View.c.community, communities)
    query = first_rows(key, conditions, sources, key=key, limit=limit, descending=True)
    return [Wave(**row._mapping) for row in await connection.execute(query)]
