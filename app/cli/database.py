"""Which database a command works on: the one of `DATABASE_URL`, else the embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg

from app.config import Settings
from app.db import driver_url
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.paths import default_data_dir

DATABASE = "suyuan"


def data_dir(settings: Settings) -> Path:
    return settings.data_dir or default_data_dir()


@contextmanager
def database(settings: Settings) -> Iterator[tuple[Settings, EmbeddedPostgres | None]]:
    """The settings with a `database_url` that answers, and the embedded server where that is it.

    A second process on the same data directory shares the server of the first.
    """
    placed = replace(settings, data_dir=data_dir(settings))
    if settings.database_url:
        yield placed, None
        return
    with EmbeddedPostgres(data_dir(settings), attach=True) as server:
        yield replace(placed, database_url=server.url(database=DATABASE)), server


async def create_database(superuser_url: str) -> None:
    """Makes the product's database in a fresh cluster; nothing if it is there."""
    connection = await asyncpg.connect(driver_url(superuser_url))
    try:
        await connection.execute(f"create database {DATABASE}")
    except asyncpg.DuplicateDatabaseError:
        pass
    finally:
        await connection.close()
