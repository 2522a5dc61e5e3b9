"""Which tenants have something to be handled: one look at the heads that moved, and at the
checkpoints of those tenants alone. What is known to be handled is remembered, but not at once: a
crash of the server may take back the checkpoints of the last moment."""

from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import autocommitting

_MOVED = text("select tenant_id, position, looked_at, builds from moved_heads(:since)")
_BEHIND = text("select tenant_id from tenants_behind(:tenants, :subscriptions)")

SETTLED = 3.0
"""Seconds after which a commit that did not wait for the disk is on it: several rounds of the
server's WAL writer."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Heads:
    def __init__(self, engine: AsyncEngine, *, settled: float = SETTLED) -> None:
        self._engine = engine
        self._settled = settled
        self._since = _EVER
        self._builds: str | None = None
        self._handled: dict[UUID, int] = {}
        self._moved: dict[UUID, int] = {}
        self._level_since: dict[UUID, float] = {}

    def forget(self) -> None:
        """The next look is at every tenant."""
        self._since = _EVER
        self._handled.clear()

    async def look(self) -> bool:
        """Notes the tenants that moved. Returns whether the builds of read models may have changed:
        always the first time."""
        first, *heads = await self._ask(_MOVED, {"since": self._since})
        for head in heads:
            if head.position > self._handled.get(head.tenant_id, 0):
                if head.position != self._moved.get(head.tenant_id):
                    self._level_since.pop(head.tenant_id, None)
                self._moved[head.tenant_id] = head.position
        self._since = first.looked_at
        changed: bool = first.builds != self._builds
        self._builds = first.builds
        return changed

    async def behind(self, subscriptions: Sequence[str], limit: int) -> list[UUID]:
        """Those of the moved ones in which a subscription is behind. They are asked about again, in
        turns of `limit`, until none is for a while."""
        asked = dict(list(self._moved.items())[:limit])
        if not asked or not subscriptions:
            return []
        order = {"tenants": list(asked), "subscriptions": list(subscriptions)}
        behind = dict.fromkeys(row.tenant_id for row in await self._ask(_BEHIND, order))
        now = monotonic()
        for tenant_id, position in asked.items():
            del self._moved[tenant_id]
            since = self._level_since.pop(tenant_id, now)
            if tenant_id in behind:
                self._moved[tenant_id] = position
            elif now - since >= self._settled:
                self._handled[tenant_id] = position
            else:
                self._moved[tenant_id] = position
                self._level_since[tenant_id] = since
        return list(behind)

    async def _ask(self, query: TextClause, order: dict[str, Any]) -> Sequence[Any]:
        async with autocommitting(self._engine) as connection:
            return (await connection.execute(query, order)).all()
