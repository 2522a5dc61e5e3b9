"""Counters of the library `limits` in PostgreSQL, which all processes share.

The table is UNLOGGED: counting waits for no disk and no standby, and a crash of the database starts
every window again. Times are the database's.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from limits.aio.storage import Storage

from app.db import LOST, DatabaseUnavailable

ACQUIRE_TIMEOUT = 10  # seconds to wait for a free connection

# One statement: the row is locked only while it runs. An ended window begins again. The clock is
# read once, in `excluded.ends_at`.
_INCREASE = """
insert into rate_window as w (key, hits, ends_at)
values ($1, greatest($3, 0), clock_timestamp() + make_interval(secs => $2))
on conflict (key) do update set
  hits = case when w.ends_at > excluded.ends_at - make_interval(secs => $2)
              then greatest(w.hits + $3, 0) else excluded.hits end,
  ends_at = case when w.ends_at > excluded.ends_at - make_interval(secs => $2)
                 then w.ends_at else excluded.ends_at end
returning hits
"""
_HITS = "select hits from rate_window where key = $1 and ends_at > clock_timestamp()"
_ENDS_AT = """
select extract(epoch from coalesce(
    (select ends_at from rate_window where key = $1 and ends_at > clock_timestamp()),
    clock_timestamp()))::float8
"""
_SECONDS_LEFT = """
select extract(epoch from ends_at - clock_timestamp())::float8 from rate_window where key = $1
"""
_CLEAR = "delete from rate_window where key = $1"
_RESET = "delete from rate_window"
_SWEEP = "delete from rate_window where ends_at < clock_timestamp()"


class RateStorage(Storage):
    """Errors of the connection are raised as `DatabaseUnavailable`."""

    STORAGE_SCHEME = None

    def __init__(self, pool: asyncpg.Pool) -> None:
        super().__init__()
        self._pool = pool

    @property
    def base_exceptions(self) -> type[Exception]:
        return DatabaseUnavailable

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The hits in the present window. A negative amount gives back."""
        return int(await self._value(_INCREASE, key, float(expiry), amount))

    async def get(self, key: str) -> int:
        return int(await self._value(_HITS, key) or 0)

    async def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since the epoch by the database's clock."""
        return float(await self._value(_ENDS_AT, key))

    async def seconds_left(self, key: str) -> float:
        """Of the present window: 0 if there is none."""
        return max(0.0, await self._value(_SECONDS_LEFT, key) or 0.0)

    async def check(self) -> bool:
        try:
            return bool(await self._value("select true"))
        except DatabaseUnavailable:
            return False

    async def reset(self) -> int:
        return await self._delete(_RESET)

    async def clear(self, key: str) -> None:
        await self._delete(_CLEAR, key)

    async def sweep(self) -> int:
        """Deletes the windows that have ended. Returns their number."""
        return await self._delete(_SWEEP)

    async def _value(self, query: str, *args: object) -> Any:
        async with self._connection() as connection:
            return await connection.fetchval(query, *args)

    async def _delete(self, query: str, *args: object) -> int:
        async with self._connection() as connection:
            status: str = await connection.execute(query, *args)
        return int(re.sub(r"\D", "", status) or 0)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
                try:
                    yield connection
                except asyncpg.ReadOnlySQLTransactionError:
                    connection.terminate()  # see `_discard_read_only` in app/db.py
                    raise
        except LOST as lost:
            raise DatabaseUnavailable(type(lost).__name__) from lost
