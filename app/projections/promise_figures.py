"""How many promises were kept, by the day on which they were due, so that unsettled ones count too
(docs/domain.md §5.4)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.conditions import between, equal
from app.projections.promise_lists import state_at
from app.projections.promises import OPEN, View
from app.projections.ticket_search import of_visible_tickets
from app.viewer import Viewer

PromiseGrouping = Literal["kind", "source", "community", "day", "month"]


class PromiseCohort(Value, frozen=True, kw_only=True):
    """Promises due from `since` (inclusive) to `until` (exclusive); None does not filter."""

    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    source: str | None = None
    community: str | None = None


class KeptPromises(Value, frozen=True, kw_only=True):
    """`running` promises are not in the rate yet; an overdue one is `broken` at once; `withdrawn`
    ones never are in it."""

    group: str | None
    kept: int
    broken: int
    withdrawn: int
    running: int
    owed_fen: int


async def promise_counts(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    cohort: PromiseCohort,
    *,
    now: datetime,
    zone: str,
    group_by: PromiseGrouping | None = None,
) -> list[KeptPromises]:
    """One result per group, by name; a single one without grouping."""
    one = (
        select(
            _group(group_by, zone).label("group"),
            state_at(now).label("state"),
            View.c.owed_fen,
        )
        .where(View.c.tenant_id == tenant_id, of_visible_tickets(View, viewer), *_of(cohort))
        .subquery()
    )
    states = {"kept": ("kept",), "broken": ("broken",), "withdrawn": ("withdrawn",)}
    counted = [
        func.count().filter(one.c.state.in_(named)).label(name)
        for name, named in {**states, "running": OPEN}.items()
    ]
    owed = func.coalesce(func.sum(one.c.owed_fen), 0).label("owed_fen")
    query = select(one.c.group, *counted, owed).group_by(one.c.group).order_by(one.c.group)
    return [
        KeptPromises(**{**row._mapping, "owed_fen": int(row.owed_fen)})
        for row in await connection.execute(query)
    ]


def _group(group_by: PromiseGrouping | None, zone: str) -> ColumnElement[str]:
    match group_by:
        case None:
            return cast(literal(None), Text)
        case "day" | "month":
            local = func.timezone(zone, View.c.due_at)
            return func.to_char(local, "YYYY-MM-DD" if group_by == "day" else "YYYY-MM")
        case column:
            return View.c[column]


def _of(cohort: PromiseCohort) -> list[ColumnElement[bool]]:
    conditions = equal(View, cohort, "kind", "source", "community")
    conditions += between(View.c.due_at, cohort.since, cohort.until)
    return conditions
