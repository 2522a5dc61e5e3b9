"""The journal and the balances of the ledger."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import fields
from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.conditions import between, equal
from app.projections.first_rows import first_rows, within
from app.projections.ledger import Entry, View
from app.projections.ticket_search import apart_from_complaints_about
from app.viewer import Viewer


class LedgerFilters(Value, frozen=True, kw_only=True):
    """None does not filter. `since` is inclusive, `until` exclusive. `viewer` restricts to what
    they may see."""

    household_id: str | None = None
    compensation_id: str | None = None
    ticket_id: str | None = None
    viewer: Viewer | None = None
    since: datetime | None = None
    until: datetime | None = None


class Account(Value, frozen=True, kw_only=True):
    account: str
    debit_fen: int
    credit_fen: int


async def list_entries(
    connection: AsyncConnection,
    tenant_id: UUID,
    filters: LedgerFilters,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[Entry]:
    """Entries by position."""
    of_tenant = View.c.tenant_id == tenant_id
    wanted = [of_tenant, View.c.position > after, *conditions(filters)]
    if filters.since is not None:
        # What occurred since then was recorded since then, in the order of positions.
        recorded = select(View.c.position).where(of_tenant, View.c.recorded_at >= filters.since)
        first = recorded.order_by(View.c.recorded_at, View.c.position).limit(1).scalar_subquery()
        wanted.append(View.c.position >= first)
    reach = filters.viewer.reach if filters.viewer else ()
    query = first_rows(
        [View.c[field.name] for field in fields(Entry)],
        wanted,
        [within(View.c.community, reach or None)],
        key=(View.c.position,),
        limit=limit,
    )
    return [Entry(**row._mapping) for row in await connection.execute(query)]


async def balances(
    connection: AsyncConnection, tenant_id: UUID, filters: LedgerFilters
) -> list[Account]:
    """The debit and credit sums of every account, by name."""
    mine = [View.c.tenant_id == tenant_id, *conditions(filters)]
    nothing = literal(0)
    sides = union_all(
        select(
            View.c.debit.label("account"), View.c.amount_fen.label("d"), nothing.label("c")
        ).where(*mine),
        select(View.c.credit, nothing, View.c.amount_fen).where(*mine),
    ).subquery()
    query = (
        select(
            sides.c.account,
            func.sum(sides.c.d).label("debit_fen"),
            func.sum(sides.c.c).label("credit_fen"),
        )
        .group_by(sides.c.account)
        .order_by(sides.c.account)
    )
    return [
        Account(account=row.account, debit_fen=int(row.debit_fen), credit_fen=int(row.credit_fen))
        for row in await connection.execute(query)
    ]


async def turnover(
    connection: AsyncConnection, tenant_id: UUID, filters: LedgerFilters
) -> dict[str, int]:
    """The sum per kind of entry."""
    query = (
        select(View.c.entry, func.sum(View.c.amount_fen).label("amount_fen"))
        .where(View.c.tenant_id == tenant_id, *conditions(filters))
        .group_by(View.c.entry)
    )
    return {row.entry: int(row.amount_fen) for row in await connection.execute(query)}


def conditions(filters: LedgerFilters) -> list[ColumnElement[bool]]:
    found = equal(View, filters, "household_id", "compensation_id", "ticket_id")
    if filters.viewer is not None:
        found.append(apart_from_complaints_about(View, filters.viewer))
        if filters.viewer.reach:
            found.append(View.c.community.in_(filters.viewer.reach))
    found += between(View.c.occurred_at, filters.since, filters.until)
    return found


async def communities_of(connection: AsyncConnection, tenant_id: UUID, month: str) -> list[str]:
    """Communities with a grant in that local month."""
    query = (
        select(View.c.community)
        .where(View.c.tenant_id == tenant_id, View.c.entry == "grant", View.c.month == month)
        .distinct()
        .order_by(View.c.community)
    )
    return list((await connection.execute(query)).scalars())
