"""The database that everybody is measured on: fresh, embedded, and waiting for the disk."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.engine import make_url

from app.database_url import driver_url
from app.embedded.launcher import EmbeddedPostgres
from app.schema import migrate

DATABASE = "bench"


async def on_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def fresh_database(**settings: str | int) -> Iterator[str]:
    """The superuser's URL of a migrated database on a server of its own."""
    everywhere: dict[str, str | int] = {"fsync": "on", "max_connections": 160}
    with EmbeddedPostgres.temporary(None, **(everywhere | settings)) as server:
        asyncio.run(on_server(server.superuser_url, f"create database {DATABASE}"))
        url = server.url(database=DATABASE)
        migrate(url)
        yield url


async def second_database(url: str) -> str:
    """Another migrated database of the same server."""
    await on_server(url, f"create database {DATABASE}_beside")
    beside = make_url(url).set(database=f"{DATABASE}_beside").render_as_string(hide_password=False)
    await asyncio.to_thread(migrate, beside)
    return beside
