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
    or_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.follow_up_series import FollowUpSeriesEnded, FollowUpSeriesStarted
from app.events.registry import NAME_OF
from app.projections.first_rows import first_rows, within
from app.projections.ticket_search import tickets_of
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
    Index(f"{name}_active", made.c.tenant_id, made.c.active, made.c.series_id)
    Index(
        f"{name}_community",
        made.c.tenant_id,
        made.c.community,
        made.c.active,
        made.c.series_id,
    )
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


def _visible_to(viewer: Viewer, tenant_id: UUID) -> list[ColumnElement[bool]]:
    """What `app.domain.follow_up_series.access.may_see` says of a series within reach, before
    paging."""
    if not viewer.is_in_the_field:
        return []
    mine = View.c.assigned_to == viewer.subject
    if viewer.role != "engineer":
        return [mine]
    return [or_(mine, View.c.ticket_id.in_(tickets_of(tenant_id, viewer)))]


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
    conditions = [View.c.tenant_id == tenant_id, *_visible_to(viewer, tenant_id)]
    if household_id is not None:
        conditions.append(View.c.household_id == household_id)
    if ticket_id is not None:
        conditions.append(View.c.ticket_id == ticket_id)
    if active is not None:
        conditions.append(View.c.active if active else ~View.c.active)
    if before is not None:
        conditions.append(View.c.series_id < before)
    key = (View.c.series_id,)
    among = within(View.c.community, viewer.reach or None)
    query = first_rows(key, conditions, [among], key=key, limit=limit, descending=True)
    return list((await connection.execute(query)).scalars())
