"""Which database a command works on: the one of `DATABASE_URL`, else the embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.config import BadSetting, Settings
from app.db import driver_url
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.paths import default_data_dir, make_directory

DATABASE = "suyuan"


def data_dir(settings: Settings) -> Path:
    """Made if it is not there, so that root's is open to the account that PostgreSQL runs as."""
    directory = settings.data_dir or default_data_dir()
    make_directory(directory)
    return directory


@contextmanager
def database(settings: Settings) -> Iterator[tuple[Settings, EmbeddedPostgres | None]]:
    """The settings with a `database_url` that answers, and the embedded server where that is it.

    A second process on the same data directory shares the server of the first.
    """
    placed = replace(settings, data_dir=data_dir(settings))
    if settings.database_url:
        _check_url(settings.database_url)
        yield placed, None
        return
    with EmbeddedPostgres(data_dir(settings), attach=True) as server:
        yield replace(placed, database_url=server.url(database=DATABASE)), server


def _check_url(url: str) -> None:
    try:
        is_ours = make_url(url).get_backend_name() == "postgresql"
    except ArgumentError:
        is_ours = False
    if not is_ours:
        raise BadSetting("DATABASE_URL is written postgresql://user:password@host:5432/database")


async def create_database(superuser_url: str) -> None:
    """Makes the product's database in a fresh cluster; nothing if it is there, or is made by
    another process at the same moment."""
    connection = await asyncpg.connect(driver_url(superuser_url))
    try:
        await connection.execute(f"create database {DATABASE}")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        pass
    finally:
        await connection.close()
