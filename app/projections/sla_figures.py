"""How many clocks were met on time, by the day on which they started, so that a late one cannot
shift into a later month (docs/domain.md §5.4)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.conditions import between, equal
from app.projections.sla_clock_lists import is_late
from app.projections.sla_clock_row import TICKET_ROW
from app.projections.sla_clocks import View
from app.projections.ticket_search import of_visible_tickets
from app.viewer import Viewer

Grouping = Literal["clock", "service_class", "category", "community", "assignee", "day", "month"]


class Cohort(Value, frozen=True, kw_only=True):
    """Clocks started from `since` (inclusive) to `until` (exclusive); None does not filter."""

    since: datetime | None = None
    until: datetime | None = None
    clock: str | None = None
    service_class: str | None = None
    community: str | None = None


class OnTime(Value, frozen=True, kw_only=True):
    """`running` clocks are not in the rate yet; an overdue one is `late` at once; `cancelled` and
    `waived` ones never are in it."""

    group: str | None
    on_time: int
    late: int
    cancelled: int
    waived: int
    running: int


async def on_time_counts(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    cohort: Cohort,
    *,
    now: datetime,
    zone: str,
    group_by: Grouping | None = None,
) -> list[OnTime]:
    """One result per group, by name; a single one without grouping."""
    group = _group(group_by, zone).label("group")
    result = _result(now).label("result")
    one = (
        select(group, result)
        .where(
            View.c.tenant_id == tenant_id,
            View.c.clock != TICKET_ROW,
            of_visible_tickets(View, viewer),
        )
        .where(*_of(cohort))
        .subquery()
    )
    counted = [
        func.count().filter(one.c.result == name).label(name)
        for name in ("on_time", "late", "cancelled", "waived", "running")
    ]
    query = select(one.c.group, *counted).group_by(one.c.group).order_by(one.c.group)
    return [OnTime(**row._mapping) for row in await connection.execute(query)]


def _result(now: datetime) -> ColumnElement[str]:
    return case(
        (View.c.waived, "waived"),
        (View.c.verdict == "cancelled", "cancelled"),
        (or_(is_late(now), View.c.verdict == "late"), "late"),
        (View.c.verdict == "on_time", "on_time"),
        else_="running",
    )


def _group(group_by: Grouping | None, zone: str) -> ColumnElement[str]:
    """By assignee, a clock belongs to its engineer; without one, to the first responsible."""
    match group_by:
        case None:
            return cast(literal(None), Text)
        case "assignee":
            return func.coalesce(View.c.assignee, View.c.first_responsible)
        case "day" | "month":
            local = func.timezone(zone, View.c.started_at)
            return func.to_char(local, "YYYY-MM-DD" if group_by == "day" else "YYYY-MM")
        case column:
            return View.c[column]


def _of(cohort: Cohort) -> list[ColumnElement[bool]]:
    conditions = equal(View, cohort, "clock", "service_class", "community")
    conditions += between(View.c.started_at, cohort.since, cohort.until)
    return conditions
