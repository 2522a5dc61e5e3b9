"""Where the database is."""

from typing import Annotated

import typer

from app.cli.database import database
from app.cli.output import Json, print_json, say, with_error_messages
from app.config import read_settings


@with_error_messages
def url(
    json: Json = False,  # noqa: FBT002
    wait: Annotated[bool, typer.Option(help="Keep the server running until Enter.")] = False,  # noqa: FBT002
) -> None:
    """A superuser URL of the embedded database. It answers while something uses the database:
    `suyuan serve`, or this command with --wait."""
    with database(read_settings()) as (settings, server):
        superuser = settings.database_url if server is None else server.url(database="suyuan")
        if json:
            print_json({"url": superuser})
        else:
            say(str(superuser))
        if wait:
            typer.prompt("Enter ends it", default="", show_default=False, err=True)
