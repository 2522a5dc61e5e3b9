"""Flags on compensations, for supervisor and auditor (docs/domain.md §4.5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import fields
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    func,
    not_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import SYSTEM, Recorded, Value
from app.events.compensation import CompensationFlagged
from app.events.registry import NAME_OF
from app.projections.compensations import View as Compensations
from app.projections.conditions import between, equal
from app.projections.ledger import View as Ledger
from app.projections.ticket_search import apart_from_complaints_about
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "compensation_flags"
STREAM = "compensation-"
PERCENTILE = 0.99


class Flagged(Value, frozen=True, kw_only=True):
    tenant_id: UUID
    position: int
    compensation_id: str
    flag: str
    detail: str
    subject: str
    occurred_at: datetime


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("compensation_id", Text(collation="C"), nullable=False),
        Column("flag", Text(collation="C"), nullable=False),
        Column("detail", Text(collation="C"), nullable=False),
        Column("subject", Text(collation="C"), nullable=False),
        Column("occurred_at", DateTime(timezone=True), nullable=False),
    )
    Index(f"{name}_subject", made.c.tenant_id, made.c.subject, made.c.position)
    Index(f"{name}_flag", made.c.tenant_id, made.c.flag, made.c.position)
    Index(f"{name}_occurred", made.c.tenant_id, made.c.occurred_at, made.c.position)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    rows = []
    for recorded in events:
        flagged: CompensationFlagged = recorded.event
        rows.append(
            Flagged(
                tenant_id=tenant_id,
                position=recorded.position,
                compensation_id=recorded.stream_id.removeprefix(STREAM),
                flag=flagged.flag,
                detail=flagged.detail,
                subject=flagged.subject,
                occurred_at=recorded.occurred_at,
            )
        )
    await upsert_rows(connection, table, rows)


COMPENSATION_FLAGS = Projection(
    name=NAME,
    types=frozenset({NAME_OF[CompensationFlagged]}),
    table=table,
    project=project,
    code_version=2,
)

View = table(NAME)


class FlagFilters(Value, frozen=True, kw_only=True):
    """None does not filter. `since` is inclusive, `until` exclusive."""

    flag: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_flags(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    filters: FlagFilters,
    *,
    before: int = 2**62,
    limit: int = 100,
) -> list[Flagged]:
    """Latest first."""
    conditions: list[ColumnElement[bool]] = equal(View, filters, "flag", "subject")
    conditions += between(View.c.occurred_at, filters.since, filters.until)
    hidden = select(Compensations.c.compensation_id).where(
        Compensations.c.tenant_id == tenant_id,
        Compensations.c.compensation_id == View.c.compensation_id,
        not_(and_(*_visible(Compensations, viewer))),
    )
    # OFFSET 0: looked up for the rows of the page, instead of joined with all compensations.
    conditions.append(~hidden.correlate(View).offset(0).exists())
    query = (
        select(*(View.c[field.name] for field in fields(Flagged)))
        .where(View.c.tenant_id == tenant_id, View.c.position < before, *conditions)
        .order_by(View.c.position.desc())
        .limit(limit)
    )
    return [Flagged(**row._mapping) for row in await connection.execute(query)]


def _visible(view: Table, viewer: Viewer) -> list[ColumnElement[bool]]:
    near = [view.c.community.in_(viewer.reach)] if viewer.reach else []
    return [apart_from_complaints_about(view, viewer), *near]


class Claimant(Value, frozen=True, kw_only=True):
    """A household above the 99th percentile of claims."""

    household_id: str
    claims: int
    amount_fen: int
    p99: int


async def frequent_claimants(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, since: datetime
) -> list[Claimant]:
    """Counts what people granted since then; compensations by rule are not claims. The percentile
    is discrete, so among fewer than a hundred households none is above it."""
    claims = (
        select(
            Ledger.c.household_id,
            func.count().label("claims"),
            func.sum(Ledger.c.amount_fen).label("amount_fen"),
        )
        .where(
            Ledger.c.tenant_id == tenant_id,
            Ledger.c.entry == "grant",
            Ledger.c.rule_id.is_(None),
            Ledger.c.decided_by != SYSTEM.subject,  # the penalty of a promise
            Ledger.c.household_id.is_not(None),
            Ledger.c.occurred_at >= since,
            *_visible(Ledger, viewer),
        )
        .group_by(Ledger.c.household_id)
        .subquery()
    )
    edge = select(
        func.percentile_disc(PERCENTILE).within_group(claims.c.claims).label("p99")
    ).subquery()
    query = (
        select(claims.c.household_id, claims.c.claims, claims.c.amount_fen, edge.c.p99)
        .where(claims.c.claims > edge.c.p99)
        .order_by(claims.c.claims.desc(), claims.c.household_id)
    )
    return [
        Claimant(
            household_id=row.household_id,
            claims=row.claims,
            amount_fen=int(row.amount_fen),
            p99=row.p99,
        )
        for row in await connection.execute(query)
    ]
