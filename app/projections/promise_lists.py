"""The list of promises, next due first, with their state as of now, recorded or not."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import ColumnElement, and_, case
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.conditions import equal
from app.projections.first_rows import beyond, first_rows
from app.projections.promises import OPEN, Row, View
from app.projections.ticket_search import of_known_reporters, of_tickets
from app.viewer import NARROWED_BY_ROLE, Viewer


class PromiseFilters(Value, frozen=True, kw_only=True):
    """None does not filter."""

    ticket_id: str | None = None
    household_id: str | None = None
    community: str | None = None
    kind: str | None = None
    state: str | None = None
    due_before: datetime | None = None


def _of_state(state: str | None, viewer: Viewer, now: datetime) -> list[list[ColumnElement[bool]]]:
    """`state_at(now) == state`, as conditions of which each has an index."""
    if state is None:
        return [[]]
    if viewer.role in NARROWED_BY_ROLE:
        return [[state_at(now) == state]]
    due = View.c.due_at
    if state == "broken":
        overdue = [[View.c.state == each, due < now] for each in OPEN]
        return [[View.c.state == state], *overdue]
    return [[View.c.state == state, due >= now] if state in OPEN else [View.c.state == state]]


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
    conditions = [View.c.tenant_id == tenant_id]
    conditions += equal(View, filters, "ticket_id", "household_id", "kind")
    if filters.household_id is not None:
        conditions.append(of_known_reporters(View, viewer))
    if filters.due_before is not None:
        conditions.append(View.c.due_at < filters.due_before)
    key = (View.c.due_at, View.c.promise_id)
    if after is not None:
        conditions.append(beyond(key, after))
    sources = of_tickets(View, tenant_id, viewer, filters.community)
    sources = [
        replace(source, conditions=[*source.conditions, *states])
        for source in sources
        for states in _of_state(filters.state, viewer, now)
    ]
    columns = [View.c[field.name] for field in fields(Row)]
    query = first_rows(columns, conditions, sources, key=key, limit=limit)
    return [Row(**row._mapping) for row in await connection.execute(query)]
