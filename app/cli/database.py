"""The database of a command: `DATABASE_URL`, or else the embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg

from app.config import BadSetting, Settings
from app.database_url import driver_url
from app.db import Connector
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.paths import default_data_dir, make_directory

DATABASE = "suyuan"


def data_dir(settings: Settings) -> Path:
    """Created if missing, with modes that let the embedded server's account in, also under root."""
    directory = settings.data_dir or default_data_dir()
    make_directory(directory)
    return directory


@contextmanager
def database(settings: Settings) -> Iterator[tuple[Settings, EmbeddedPostgres | None]]:
    """The settings with the `database_url` of a running server, and the server if it is embedded.

    Processes on the same data directory share one embedded server.
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
        driver_url(url)
    except ValueError as error:
        raise BadSetting(
            "DATABASE_URL is written postgresql://user:password@host:5432/database, with several "
            f"servers postgresql://user:password@h1:5432,h2:5432/database ({error})"
        ) from error


async def create_database(superuser_url: str) -> None:
    """Idempotent, also when another process creates it at the same time."""
    connection = await Connector(superuser_url).as_owner()
    try:
        await connection.execute(f"create database {DATABASE}")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        pass
    finally:
        await connection.close()
