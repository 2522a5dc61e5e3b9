"""The list of survey campaigns. It returns ids; callers load the campaigns from the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, MetaData, Table, Text, Uuid, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.campaign import CampaignOpened
from app.events.registry import NAME_OF
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "campaigns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
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
    Index(f"{name}_starts", made.c.tenant_id, made.c.starts_at, made.c.campaign_id)
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
    name=NAME, types=frozenset({NAME_OF[CampaignOpened]}), table=table, project=project
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
    query = select(*key).where(View.c.tenant_id == tenant_id)
    if kind is not None:
        query = query.where(View.c.kind == kind)
    if communities:
        query = query.where(
            or_(View.c.community.is_(None), View.c.community.in_(list(communities)))
        )
    if after is not None:
        query = query.where(tuple_(*key) < (after.starts_at, after.campaign_id))
    query = query.order_by(*(each.desc() for each in key)).limit(limit)
    return [Wave(**row._mapping) for row in await connection.execute(query)]
