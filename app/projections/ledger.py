"""The double-entry ledger of compensations (docs/domain.md §4.5), derived from events like every
read model. Entries are never changed or removed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
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
from app.events.compensation import (
    CompensationFulfilled,
    CompensationGranted,
    CompensationReversed,
    CompensationVoided,
    GoodFaithRecorded,
)
from app.events.registry import NAME_OF
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "ledger"
STREAM = "compensation-"
EntryKind = Literal["grant", "fulfilment", "void", "reversal"]
AFTER_GRANT = (
    CompensationFulfilled,
    CompensationVoided,
    CompensationReversed,
    GoodFaithRecorded,
)


class Entry(Value, frozen=True, kw_only=True):
    """One journal entry: one amount from the debit to the credit account, so the books balance.

    A later entry repeats the fields of its grant, which is at `grant_position`: `month` is the
    local month that the grant counts in, `decided_by` who granted it, `no_fault` whether it was in
    good faith. A compensation that was voided because its cause was retracted may be granted again.
    """

    tenant_id: UUID
    position: int
    entry: EntryKind
    grant_position: int
    compensation_id: str
    ticket_id: str
    household_id: str | None
    community: str
    benefit: str
    rule_id: str | None
    month: str
    decided_by: str
    no_fault: bool
    debit: str
    credit: str
    amount_fen: int
    currency: str
    occurred_at: datetime
    recorded_at: datetime


def table(name: str) -> Table:
    def words(*columns: str, nullable: bool = False) -> list[Column[Any]]:
        return [Column(each, Text(collation="C"), nullable=nullable) for each in columns]

    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        *words("entry"),
        Column("grant_position", BigInteger, nullable=False),
        *words("compensation_id", "ticket_id"),
        *words("household_id", nullable=True),
        *words("community", "benefit"),
        *words("rule_id", nullable=True),
        *words("month", "decided_by", "debit", "credit"),
        Column("no_fault", Boolean, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        *words("currency"),
        Column("occurred_at", DateTime(timezone=True), nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        CheckConstraint("amount_fen >= 0", name=f"{name}_amount"),
        CheckConstraint("debit <> credit", name=f"{name}_accounts"),
    )
    place = made.c.position
    Index(f"{name}_household", made.c.tenant_id, made.c.household_id, place)
    Index(f"{name}_compensation", made.c.tenant_id, made.c.compensation_id, place)
    Index(f"{name}_ticket", made.c.tenant_id, made.c.ticket_id, place)
    Index(f"{name}_community", made.c.tenant_id, made.c.community, place)
    Index(f"{name}_grant", made.c.tenant_id, made.c.grant_position)
    Index(f"{name}_occurred", made.c.tenant_id, made.c.occurred_at, place)
    Index(f"{name}_recorded", made.c.tenant_id, made.c.recorded_at, place)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    grants = await _grants(tenant_id, events, connection, table)
    entries: dict[int, Entry] = {}
    for recorded in events:
        compensation_id = recorded.stream_id.removeprefix(STREAM)
        match recorded.event:
            case CompensationGranted() as granted:
                entry = grants[compensation_id] = _granted(tenant_id, recorded, granted)
            case GoodFaithRecorded(no_fault=no_fault):
                entry = grants[compensation_id] = replace(
                    grants[compensation_id], no_fault=no_fault
                )
            case CompensationVoided(granted=False):
                continue  # it was never owed
            case _:
                entry = _after(grants[compensation_id], recorded)
        entries[entry.position] = entry
    await upsert_rows(connection, table, list(entries.values()))


def _granted(tenant_id: UUID, recorded: Recorded[Any], granted: CompensationGranted) -> Entry:
    entry = Entry(
        tenant_id=tenant_id,
        position=recorded.position,
        entry="grant",
        grant_position=recorded.position,
        compensation_id=granted.compensation_id,
        ticket_id=granted.ticket_id,
        household_id=granted.household_id,
        community=granted.community,
        benefit=granted.benefit,
        rule_id=granted.rule_id,
        month=granted.month,
        decided_by=recorded.actor.subject,
        no_fault=False,
        debit="",
        credit="",
        amount_fen=granted.amount_fen,
        currency=granted.currency,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
    )
    return replace(entry, debit=_expense(entry), credit=_liability(entry))


def _after(grant: Entry, recorded: Recorded[Any]) -> Entry:
    entry = replace(
        grant,
        position=recorded.position,
        amount_fen=recorded.event.amount_fen,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
    )
    expense, liability, settlement = _expense(entry), _liability(entry), _settlement(entry)
    match recorded.event:
        case CompensationFulfilled():
            return replace(entry, entry="fulfilment", debit=liability, credit=settlement)
        case CompensationVoided():
            return replace(entry, entry="void", debit=liability, credit=expense)
        case _:
            return replace(entry, entry="reversal", debit=settlement, credit=expense)


def _expense(entry: Entry) -> str:
    return f"expense:{entry.benefit}"


def _liability(entry: Entry) -> str:
    """One liability account per household, or per ticket without one."""
    return f"liability:{entry.household_id or entry.ticket_id}"


def _settlement(entry: Entry) -> str:
    return f"settlement:{entry.benefit}"


async def _grants(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> dict[str, Entry]:
    """The stored grants that later entries of this batch refer to."""
    wanted = {
        recorded.stream_id.removeprefix(STREAM)
        for recorded in events
        if isinstance(recorded.event, AFTER_GRANT)
    }
    if not wanted:
        return {}
    rows = await connection.execute(
        select(*(table.c[field.name] for field in fields(Entry)))
        .where(
            table.c.tenant_id == tenant_id,
            table.c.entry == "grant",
            table.c.compensation_id == bindparam(None, list(wanted), ARRAY(Text)).any_(),
        )
        .order_by(table.c.position)  # the last grant wins
    )
    return {row.compensation_id: Entry(**row._mapping) for row in rows}


LEDGER = Projection(
    name=NAME,
    types=frozenset(NAME_OF[event] for event in (CompensationGranted, *AFTER_GRANT)),
    table=table,
    project=project,
    code_version=2,
)

View = table(NAME)
