"""The database: its schema, and where it is."""

from typing import Annotated

import typer

from app.cli import backups
from app.cli.database import database
from app.cli.output import Json, answer_json, explained, say
from app.cli.upgrade import bring_up_to_date
from app.config import read_settings
from app.db import database_name
from app.schema import newest_revision

db = typer.Typer(help="The database.", no_args_is_help=True)
db.command("dump")(backups.dump)
db.command("restore")(backups.restore)


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
