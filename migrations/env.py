"""Alembic's entry: one asynchronous connection, one transaction, one migrator at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from app.build import build_version
from app.grants import apply_grants, as_owner, ensure_role
from app.schema import MIGRATION_LOCK, Schema, SchemaTooNew, compatible_since, read_schema
from app.subscriptions.builds import open_owner_engine
from app.walls import check_walls

WRITE_COMPATIBILITY = text("""
insert into schema_compatibility (since, migrated_by) values (:since, :build)
on conflict (only_row) do update set since = excluded.since, migrated_by = excluded.migrated_by
where (schema_compatibility.since, schema_compatibility.migrated_by)
      is distinct from (excluded.since, excluded.migrated_by)
""")


def found_schema(connection: Connection) -> Schema:
    """Of an empty database too."""
    return read_schema(connection) if context.get_context().get_current_heads() else Schema(None)


def leave_newer_schema(connection: Connection) -> bool:
    """Whether a newer release has migrated this database and this code works on it: then nothing is
    changed, grants included. Raises `SchemaTooNew`."""
    found = found_schema(connection)
    beside_newer = context.config.attributes.get("beside_newer", True)
    if found.state == "incompatible" or (found.state == "newer" and not beside_newer):
        raise SchemaTooNew(found)
    return found.state == "newer"


def write_compatibility(connection: Connection) -> None:
    has = "select to_regclass('public.schema_compatibility') is not null"
    if connection.execute(text(has)).scalar():
        (revision,) = context.get_context().get_current_heads()
        since = compatible_since(context.script, revision)
        connection.execute(WRITE_COMPATIBILITY, {"since": since, "build": build_version()})


def migrate(connection: Connection) -> None:
    """Roles and grants each time, not in the migrations: they are not in a dump."""
    context.configure(connection=connection, transaction_per_migration=False)
    with as_owner(), context.begin_transaction():
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        if leave_newer_schema(connection):
            return
        ensure_role(connection)
        context.run_migrations()
        write_compatibility(connection)
        apply_grants(connection)
        if context.get_revision_argument() == context.get_head_revision():
            check_walls(connection)


async def connect_and_migrate(url: str) -> None:
    engine = open_owner_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


url = context.config.get_main_option("sqlalchemy.url")
if url is None:
    raise SystemExit("migrations are run by `suyuan migrate`, which knows the database's URL")
asyncio.run(connect_and_migrate(url))
