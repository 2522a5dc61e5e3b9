"""`suyuan migrate`."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli.database import database
from app.cli.output import Json, print_json, say, with_error_messages
from app.cli.upgrade import bring_up_to_date
from app.config import read_settings
from app.database_url import database_name
from app.schema import Schema, find_schema


@with_error_messages
def migrate(
    json: Json = False,  # noqa: FBT002
    distribute: Annotated[  # noqa: FBT002
        bool, typer.Option(help="Over the nodes of a Citus cluster: ops/citus/README.md.")
    ] = False,
) -> None:
    """Bring the schema up to date. Safe to run on every start."""
    with database(read_settings()) as (settings, server):
        made = bring_up_to_date(
            settings, server.superuser_url if server else None, over_nodes=distribute
        )
        where = database_name(settings.database_url or "")
        found = asyncio.run(find_schema(settings.database_url or ""))
    if json:
        print_json(
            {
                "database": where,
                "revision": found.revision,
                "state": found.state,
                "read_models_made": made.read_models,
                "distributed": made.distributed,
            }
        )
    else:
        say(f"{where} is at {found.revision}{_newer(found)}{_made(made.read_models)}")
        if distribute:
            number = len(made.distributed)
            say(f"distributed {number} tables" if number else "everything was distributed before")


def _newer(found: Schema) -> str:
    by = f", migrated by {found.migrated_by}; nothing was changed, this release works on it"
    return by if found.state == "newer" else ""


def _made(names: Sequence[str]) -> str:
    return f"; made {', '.join(names)}" if names else ""
