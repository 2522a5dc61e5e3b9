"""Cost of compensation, by rule, community, month, benefit or decider, with its spread over the
tickets."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, case, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.conditions import between
from app.projections.ledger import View
from app.projections.ticket_search import View as Tickets

CostGrouping = Literal["rule", "community", "month", "benefit", "decided_by"]
COLUMNS = {"rule": "rule_id", "benefit": "benefit", "decided_by": "decided_by"}

AUTOMATIC_KIND = "follow_up"  # not reported by an owner


class Period(Value, frozen=True, kw_only=True):
    """From `since` (inclusive) to `until` (exclusive); only in these communities, if any."""

    since: datetime | None = None
    until: datetime | None = None
    community: str | None = None
    communities: tuple[str, ...] = ()


class Cost(Value, frozen=True, kw_only=True):
    """What was granted in the period, and what became of it at any time. `net_squares` is the sum
    of the squared costs of the `tickets`; `no_fault_fen` was granted in good faith."""

    group: str | None
    grants: int
    granted_fen: int
    voided_fen: int
    reversed_fen: int
    fulfilled_fen: int
    no_fault_fen: int
    tickets: int
    net_squares: int

    @property
    def net_fen(self) -> int:
        return self.granted_fen - self.voided_fen - self.reversed_fen


SUMS = {"grant": "granted", "void": "voided", "reversal": "reversed", "fulfilment": "fulfilled"}
NAMES = (*SUMS.values(), "no_fault")


async def costs(
    connection: AsyncConnection, tenant_id: UUID, period: Period, group_by: CostGrouping | None
) -> list[Cost]:
    """One result per group, by name; a single one without grouping."""
    of_period = select(View.c.position).where(
        View.c.tenant_id == tenant_id, View.c.entry == "grant", *_of(View, "occurred_at", period)
    )
    sign = case((View.c.entry == "grant", 1), (View.c.entry == "fulfilment", 0), else_=-1)
    amounts = [
        func.sum(View.c.amount_fen).filter(View.c.entry == entry).label(name)
        for entry, name in SUMS.items()
    ]
    forgiven = func.sum(View.c.amount_fen).filter(View.c.entry == "grant", View.c.no_fault)
    group = _group(group_by).label("group")
    ticket = (
        select(
            group,
            func.count().filter(View.c.entry == "grant").label("grants"),
            *amounts,
            forgiven.label("no_fault"),
            func.sum(View.c.amount_fen * sign).label("net"),
        )
        .where(View.c.tenant_id == tenant_id, View.c.grant_position.in_(of_period))
        .group_by(group, View.c.ticket_id)
        .subquery()
    )
    query = (
        select(
            ticket.c.group,
            func.sum(ticket.c.grants).label("grants"),
            *(func.coalesce(func.sum(ticket.c[name]), 0).label(name) for name in NAMES),
            func.count().label("tickets"),
            func.sum(ticket.c.net * ticket.c.net).label("squares"),
        )
        .group_by(ticket.c.group)
        .order_by(ticket.c.group)
    )
    return [
        Cost(
            group=row.group,
            grants=int(row.grants),
            granted_fen=int(row.granted),
            voided_fen=int(row.voided),
            reversed_fen=int(row.reversed),
            fulfilled_fen=int(row.fulfilled),
            no_fault_fen=int(row.no_fault),
            tickets=row.tickets,
            net_squares=int(row.squares),
        )
        for row in await connection.execute(query)
    ]


async def tickets_reported(
    connection: AsyncConnection,
    tenant_id: UUID,
    period: Period,
    group_by: CostGrouping | None,
    zone: str,
) -> dict[str | None, int]:
    """Tickets that owners reported in the period; by community or month if grouped by these."""
    month = func.to_char(func.timezone(zone, Tickets.c.reported_at), "YYYY-MM")
    own = {"community": Tickets.c.community, "month": month}
    group = own.get(group_by or "", cast(literal(None), Text)).label("group")
    query = (
        select(group, func.count().label("n"))
        .where(Tickets.c.tenant_id == tenant_id, Tickets.c.kind != AUTOMATIC_KIND)
        .where(*_of(Tickets, "reported_at", period))
        .group_by(group)
    )
    return {row.group: row.n for row in await connection.execute(query)}


def _group(group_by: CostGrouping | None) -> ColumnElement[str]:
    if group_by is None:
        return cast(literal(None), Text)
    return View.c[COLUMNS.get(group_by, group_by)]


def _of(view: Table, at: str, period: Period) -> list[ColumnElement[bool]]:
    conditions = between(view.c[at], period.since, period.until)
    if period.community is not None:
        conditions.append(view.c.community == period.community)
    if period.communities:
        conditions.append(view.c.community.in_(period.communities))
    return conditions
