"""Which nodes of a cluster do not answer, and whose they are. One server has no other nodes."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = structlog.get_logger(__name__)

_IS_CLUSTER = text("select to_regproc('unreachable_nodes') is not null")
_UNREACHABLE = text("select node, tenants from unreachable_nodes()")
_NOTE_NODES = text("select node, tenants from note_nodes()")
_NOTE = text("select note_tenants()")


@dataclass(frozen=True, slots=True)
class LostNode:
    """`tenants`: those that are known to live there. They are answered 503, and nobody else is."""

    node: str
    tenants: tuple[UUID, ...]


async def unreachable_nodes(connection: AsyncConnection) -> list[LostNode]:
    """Of a cluster only."""
    return await _lost(connection, _UNREACHABLE)


async def _lost(connection: AsyncConnection, query: TextClause) -> list[LostNode]:
    rows = await connection.execute(query)
    return [LostNode(row.node, tuple(row.tenants)) for row in rows]


class NodeWatch:
    """Of a worker: logs when a node is lost and when it is back, and notes it for looks across
    tenants, which leave it out."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._is_cluster: bool | None = None
        self._lost: frozenset[str] = frozenset()

    async def look(self) -> None:
        if not await self._watches():
            return
        async with self._engine.begin() as connection:
            lost = await _lost(connection, _NOTE_NODES)
        for each in lost:
            if each.node not in self._lost:
                tenants = [str(tenant) for tenant in each.tenants]
                log.error("node_unreachable", node=each.node, tenants=tenants)
        for node in sorted(self._lost - {each.node for each in lost}):
            log.info("node_is_back", node=node)
        self._lost = frozenset(each.node for each in lost)

    async def note_tenants(self) -> None:
        """Notes where new tenants live, while it can be asked."""
        if await self._watches():
            async with self._engine.begin() as connection:
                await connection.execute(_NOTE)

    async def _watches(self) -> bool:
        if self._is_cluster is None:
            async with self._engine.connect() as connection:
                self._is_cluster = bool((await connection.execute(_IS_CLUSTER)).scalar_one())
        return self._is_cluster
