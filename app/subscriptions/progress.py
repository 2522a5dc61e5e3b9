"""Progress of subscriptions over all tenants."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_BEHIND = text("select tenant_id from subscription_backlog(:subscription, :limit)")
_PROGRESS = text("select done, total, behind, parked from subscription_progress(:subscription)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Events handled, events in all, tenants that are behind, streams that are parked."""

    done: int
    total: int
    behind: int
    parked: int
    per_second: float = 0.0


async def read_progress(engine: AsyncEngine, subscription: str) -> Progress:
    async with engine.connect() as connection:
        row = (await connection.execute(_PROGRESS, {"subscription": subscription})).one()
    return Progress(done=row.done, total=row.total, behind=row.behind, parked=row.parked)


async def tenants_behind(engine: AsyncEngine, subscription: str, limit: int) -> list[UUID]:
    async with engine.connect() as connection:
        rows = await connection.execute(_BEHIND, {"subscription": subscription, "limit": limit})
        return [row.tenant_id for row in rows]
