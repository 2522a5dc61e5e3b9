"""The read model of promises, one row each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
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
from app.events.by_type import unchanged
from app.events.promise import (
    PromiseBreakRetracted,
    PromiseBroken,
    PromiseExcused,
    PromiseKept,
    PromiseMade,
    PromiseRevised,
    PromiseSettled,
    PromiseWithdrawn,
)
from app.events.registry import NAME_OF
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "promises"
STREAM = "ticket-"
OPEN = ("made", "excused")  # still to be kept


class Row(Value, frozen=True, kw_only=True):
    """`state` is as recorded; use `promise_lists.state_at` for the state as of now. A `settled`
    promise is broken, but over."""

    tenant_id: UUID
    promise_id: str
    ticket_id: str
    household_id: str | None
    community: str
    kind: str
    source: str
    made_at: datetime
    due_at: datetime
    state: str = "made"
    settled: bool = False
    broken_at: datetime | None = None
    ended_at: datetime | None = None
    days_late: int = 0
    penalty_fen: int | None = None  # for each day
    cap_fen: int | None = None
    owed_fen: int = 0  # when it was settled


def table(name: str) -> Table:
    def words(*columns: str, nullable: bool = False) -> list[Column[Any]]:
        return [Column(each, Text(collation="C"), nullable=nullable) for each in columns]

    def instants(*columns: str, nullable: bool = False) -> list[Column[Any]]:
        return [Column(each, DateTime(timezone=True), nullable=nullable) for each in columns]

    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("promise_id", Text(collation="C"), primary_key=True),
        *words("ticket_id"),
        *words("household_id", nullable=True),
        *words("community", "kind", "source"),
        *instants("made_at", "due_at"),
        *words("state"),
        Column("settled", Boolean, nullable=False),
        *instants("broken_at", "ended_at", nullable=True),
        Column("days_late", Integer, nullable=False),
        Column("penalty_fen", BigInteger),
        Column("cap_fen", BigInteger),
        Column("owed_fen", BigInteger, nullable=False),
        postgresql_with={"fillfactor": 80},
    )
    due = (made.c.due_at, made.c.promise_id)
    Index(f"{name}_due", made.c.tenant_id, *due)
    for column in ("household_id", "community", "kind", "state"):
        Index(f"{name}_{column}", made.c.tenant_id, made.c[column], *due)
    Index(f"{name}_ticket", made.c.tenant_id, made.c.ticket_id)
    Index(f"{name}_made", made.c.tenant_id, made.c.made_at)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    before = await _load(tenant_id, {each.event.promise_id for each in events}, connection, table)
    after = dict(before)
    for recorded in events:
        event = recorded.event
        if isinstance(event, PromiseMade):
            after[event.promise_id] = _made(tenant_id, recorded)
        elif row := after.get(event.promise_id):
            after[event.promise_id] = FOLD[type(event)](row, event)
    await upsert_rows(
        connection, table, [row for key, row in after.items() if before.get(key) != row]
    )


def _made(tenant_id: UUID, recorded: Recorded[Any]) -> Row:
    event: PromiseMade = recorded.event
    return Row(
        tenant_id=tenant_id,
        promise_id=event.promise_id,
        ticket_id=recorded.stream_id.removeprefix(STREAM),
        household_id=event.household_id,
        community=event.community,
        kind=event.kind,
        source=event.source,
        made_at=recorded.occurred_at,
        due_at=event.due_at,
        penalty_fen=event.penalty.amount_fen if event.penalty else None,
        cap_fen=event.penalty.cap_fen if event.penalty else None,
    )


def _kept(row: Row, event: PromiseKept) -> Row:
    return replace(row, state="kept", ended_at=event.done_at)


def _broken(row: Row, event: PromiseBroken) -> Row:
    return replace(row, state="broken", broken_at=event.due_at)


def _settled(row: Row, event: PromiseSettled) -> Row:
    return replace(
        row,
        settled=True,
        ended_at=event.done_at,
        days_late=event.days_late,
        owed_fen=event.capped_fen,
    )


def _revised(row: Row, event: PromiseRevised) -> Row:
    return replace(row, state="made", due_at=event.due_at)


def _excused(row: Row, event: PromiseExcused) -> Row:
    return replace(row, state="excused", due_at=event.due_at)


def _withdrawn(row: Row, _event: PromiseWithdrawn) -> Row:
    return replace(row, state="withdrawn")


def _not_broken(row: Row, _event: PromiseBreakRetracted) -> Row:
    return replace(row, state="made", broken_at=None)


FOLD: Mapping[type[Any], Callable[[Row, Any], Row]] = {
    PromiseMade: unchanged,  # `_made` begins the row with it
    PromiseKept: _kept,
    PromiseBroken: _broken,
    PromiseSettled: _settled,
    PromiseRevised: _revised,
    PromiseExcused: _excused,
    PromiseWithdrawn: _withdrawn,
    PromiseBreakRetracted: _not_broken,
}


async def _load(
    tenant_id: UUID, promise_ids: set[str], connection: AsyncConnection, table: Table
) -> dict[str, Row]:
    columns = [table.c[field.name] for field in fields(Row)]
    known = await connection.execute(
        select(*columns).where(
            table.c.tenant_id == tenant_id,
            table.c.promise_id == bindparam(None, list(promise_ids), ARRAY(Text)).any_(),
        )
    )
    rows = (Row(**each._mapping) for each in known)
    return {row.promise_id: row for row in rows}


PROMISES = Projection(
    name=NAME,
    types=frozenset(NAME_OF[event] for event in FOLD),
    table=table,
    project=project,
    code_version=2,
)
View = table(NAME)
