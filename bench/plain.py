"""The same bytes without any of the promises: one row, one INSERT, one primary key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from app.database_url import driver_url
from bench.bodies import CONTENT, TYPE, header
from bench.rounds import rate

TABLE = """
create table plain (
    id        bigint generated always as identity primary key,
    tenant_id uuid   not null,
    stream_id text   not null,
    version   int    not null,
    type      text   not null,
    header    text   not null,
    content   text   not null
)
"""
INSERT = (
    "insert into plain (tenant_id, stream_id, version, type, header, content) "
    "values ($1, $2, $3, $4, $5, $6)"
)

_TENANT, _KEY = UUID(int=4), str(UUID(int=5))
PLAIN_VALUES: dict[str, Any] = {
    "tenant": _TENANT,
    "stream": f"ticket-{_KEY}",
    "version": 1,
    "type": TYPE,
    "header": header(_TENANT, UUID(int=6), _KEY, 1),
    "content": CONTENT,
}


@dataclass(frozen=True, slots=True)
class Asyncpg:
    """Each writer has a connection and a prepared statement of its own."""

    url: str
    writers: int
    name: str = "asyncpg INSERT"

    async def run(self, seconds: float) -> float:
        connections = [await asyncpg.connect(driver_url(self.url)) for _ in range(self.writers)]
        try:
            return await rate([await _insert(one) for one in connections], seconds)
        finally:
            for connection in connections:
                await connection.close()


async def _insert(connection: Any) -> Callable[[], Awaitable[object]]:
    statement = await connection.prepare(INSERT)
    values = list(PLAIN_VALUES.values())

    async def insert() -> None:
        await statement.fetch(*values)

    return insert
