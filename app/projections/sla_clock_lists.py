"""Lists of running clocks and of breaches, as of now, recorded or not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.conditions import between, equal
from app.projections.first_rows import Source, beyond, first_rows
from app.projections.sla_clock_row import Row
from app.projections.sla_clocks import AT_WORK, UNFINISHED, View, occurred
from app.projections.ticket_search import of_tickets
from app.viewer import NARROWED_BY_ROLE, Viewer

OCCURRED = occurred(View)


class ClockFilters(Value, frozen=True, kw_only=True):
    """None does not filter. `since` is inclusive, `until` exclusive."""

    clock: str | None = None
    state: str | None = None
    ticket_id: str | None = None
    community: str | None = None
    assignee: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Place(Value, frozen=True, kw_only=True):
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
        *_conditions(tenant_id, filters),
    ]
    sources = [
        replace(source, conditions=[*source.conditions, *states], few=few)
        for source in of_tickets(View, tenant_id, viewer, filters.community)
        for states, few in _of_state(filters.state, viewer, now)
    ]
    return await _page(connection, View.c.due_at, conditions, sources, after, limit)


def _of_state(
    state: str | None, viewer: Viewer, now: datetime
) -> list[tuple[list[ColumnElement[bool]], bool]]:
    """`state_at(now) == state`, as conditions of which each has an index, and whether they are of
    few rows: those that fell due and were not recorded yet."""
    if state is None:
        return [([], False)]
    if viewer.role in NARROWED_BY_ROLE:
        return [([state_at(now) == state], False)]
    recorded = View.c.state == state
    if state == "breached":
        return [
            ([recorded], False),
            ([View.c.state.in_(AT_WORK), View.c.breaches_at < now], True),
        ]
    not_yet = or_(View.c.breaches_at.is_(None), View.c.breaches_at >= now)
    return [([recorded, not_yet] if state in AT_WORK else [recorded], False)]


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
    conditions = [
        wanted,
        OCCURRED.is_not(None),
        *between(OCCURRED, filters.since, filters.until),
        *_conditions(tenant_id, filters),
    ]
    sources = [
        replace(source, conditions=[*source.conditions, *recorded])
        for source in of_tickets(View, tenant_id, viewer, filters.community)
        for recorded in _recorded_or_not(viewer, now)
    ]
    return await _page(connection, OCCURRED, conditions, sources, after, limit)


def _recorded_or_not(viewer: Viewer, now: datetime) -> list[list[ColumnElement[bool]]]:
    """Of all that have breached or may, those that are recorded and those that are overdue: each
    has an index, on which no breach is that may still come."""
    if viewer.role in NARROWED_BY_ROLE:
        return [[]]
    unrecorded = [View.c.breached_at.is_(None), View.c.breaches_at.is_not(None), now > OCCURRED]
    return [[View.c.breached_at.is_not(None)], unrecorded]


def _conditions(tenant_id: UUID, filters: ClockFilters) -> list[ColumnElement[bool]]:
    return [View.c.tenant_id == tenant_id, *equal(View, filters, "clock", "ticket_id", "assignee")]


async def _page(
    connection: AsyncConnection,
    order: Any,
    conditions: Sequence[ColumnElement[bool]],
    sources: Sequence[Source],
    after: Place | None,
    limit: int,
) -> list[Row]:
    key = (order, View.c.ticket_id, View.c.clock, View.c.cycle)
    if after is not None:
        place = (after.at, after.ticket_id, after.clock, after.cycle)
        conditions = [*conditions, beyond(key, place)]
    columns = [View.c[field.name] for field in fields(Row)]
    rows = await connection.execute(first_rows(columns, conditions, sources, key=key, limit=limit))
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
