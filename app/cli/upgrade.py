"""Migrates the database to this release, as the first step of a start."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.cli.database import create_database
from app.config import Settings
from app.db import LOST, DatabaseUnavailable
from app.distribution.cluster import distribute, is_distributed
from app.projections.catalogue import PROJECTIONS
from app.reactors.catalogue import REACTORS
from app.schema import MIGRATION_LOCK, read_schema
from app.schema import migrate as migrate_schema
from app.subscriptions.builds import ensure_read_models, open_owner_engine
from app.subscriptions.start_positions import ensure_reactors


@dataclass(frozen=True, slots=True)
class Made:
    """Read models that are new, and tables that were distributed over the nodes of a cluster."""

    read_models: list[str]
    distributed: list[str]


async def _make_subscriptions(url: str, *, over_nodes: bool) -> Made:
    engine = open_owner_engine(url)
    try:
        async with engine.connect() as connection:
            if (await connection.run_sync(read_schema)).state == "newer":
                return Made([], [])  # the newer release has made its own, and ours are there
        await ensure_reactors(engine, [reactor.name for reactor in REACTORS])
        made = await ensure_read_models(engine, PROJECTIONS)
        async with engine.begin() as connection:
            return Made(made, await connection.run_sync(_distribute, over_nodes=over_nodes))
    finally:
        await engine.dispose()


def _distribute(connection: Connection, *, over_nodes: bool) -> list[str]:
    """What a release adds to a distributed installation is distributed too."""
    if not over_nodes and not is_distributed(connection):
        return []
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    return distribute(connection)


def bring_up_to_date(
    settings: Settings,
    superuser_url: str | None,
    *,
    beside_newer: bool = True,
    over_nodes: bool = False,
) -> Made:
    """Creates the database if needed, migrates it and makes its read models. Idempotent.

    A newer schema on which this release works is left as it is, and refused without `beside_newer`.
    `over_nodes` distributes the installation over the nodes of its cluster.
    Raises `DatabaseUnavailable` and `SchemaRefused`.
    """
    url = settings.database_url or ""
    try:
        if superuser_url is not None:
            asyncio.run(create_database(superuser_url))
        migrate_schema(url, beside_newer=beside_newer)
        return asyncio.run(_make_subscriptions(url, over_nodes=over_nodes))
    except LOST as lost:
        raise DatabaseUnavailable(str(lost) or type(lost).__name__) from lost
    except DBAPIError as error:
        if error.statement is not None:  # it was reached: something else is wrong
            raise
        raise DatabaseUnavailable(str(error.orig)) from error
