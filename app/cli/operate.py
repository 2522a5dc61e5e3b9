"""`suyuan migrate`."""

from app.cli.database import database
from app.cli.output import Json, print_json, say, with_error_messages
from app.cli.upgrade import bring_up_to_date
from app.config import read_settings
from app.database_url import database_name
from app.schema import newest_revision


@with_error_messages
def migrate(json: Json = False) -> None:  # noqa: FBT002
    """Bring the schema up to date. Safe to run on every start."""
    with database(read_settings()) as (settings, server):
        made = bring_up_to_date(settings, server.superuser_url if server else None)
        where = database_name(settings.database_url or "")
    if json:
        print_json({"database": where, "revision": newest_revision(), "read_models_made": made})
    else:
        say(f"{where} is at {newest_revision()}" + (f"; made {', '.join(made)}" if made else ""))
