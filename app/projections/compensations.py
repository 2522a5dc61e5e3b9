"""The list of compensations by ticket, household and state. It returns ids; callers load the
compensations from the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
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
    CompensationApprovalRequested,
    CompensationExpired,
    CompensationFulfilled,
    CompensationGranted,
    CompensationProposed,
    CompensationRejected,
    CompensationReversed,
    CompensationVoided,
)
from app.events.registry import NAME_OF
from app.projections.first_rows import beyond, first_rows, within
from app.projections.ticket_search import apart_from_complaints_about, of_known_reporters
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "compensations"
STREAM = "compensation-"
PENDING = "pending_approval"
STATE_AFTER = {
    NAME_OF[CompensationApprovalRequested]: PENDING,
    NAME_OF[CompensationGranted]: "granted",
    NAME_OF[CompensationRejected]: "rejected",
    NAME_OF[CompensationExpired]: "expired",
    NAME_OF[CompensationFulfilled]: "fulfilled",
    NAME_OF[CompensationVoided]: "voided",
    NAME_OF[CompensationReversed]: "reversed",
}
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
HALF = 2**61


class Row(Value, frozen=True, kw_only=True):
    """`place` is the sort key: pending ones first, oldest first; then the others, newest first."""

    tenant_id: UUID
    compensation_id: str
    ticket_id: str
    household_id: str | None
    community: str
    benefit: str
    state: str
    proposed_by: str
    rule_id: str | None
    place: int


def table(name: str) -> Table:
    def words(*columns: str, nullable: bool = False) -> list[Column[Any]]:
        return [Column(each, Text(collation="C"), nullable=nullable) for each in columns]

    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("compensation_id", Text(collation="C"), primary_key=True),
        *words("ticket_id"),
        *words("household_id", nullable=True),
        *words("community", "benefit", "state", "proposed_by"),
        *words("rule_id", nullable=True),
        Column("place", BigInteger, nullable=False),
    )
    order = (made.c.place, made.c.compensation_id)
    Index(f"{name}_place", made.c.tenant_id, *order)
    Index(f"{name}_ticket", made.c.tenant_id, made.c.ticket_id, *order)
    Index(f"{name}_household", made.c.tenant_id, made.c.household_id, *order)
    for column in ("community", "benefit", "state", "proposed_by", "rule_id"):
        Index(f"{name}_{column}", made.c.tenant_id, made.c[column], *order)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    known = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    rows = await _load(tenant_id, known, connection, table)
    for recorded in events:
        compensation_id = recorded.stream_id.removeprefix(STREAM)
        if isinstance(recorded.event, CompensationProposed):
            rows[compensation_id] = _proposed(tenant_id, recorded.event, recorded.occurred_at)
        elif row := rows.get(compensation_id):
            rows[compensation_id] = _after(row, recorded)
    await upsert_rows(connection, table, list(rows.values()))


def _proposed(tenant_id: UUID, event: CompensationProposed, at: datetime) -> Row:
    return Row(
        tenant_id=tenant_id,
        compensation_id=event.compensation_id,
        ticket_id=event.ticket_id,
        household_id=event.household_id,
        community=event.community,
        benefit=event.benefit,
        state="accruing" if event.accrual else PENDING,
        proposed_by=event.proposed_by,
        rule_id=event.rule_id,
        place=HALF - _microseconds(at),
    )


def _after(row: Row, recorded: Recorded[Any]) -> Row:
    state = STATE_AFTER[recorded.type]
    since = _microseconds(recorded.occurred_at)
    return replace(row, state=state, place=since - HALF if state == PENDING else HALF - since)


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


async def _load(
    tenant_id: UUID, ids: set[str], connection: AsyncConnection, table: Table
) -> dict[str, Row]:
    columns = [table.c[field.name] for field in fields(Row)]
    found = await connection.execute(
        select(*columns).where(
            table.c.tenant_id == tenant_id,
            table.c.compensation_id == bindparam(None, list(ids), ARRAY(Text)).any_(),
        )
    )
    return {each.compensation_id: Row(**each._mapping) for each in found}


COMPENSATIONS = Projection(
    name=NAME,
    types=frozenset({NAME_OF[CompensationProposed], *STATE_AFTER}),
    table=table,
    project=project,
    code_version=2,
)
View = table(NAME)


class CompensationFilters(Value, frozen=True, kw_only=True):
    """`proposed_by` and `viewer` restrict to what the viewer may see."""

    ticket_id: str | None = None
    household_id: str | None = None
    state: str | None = None
    benefit: str | None = None
    rule_id: str | None = None
    community: str | None = None
    proposed_by: str | None = None
    viewer: Viewer | None = None


class Place(Value, frozen=True):
    place: int
    compensation_id: str


async def list_compensations(
    connection: AsyncConnection,
    tenant_id: UUID,
    filters: CompensationFilters,
    *,
    after: Place | None,
    limit: int,
) -> list[Place]:
    named = ("ticket_id", "household_id", "state", "benefit", "rule_id", "community", "proposed_by")
    conditions = [
        View.c[column] == value
        for column in named
        if (value := getattr(filters, column)) is not None
    ]
    conditions.append(View.c.tenant_id == tenant_id)
    if filters.viewer is not None:
        named_by_household = filters.household_id is not None
        known = of_known_reporters if named_by_household else apart_from_complaints_about
        conditions.append(known(View, filters.viewer))
    key = (View.c.place, View.c.compensation_id)
    if after is not None:
        conditions.append(beyond(key, (after.place, after.compensation_id)))
    reach = filters.viewer.reach if filters.viewer else ()
    among = within(View.c.community, reach or None)
    query = first_rows(key, conditions, [among], key=key, limit=limit)
    return [Place(each.place, each.compensation_id) for each in await connection.execute(query)]
