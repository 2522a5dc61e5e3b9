"""The database's schema: bringing it up to date, and telling whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.db import sqlalchemy_url

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


def migrate(url: str) -> None:
    """Safe on every start and from several processes at once. Not from within an event loop."""
    command.upgrade(_config(url), "head")


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()
