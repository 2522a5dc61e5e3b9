"""The feed of fee credits. The fee system pulls it and keeps its own position."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.compensation import FeeCreditExported, FeeCreditWithdrawn
from app.events.registry import NAME_OF
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "fee_credits"
FeeCreditKind = Literal["credit", "withdrawal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeCredit:
    """`position` is the event's; it orders the feed and is its cursor."""

    tenant_id: UUID
    position: int
    kind: FeeCreditKind
    compensation_id: str
    household_id: str
    amount_fen: int
    currency: str
    occurred_at: datetime


def table(name: str) -> Table:
    return Table(
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
        CheckConstraint("amount_fen >= 0", name=f"{name}_amount"),
    )


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    rows = []
    for recorded in events:
        event: FeeCreditExported | FeeCreditWithdrawn = recorded.event
        rows.append(
            FeeCredit(
                tenant_id=tenant_id,
                position=recorded.position,
                kind="credit" if isinstance(event, FeeCreditExported) else "withdrawal",
                compensation_id=event.compensation_id,
                household_id=event.household_id,
                amount_fen=event.amount_fen,
                currency=event.currency,
                occurred_at=recorded.occurred_at,
            )
        )
    await upsert_rows(connection, table, rows)


FEE_CREDITS = Projection(
    name=NAME,
    types=frozenset(NAME_OF[event] for event in (FeeCreditExported, FeeCreditWithdrawn)),
    table=table,
    project=project,
)

View = table(NAME)


async def list_fee_credits(
    connection: AsyncConnection, tenant_id: UUID, *, after: int = 0, limit: int = 100
) -> list[FeeCredit]:
    query = (
        select(*(View.c[field.name] for field in fields(FeeCredit)))
        .where(View.c.tenant_id == tenant_id, View.c.position > after)
        .order_by(View.c.position)
        .limit(limit)
    )
    return [FeeCredit(**row._mapping) for row in await connection.execute(query)]
