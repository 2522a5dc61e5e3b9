"""The database: its schema, and where it is."""

import asyncio
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from app.cli.database import create_database, database
from app.cli.output import Json, answer_json, explained, say
from app.config import Settings, read_settings
from app.db import LOST, DatabaseUnavailable, database_name
from app.projections.catalogue import PROJECTIONS
from app.reactors.catalogue import REACTORS
from app.schema import migrate as migrate_schema
from app.schema import newest_revision
from app.subscriptions.builds import ensure_read_models, open_owner_engine
from app.subscriptions.start_positions import ensure_reactors

db = typer.Typer(help="The database.", no_args_is_help=True)


async def _make_subscriptions(url: str) -> list[str]:
    engine = open_owner_engine(url)
    try:
        await ensure_reactors(engine, [reactor.name for reactor in REACTORS])
        return await ensure_read_models(engine, PROJECTIONS)
    finally:
        await engine.dispose()


def bring_up_to_date(settings: Settings, superuser_url: str | None) -> list[str]:
    """The database, its schema and the tables of its read models. Safe on every start.

    Raises `DatabaseUnavailable` where none can be reached.
    """
    url = settings.database_url or ""
    try:
        if superuser_url is not None:
            asyncio.run(create_database(superuser_url))
        migrate_schema(url)
        return asyncio.run(_make_subscriptions(url))
    except LOST as lost:
        raise DatabaseUnavailable(str(lost) or type(lost).__name__) from lost
    except DBAPIError as error:
        if error.statement is not None:  # it was reached, and something else is wrong
            raise
        raise DatabaseUnavailable(str(error.orig)) from error


@explained
def migrate(json: Json = False) -> None:  # noqa: FBT002
    """Bring the schema up to date. Safe to run on every start."""
    with database(read_settings()) as (settings, server):
        made = bring_up_to_date(settings, server.superuser_url if server else None)
        where = database_name(settings.database_url or "")
    if json:
        answer_json({"database": where, "revision": newest_revision(), "read_models_made": made})
    else:
        say(f"{where} is at {newest_revision()}" + (f"; made {', '.join(made)}" if made else ""))


@db.command("url")
@explained
def url(
    json: Json = False,  # noqa: FBT002
    wait: Annotated[bool, typer.Option(help="Keep the server running until Enter.")] = False,  # noqa: FBT002
) -> None:
    """A superuser URL of the embedded database. It answers while something uses the database:
    `suyuan serve`, or this command with --wait."""
    with database(read_settings()) as (settings, server):
        superuser = settings.database_url if server is None else server.url(database="suyuan")
        if json:
            answer_json({"url": superuser})
        else:
            say(str(superuser))
        if wait:
            typer.prompt("Enter ends it", default="", show_default=False, err=True)
