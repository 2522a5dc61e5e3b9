"""Migrates the database's schema, and knows its newest revision."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import app
from app.database_url import driver_url
from app.grants import SchemaRefused

# Arbitrary, but the same for every migrator of this product.
MIGRATION_LOCK = 7_395_812_004


def _scripts() -> Path:
    """Inside the package in a wheel, next to it in a checkout."""
    package = Path(*app.__path__)
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def _make_importable(scripts: Path) -> None:
    """The scripts import each other from a package `migrations`, wherever the directory is."""
    if "migrations" in sys.modules:
        return
    spec = spec_from_file_location("migrations", scripts / "__init__.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"no migrations in {scripts}")
    sys.modules["migrations"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


def _config(url: str | None = None) -> Config:
    scripts = _scripts()
    _make_importable(scripts)
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if url is not None:
        config.set_main_option("sqlalchemy.url", driver_url(url).replace("%", "%%"))
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
    """Schema, role and grants. Safe on every start and from several processes at once; must not run
    inside an event loop. Raises `SchemaRefused`."""
    command.upgrade(_config(url), revision)


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()
