"""The database's schema: bringing it up to date, and telling whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.db import sqlalchemy_url
from app.grants import SchemaRefused

# Any number: it only has to be the same for every migrator of this product.
MIGRATION_LOCK = 7_395_812_004

ROOT = Path(__file__).parent.parent


def _config(url: str | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("prepend_sys_path", str(ROOT))
    config.set_main_option("path_separator", "os")
    if url is not None:
        full = sqlalchemy_url(url).render_as_string(hide_password=False)
        config.set_main_option("sqlalchemy.url", full.replace("%", "%%"))
    return config


class SchemaTooNew(SchemaRefused):
    """A newer release has migrated this database."""

    def __init__(self, found: str, newest: str) -> None:
        super().__init__(
            f"the database's schema is at {found}, which this release does not know: its newest is "
            f"{newest}.",
            hint="Run the release that migrated it or a newer one; schemas do not go back.",
        )


def migrate(url: str, revision: str = "head") -> None:
    """Schema, role and grants. Safe on every start and from several processes at once. Not from
    within an event loop. Raises `SchemaRefused`."""
    command.upgrade(_config(url), revision)


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()
