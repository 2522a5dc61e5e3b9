"""Lists of running clocks and of breaches, as of now, recorded or not."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.projections.conditions import between, equal
from app.projections.sla_clock_row import Row
from app.projections.sla_clocks import UNFINISHED, View
from app.projections.ticket_search import of_visible_tickets
from app.viewer import Viewer

OCCURRED = func.coalesce(View.c.breached_at, View.c.breaches_at)
"""When the clock was breached, or will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFilters:
    """None does not filter. `since` is inclusive, `until` exclusive."""

    clock: str | None = None
    state: str | None = None
    ticket_id: str | None = None
    community: str | None = None
    assignee: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of a clock in a list."""

    at: datetime
    ticket_id: str
    clock: str
    cycle: int


def is_late(now: datetime) -> ColumnElement[bool]:
    """Whether it is breached as of now, recorded or not."""
    recorded = and_(View.c.breached_at.is_not(None), ~View.c.retracted)
    return or_(recorded, func.coalesce(View.c.breaches_at < now, False))


def state_at(now: datetime) -> ColumnElement[str]:
    overdue = and_(View.c.state.in_(("running", "paused")), View.c.breaches_at < now)
    return case((overdue, "breached"), else_=View.c.state)


async def list_clocks(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    filters: ClockFilters,
    *,
    now: datetime,
    after: Place | None = None,
    limit: int = 20,
) -> list[Row]:
    """Clocks that are not over, by due time. The interval applies to the due time."""
    conditions = [
        View.c.state.in_(UNFINISHED),
        *between(View.c.due_at, filters.since, filters.until),
    ]
    if filters.state is not None:
        conditions.append(state_at(now) == filters.state)
    conditions += _conditions(tenant_id, viewer, filters)
    return await _page(connection, View.c.due_at, conditions, after, limit)


async def list_breaches(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    filters: ClockFilters,
    *,
    now: datetime,
    retracted: bool = False,
    after: Place | None = None,
    limit: int = 20,
) -> list[Row]:
    """Breaches by the time at which they happened, unrecorded ones included. The interval applies
    to that time."""
    wanted = or_(is_late(now), View.c.retracted) if retracted else is_late(now)
    conditions = [wanted, OCCURRED.is_not(None), *between(OCCURRED, filters.since, filters.until)]
    conditions += _conditions(tenant_id, viewer, filters)
    return await _page(connection, OCCURRED, conditions, after, limit)


def _conditions(
    tenant_id: UUID, viewer: Viewer, filters: ClockFilters
) -> list[ColumnElement[bool]]:
    conditions = [View.c.tenant_id == tenant_id, of_visible_tickets(View, viewer)]
    conditions += equal(View, filters, "clock", "ticket_id", "community", "assignee")
    return conditions


async def _page(
    connection: AsyncConnection,
    order: Any,
    conditions: Sequence[ColumnElement[bool]],
    after: Place | None,
    limit: int,
) -> list[Row]:
    key = (order, View.c.ticket_id, View.c.clock, View.c.cycle)
    query = select(*(View.c[field.name] for field in fields(Row))).where(*conditions)
    if after is not None:
        query = query.where(tuple_(*key) > (after.at, after.ticket_id, after.clock, after.cycle))
    rows = await connection.execute(query.order_by(*key).limit(limit))
    return [Row(**row._mapping) for row in rows]


async def tickets_with_running_clocks(
    connection: AsyncConnection, tenant_id: UUID, policy_id: str, *, after: str = "", limit: int
) -> list[str]:
    """Ids of tickets with running clocks of one policy."""
    query = (
        select(View.c.ticket_id)
        .where(View.c.tenant_id == tenant_id, View.c.state.in_(UNFINISHED))
        .where(View.c.policy_id == policy_id, View.c.ticket_id > after)
        .distinct()
        .order_by(View.c.ticket_id)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())
