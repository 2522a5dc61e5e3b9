"""Alembic's entry: one asynchronous connection, one transaction, one migrator at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from app.grants import apply_grants, as_owner, ensure_role
from app.schema import MIGRATION_LOCK, SchemaTooNew
from app.subscriptions.builds import open_owner_engine
from app.walls import check_walls


def refuse_newer_schema() -> None:
    known = {script.revision for script in context.script.walk_revisions()}
    for revision in context.get_context().get_current_heads():
        if revision not in known:
            raise SchemaTooNew(revision, str(context.get_head_revision()))


def migrate(connection: Connection) -> None:
    """Roles and grants each time, not in the migrations: they are not in a dump."""
    context.configure(connection=connection, transaction_per_migration=False)
    with as_owner(), context.begin_transaction():
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        refuse_newer_schema()
        ensure_role(connection)
        context.run_migrations()
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
