"""Figures of approvals: outcomes, waiting times, and what is pending."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Double, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.approvals import View
from app.projections.compensations import View as Compensations
from app.projections.conditions import between

DECIDED = ("approved", "rejected", "expired")
WAIT = View.c.ended_at - View.c.requested_at


class Requests(Value, frozen=True, kw_only=True):
    """Requests from `since` (inclusive) to `until` (exclusive), in these communities if any."""

    since: datetime | None = None
    until: datetime | None = None
    communities: tuple[str, ...] = ()


class Outcomes(Value, frozen=True, kw_only=True):
    """`escalated` counts those that reached a higher level."""

    approved: int
    rejected: int
    expired: int
    voided: int
    escalated: int

    @property
    def decided(self) -> int:
        return self.approved + self.rejected + self.expired


class PendingByRole(Value, frozen=True, kw_only=True):
    """The requests that wait for one role."""

    role: str
    n: int
    amount_fen: int
    longest: timedelta


async def count_outcomes(
    connection: AsyncConnection, tenant_id: UUID, requests: Requests
) -> Outcomes:
    counted = [
        func.count().filter(View.c.outcome == name).label(name) for name in (*DECIDED, "voided")
    ]
    escalated = func.count().filter(View.c.level > 0).label("escalated")
    query = select(*counted, escalated).where(*_of(tenant_id, requests))
    return Outcomes(**(await connection.execute(query)).one()._mapping)


async def wait_quantiles(
    connection: AsyncConnection, tenant_id: UUID, requests: Requests, shares: Sequence[float]
) -> list[timedelta]:
    """The waiting times of decided requests at these quantiles. At least one must be decided."""
    quantiles = func.percentile_disc(cast(list(shares), ARRAY(Double))).within_group(WAIT)
    query = select(quantiles).where(View.c.outcome.in_(DECIDED), *_of(tenant_id, requests))
    found: list[timedelta] = (await connection.execute(query)).scalar_one()
    return found


async def count_pending(
    connection: AsyncConnection, tenant_id: UUID, requests: Requests, now: datetime
) -> list[PendingByRole]:
    """Pending requests by the role that has to decide now, whatever the period."""
    ever = Requests(communities=requests.communities)
    query = (
        select(
            View.c.asked,
            func.count().label("n"),
            func.sum(View.c.amount_fen).label("amount_fen"),
            func.min(View.c.requested_at).label("first"),
        )
        .where(View.c.ended_at.is_(None), *_of(tenant_id, ever))
        .group_by(View.c.asked)
        .order_by(View.c.asked)
    )
    return [
        PendingByRole(
            role=row.asked, n=row.n, amount_fen=int(row.amount_fen), longest=now - row.first
        )
        for row in await connection.execute(query)
    ]


def _of(tenant_id: UUID, requests: Requests) -> list[ColumnElement[bool]]:
    conditions = [View.c.tenant_id == tenant_id]
    conditions += between(View.c.requested_at, requests.since, requests.until)
    if requests.communities:
        near = select(Compensations.c.compensation_id).where(
            Compensations.c.tenant_id == tenant_id,
            Compensations.c.community.in_(requests.communities),
        )
        conditions.append(View.c.compensation_id.in_(near))
    return conditions
