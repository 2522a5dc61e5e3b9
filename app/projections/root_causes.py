"""The list of confirmed root-cause analyses, one row per version. Callers load the chains from the
problems."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.problem import ProblemOpened, RcaSuperseded, RootCauseConfirmed
from app.events.registry import NAME_OF
from app.projections.conditions import between
from app.projections.problems import View as Problems
from app.projections.problems import visible_to
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "root_causes"
STREAM = "problem-"
TYPES = frozenset(NAME_OF[event] for event in (ProblemOpened, RootCauseConfirmed, RcaSuperseded))

PROBLEM_ROW = 0
"""Instead of a version: the row of the problem itself, copied into its analyses."""


class Row(Value, frozen=True, kw_only=True):
    tenant_id: UUID
    problem_id: str
    version: int
    community: str | None
    symptom: str | None
    categories: tuple[str, ...] = ()
    confirmed_at: datetime | None = None
    superseded_by: int | None = None


Key = tuple[str, int]


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("problem_id", Text(collation="C"), primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("community", Text(collation="C")),
        Column("symptom", Text(collation="C")),
        Column("categories", ARRAY(Text), nullable=False),
        Column("confirmed_at", DateTime(timezone=True)),
        Column("superseded_by", Integer),
    )
    Index(f"{name}_newest", made.c.tenant_id, made.c.confirmed_at, made.c.problem_id)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    wanted = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    rows = await _load(tenant_id, wanted, connection, table)
    for recorded in events:
        problem_id = recorded.stream_id.removeprefix(STREAM)
        match recorded.event:
            case ProblemOpened(place=place):
                rows[problem_id, PROBLEM_ROW] = Row(
                    tenant_id=tenant_id,
                    problem_id=problem_id,
                    version=PROBLEM_ROW,
                    community=place.community,
                    symptom=place.category,
                )
            case RootCauseConfirmed(version=version, categories=categories):
                if problem := rows.get((problem_id, PROBLEM_ROW)):
                    rows[problem_id, version] = replace(
                        problem,
                        version=version,
                        categories=categories,
                        confirmed_at=recorded.occurred_at,
                    )
            case RcaSuperseded(version=version, by=later):
                if row := rows.get((problem_id, version)):
                    rows[problem_id, version] = replace(row, superseded_by=later)
    await upsert_rows(connection, table, list(rows.values()))


async def _load(
    tenant_id: UUID, problems: set[str], connection: AsyncConnection, table: Table
) -> dict[Key, Row]:
    columns = [table.c[field.name] for field in fields(Row)]
    known = await connection.execute(
        select(*columns).where(
            table.c.tenant_id == tenant_id,
            table.c.problem_id == bindparam(None, list(problems), ARRAY(Text)).any_(),
        )
    )
    return {
        (row.problem_id, row.version): Row(**{**row._mapping, "categories": tuple(row.categories)})
        for row in known
    }


ROOT_CAUSES = Projection(name=NAME, types=TYPES, table=table, project=project)

# ---------------------------------------------------------------------------------------- queries

View = table(NAME)


class RootCauseFilters(Value, frozen=True, kw_only=True):
    """`category` is that of a root or of the symptom. `since` is inclusive, `until` exclusive."""

    category: str | None = None
    community: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Found(Value, frozen=True, kw_only=True):
    """A confirmed analysis and its place in the list."""

    problem_id: str
    version: int
    confirmed_at: datetime


async def list_root_causes(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    filters: RootCauseFilters,
    *,
    after: Found | None = None,
    limit: int = 20,
) -> list[Found]:
    """Last confirmed first, superseded versions included; of problems that the viewer may see."""
    conditions: list[ColumnElement[bool]] = [
        View.c.tenant_id == tenant_id,
        View.c.version > PROBLEM_ROW,
    ]
    seen = select(Problems.c.problem_id).where(
        Problems.c.tenant_id == tenant_id, *visible_to(viewer)
    )
    conditions.append(View.c.problem_id.in_(seen))
    if filters.community is not None:
        conditions.append(View.c.community == filters.community)
    if filters.category is not None:
        named = literal(filters.category) == any_(View.c.categories)
        conditions.append(or_(named, View.c.symptom == filters.category))
    conditions += between(View.c.confirmed_at, filters.since, filters.until)
    place = (View.c.confirmed_at, View.c.problem_id, View.c.version)
    if after is not None:
        here = (after.confirmed_at, after.problem_id, after.version)
        conditions.append(tuple_(*place) < here)
    query = select(View.c.problem_id, View.c.version, View.c.confirmed_at).where(*conditions)
    last = query.order_by(*(column.desc() for column in place)).limit(limit)
    return [Found(**row._mapping) for row in await connection.execute(last)]
