"""The read model of approval requests and their waiting times (docs/domain.md §1b row 37, §5.4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.compensation import (
    CompensationApprovalEscalated,
    CompensationApprovalRequested,
    CompensationApproved,
    CompensationExpired,
    CompensationRejected,
    CompensationVoided,
)
from app.events.registry import NAME_OF
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "approvals"
STREAM = "compensation-"
OUTCOMES: dict[type[Any], str] = {
    CompensationApproved: "approved",
    CompensationRejected: "rejected",
    CompensationExpired: "expired",
    CompensationVoided: "voided",
}


class Row(Value, frozen=True, kw_only=True):
    """One request, keyed by its position. `asked` is the role that decides, or was last asked."""

    tenant_id: UUID
    position: int
    compensation_id: str
    because: str
    amount_fen: int
    asked: str
    level: int
    requested_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("compensation_id", Text(collation="C"), nullable=False),
        Column("because", Text(collation="C"), nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("asked", Text(collation="C"), nullable=False),
        Column("level", Integer, nullable=False),
        Column("requested_at", DateTime(timezone=True), nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        Column("outcome", Text(collation="C")),
    )
    waiting = made.c.ended_at.is_(None)
    Index(f"{name}_waiting", made.c.tenant_id, made.c.compensation_id, postgresql_where=waiting)
    Index(f"{name}_requested", made.c.tenant_id, made.c.requested_at)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    waiting = await _waiting(tenant_id, events, connection, table)
    rows: dict[int, Row] = {}
    for recorded in events:
        compensation_id = recorded.stream_id.removeprefix(STREAM)
        row: Row | None
        if isinstance(recorded.event, CompensationApprovalRequested):
            row = _requested(tenant_id, compensation_id, recorded)
        elif row := waiting.pop(compensation_id, None):
            row = _after(row, recorded)
        else:
            continue  # there was no pending request
        rows[row.position] = row
        if row.ended_at is None:
            waiting[compensation_id] = row
    await upsert_rows(connection, table, list(rows.values()))


def _requested(tenant_id: UUID, compensation_id: str, recorded: Recorded[Any]) -> Row:
    event: CompensationApprovalRequested = recorded.event
    return Row(
        tenant_id=tenant_id,
        position=recorded.position,
        compensation_id=compensation_id,
        because=event.because,
        amount_fen=event.amount_fen,
        asked=event.approver_roles[0],
        level=0,
        requested_at=recorded.occurred_at,
    )


def _after(row: Row, recorded: Recorded[Any]) -> Row:
    event = recorded.event
    if isinstance(event, CompensationApprovalEscalated):
        return replace(row, asked=event.to, level=event.level)
    return replace(row, ended_at=recorded.occurred_at, outcome=OUTCOMES[type(event)])


async def _waiting(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> dict[str, Row]:
    wanted = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    found = await connection.execute(
        select(*(table.c[field.name] for field in fields(Row))).where(
            table.c.tenant_id == tenant_id,
            table.c.ended_at.is_(None),
            table.c.compensation_id == bindparam(None, list(wanted), ARRAY(Text)).any_(),
        )
    )
    return {each.compensation_id: Row(**each._mapping) for each in found}


TYPES: tuple[type[Any], ...] = (
    CompensationApprovalRequested,
    CompensationApprovalEscalated,
    *OUTCOMES,
)
APPROVALS = Projection(
    name=NAME,
    types=frozenset(NAME_OF[event] for event in TYPES),
    table=table,
    project=project,
)
View = table(NAME)
