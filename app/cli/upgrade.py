"""Migrates the database to this release, as the first step of a start."""

import asyncio

from sqlalchemy.exc import DBAPIError

from app.cli.database import create_database
from app.config import Settings
from app.db import LOST, DatabaseUnavailable
from app.projections.catalogue import PROJECTIONS
from app.reactors.catalogue import REACTORS
from app.schema import migrate as migrate_schema
from app.schema import read_schema
from app.subscriptions.builds import ensure_read_models, open_owner_engine
from app.subscriptions.start_positions import ensure_reactors


async def _make_subscriptions(url: str) -> list[str]:
    engine = open_owner_engine(url)
    try:
        async with engine.connect() as connection:
            if (await connection.run_sync(read_schema)).state == "newer":
                return []  # the newer release has made its own, and ours are there
        await ensure_reactors(engine, [reactor.name for reactor in REACTORS])
        return await ensure_read_models(engine, PROJECTIONS)
    finally:
        await engine.dispose()


def bring_up_to_date(
    settings: Settings, superuser_url: str | None, *, beside_newer: bool = True
) -> list[str]:
    """Creates the database if needed, migrates it and makes its read models. Idempotent.

    A newer schema on which this release works is left as it is, and refused without `beside_newer`.
    Returns the read models that were made. Raises `DatabaseUnavailable` and `SchemaRefused`.
    """
    url = settings.database_url or ""
    try:
        if superuser_url is not None:
            asyncio.run(create_database(superuser_url))
        migrate_schema(url, beside_newer=beside_newer)
        return asyncio.run(_make_subscriptions(url))
    except LOST as lost:
        raise DatabaseUnavailable(str(lost) or type(lost).__name__) from lost
    except DBAPIError as error:
        if error.statement is not None:  # it was reached: something else is wrong
            raise
        raise DatabaseUnavailable(str(error.orig)) from error
