"""Bringing the database up to date."""

from app.cli.database import database
from app.cli.output import Json, answer_json, explained, say
from app.cli.upgrade import bring_up_to_date
from app.config import read_settings
from app.db import database_name
from app.schema import newest_revision


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
