"""The feed of fee credits. The fee system pulls it and keeps its own position."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.compensation import CompensationGranted, FeeCreditExported, FeeCreditWithdrawn
from app.events.registry import NAME_OF
from app.projections.ticket_search import apart_from_complaints_about
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "fee_credits"
FeeCreditKind = Literal["credit", "withdrawal"]
GRANT = "grant"  # not of the feed
KINDS = {CompensationGranted: GRANT, FeeCreditExported: "credit", FeeCreditWithdrawn: "withdrawal"}


class FeeCredit(Value, frozen=True, kw_only=True):
    """`position` is the event's; it orders the feed and is its cursor. Ticket and community are
    those of the grant, whose row is kept beside the feed (`GRANT`)."""

    tenant_id: UUID
    position: int
    kind: str  # a `FeeCreditKind`, or `GRANT`
    compensation_id: str
    household_id: str
    amount_fen: int
    currency: str
    occurred_at: datetime
    ticket_id: str | None = None
    community: str | None = None


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("kind", Text(collation="C"), nullable=False),
        Column("compensation_id", Text(collation="C"), nullable=False),
        Column("household_id", Text(collation="C"), nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("currency", Text(collation="C"), nullable=False),
        Column("occurred_at", DateTime(timezone=True), nullable=False),
        Column("ticket_id", Text(collation="C")),
        Column("community", Text(collation="C")),
        CheckConstraint("amount_fen >= 0", name=f"{name}_amount"),
    )
    Index(f"{name}_compensation", made.c.tenant_id, made.c.compensation_id, made.c.position)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    grants = await _grants(tenant_id, events, connection, table)
    rows = []
    for recorded in events:
        event: CompensationGranted | FeeCreditExported | FeeCreditWithdrawn = recorded.event
        if event.household_id is None:
            continue  # nobody's fees
        row = FeeCredit(
            tenant_id=tenant_id,
            position=recorded.position,
            kind=KINDS[type(event)],
            compensation_id=event.compensation_id,
            household_id=event.household_id,
            amount_fen=event.amount_fen,
            currency=event.currency,
            occurred_at=recorded.occurred_at,
        )
        if isinstance(event, CompensationGranted):
            row = replace(row, ticket_id=event.ticket_id, community=event.community)
            grants[event.compensation_id] = row
        elif grant := grants.get(event.compensation_id):
            row = replace(row, ticket_id=grant.ticket_id, community=grant.community)
        rows.append(row)
    await upsert_rows(connection, table, rows)


async def _grants(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> dict[str, FeeCredit]:
    """The stored grants that credits and withdrawals of this batch refer to."""
    wanted = {each.event.compensation_id for each in events}
    rows = await connection.execute(
        select(*(table.c[field.name] for field in fields(FeeCredit))).where(
            table.c.tenant_id == tenant_id,
            table.c.kind == GRANT,
            table.c.compensation_id == bindparam(None, list(wanted), ARRAY(Text)).any_(),
        )
    )
    return {row.compensation_id: FeeCredit(**row._mapping) for row in rows}


FEE_CREDITS = Projection(
    name=NAME,
    types=frozenset(NAME_OF[event] for event in KINDS),
    table=table,
    project=project,
    code_version=2,
)

View = table(NAME)


async def list_fee_credits(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[FeeCredit]:
    """What the viewer may see of the feed, in order."""
    conditions = [
        View.c.tenant_id == tenant_id,
        View.c.position > after,
        View.c.kind != GRANT,
        apart_from_complaints_about(View, viewer),
    ]
    if viewer.reach:
        conditions.append(View.c.community.in_(viewer.reach))
    query = (
        select(*(View.c[field.name] for field in fields(FeeCredit)))
        .where(*conditions)
        .order_by(View.c.position)
        .limit(limit)
    )
    return [FeeCredit(**row._mapping) for row in await connection.execute(query)]
