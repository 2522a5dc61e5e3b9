"""The list of promises, next due first, with their state as of now, recorded or not."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.projections.conditions import equal
from app.projections.promises import OPEN, Row, View
from app.projections.ticket_search import of_known_reporters, of_visible_tickets
from app.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFilters:
    """None does not filter."""

    ticket_id: str | None = None
    household_id: str | None = None
    community: str | None = None
    kind: str | None = None
    state: str | None = None
    due_before: datetime | None = None


def state_at(now: datetime) -> ColumnElement[str]:
    """The state as of now: an open promise past its due time is broken, recorded or not."""
    overdue = and_(View.c.state.in_(OPEN), View.c.due_at < now)
    return case((overdue, "broken"), else_=View.c.state)


async def list_promises(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    filters: PromiseFilters,
    *,
    now: datetime,
    after: tuple[datetime, str] | None = None,
    limit: int = 20,
) -> list[Row]:
    """Next due first."""
    conditions = [View.c.tenant_id == tenant_id, of_visible_tickets(View, viewer)]
    conditions += equal(View, filters, "ticket_id", "household_id", "community", "kind")
    if filters.household_id is not None:
        conditions.append(of_known_reporters(View, viewer))
    if filters.state is not None:
        conditions.append(state_at(now) == filters.state)
    if filters.due_before is not None:
        conditions.append(View.c.due_at < filters.due_before)
    key = (View.c.due_at, View.c.promise_id)
    if after is not None:
        conditions.append(tuple_(*key) > after)
    query = (
        select(*(View.c[field.name] for field in fields(Row)))
        .where(*conditions)
        .order_by(*key)
        .limit(limit)
    )
    return [Row(**row._mapping) for row in await connection.execute(query)]
