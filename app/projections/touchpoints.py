"""The read model of touchpoint scores, for the journey curve (docs/domain.md §1c row 55)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.experience import TouchpointScored
from app.events.registry import NAME_OF
from app.projections.conditions import between
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "touchpoints"


class TouchpointScores(Value, frozen=True, kw_only=True):
    """`scores` maps a score to how often it was given."""

    touchpoint: str
    scores: dict[int, int]


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("ticket_id", Text(collation="C"), primary_key=True),
        Column("nth", Integer, primary_key=True),
        Column("touchpoint", Text(collation="C"), nullable=False),
        Column("score", Integer, nullable=False),
        Column("community", Text(collation="C")),
        Column("felt_at", DateTime(timezone=True), nullable=False),
    )
    Index(f"{name}_felt", made.c.tenant_id, made.c.felt_at)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    rows = []
    for recorded in events:
        scored: TouchpointScored = recorded.event
        rows.append(
            {
                "tenant_id": tenant_id,
                "ticket_id": scored.ticket_id,
                "nth": recorded.version,
                "touchpoint": scored.touchpoint,
                "score": scored.score,
                "community": scored.community,
                "felt_at": recorded.occurred_at,
            }
        )
    await upsert_rows(connection, table, rows)


TOUCHPOINTS = Projection(
    name=NAME, types=frozenset({NAME_OF[TouchpointScored]}), table=table, project=project
)
View = table(NAME)


async def count_touchpoint_scores(
    connection: AsyncConnection,
    tenant_id: UUID,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    community: str | None = None,
    communities: Sequence[str] = (),
) -> list[TouchpointScores]:
    """By touchpoint, sorted by name."""
    conditions: list[ColumnElement[bool]] = [View.c.tenant_id == tenant_id]
    conditions += between(View.c.felt_at, since, until)
    if community is not None:
        conditions.append(View.c.community == community)
    if communities:
        conditions.append(View.c.community.in_(list(communities)))
    by = (View.c.touchpoint, View.c.score)
    query = select(*by, func.count().label("n")).where(*conditions).group_by(*by).order_by(*by)
    found: dict[str, dict[int, int]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.touchpoint, {})[row.score] = row.n
    return [TouchpointScores(touchpoint=name, scores=scores) for name, scores in found.items()]
