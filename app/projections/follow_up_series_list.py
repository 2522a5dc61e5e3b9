"""The list of follow-up series. It returns ids; callers load the series from the store."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.follow_up_series import FollowUpSeriesEnded, FollowUpSeriesStarted
from app.events.registry import NAME_OF
from app.projections.ticket_search import of_visible_tickets
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "follow_up_series_list"
STREAM = "follow_up_series-"


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("series_id", Text(collation="C"), primary_key=True),
        Column("community", Text(collation="C"), nullable=False),
        Column("household_id", Text(collation="C")),
        Column("ticket_id", Text(collation="C")),
        Column("assigned_to", Text(collation="C"), nullable=False),
        Column("active", Boolean, nullable=False),
    )
    Index(f"{name}_household", made.c.tenant_id, made.c.household_id, made.c.series_id)
    Index(f"{name}_ticket", made.c.tenant_id, made.c.ticket_id, made.c.series_id)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    started = [
        {
            "tenant_id": tenant_id,
            "series_id": recorded.event.series_id,
            "community": recorded.event.community,
            "household_id": recorded.event.household_id,
            "ticket_id": recorded.event.ticket_id,
            "assigned_to": recorded.event.assigned_to,
            "active": True,
        }
        for recorded in events
        if isinstance(recorded.event, FollowUpSeriesStarted)
    ]
    await upsert_rows(connection, table, started)
    ended = [
        recorded.stream_id.removeprefix(STREAM)
        for recorded in events
        if isinstance(recorded.event, FollowUpSeriesEnded)
    ]
    if ended:
        over = table.c.tenant_id == tenant_id, table.c.series_id.in_(ended)
        await connection.execute(update(table).where(*over).values(active=False))


FOLLOW_UP_SERIES_LIST = Projection(
    name=NAME,
    types=frozenset({NAME_OF[FollowUpSeriesStarted], NAME_OF[FollowUpSeriesEnded]}),
    table=table,
    project=project,
    code_version=2,
)

View = table(NAME)


def _visible_to(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What `app.domain.follow_up_series.access.may_see` says of a series, before paging."""
    conditions: list[ColumnElement[bool]] = []
    if viewer.reach:
        conditions.append(View.c.community.in_(viewer.reach))
    if viewer.is_in_the_field:
        mine = View.c.assigned_to == viewer.subject
        of_tickets = of_visible_tickets(View, viewer) if viewer.role == "engineer" else false()
        conditions.append(or_(mine, of_tickets))
    return conditions


async def list_series(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    *,
    household_id: str | None = None,
    ticket_id: str | None = None,
    active: bool | None = None,
    before: str | None = None,
    limit: int = 100,
) -> list[str]:
    """Ids, newest first; those that the viewer may see."""
    conditions = [View.c.tenant_id == tenant_id, *_visible_to(viewer)]
    if household_id is not None:
        conditions.append(View.c.household_id == household_id)
    if ticket_id is not None:
        conditions.append(View.c.ticket_id == ticket_id)
    if active is not None:
        conditions.append(View.c.active == active)
    if before is not None:
        conditions.append(View.c.series_id < before)
    query = select(View.c.series_id).where(*conditions)
    rows = await connection.execute(query.order_by(View.c.series_id.desc()).limit(limit))
    return list(rows.scalars())
