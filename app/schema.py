"""Migrates the database's schema, and knows whether this code works on the schema that it finds.

A migration says with `compatible_since` which revision's code still works on what it makes. Without
it only code that knows the migration does: then a release begins that is not run beside older ones.
"""

import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Literal

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import app
from app.build import build_version
from app.database_url import driver_url
from app.db import LOST, Connector
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


State = Literal["ok", "newer", "pending", "incompatible"]
"""`newer`: of a later release, and this code works on it. `incompatible`: it does not."""

_HAS_COMPATIBILITY = "select to_regclass('public.schema_compatibility') is not null"
_COMPATIBILITY = "select since, migrated_by from schema_compatibility"
_REVISION = "select version_num from alembic_version"


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database says of its schema. `since` and `migrated_by` are absent in one that is older
    than they are."""

    revision: str | None
    since: str | None = None
    migrated_by: str | None = None

    @property
    def state(self) -> State:
        known = known_revisions()
        if self.revision is None or self.revision in known:
            return "ok" if self.revision == known[-1] else "pending"
        return "newer" if self.since in known else "incompatible"


class SchemaTooNew(SchemaRefused):
    """A newer release has migrated this database, and this code does not work on it."""

    def __init__(self, found: Schema) -> None:
        by = f" by {found.migrated_by}" if found.migrated_by else ""
        super().__init__(
            f"the database's schema is at {found.revision}{by}, which this release "
            f"({build_version()}) does not know: its newest is {known_revisions()[-1]}.",
            hint="Run the release that migrated it or a newer one; schemas do not go back.",
        )


def migrate(url: str, revision: str = "head", *, beside_newer: bool = True) -> None:
    """Schema, role and grants. Safe on every start and from several processes at once; must not run
    inside an event loop. Raises `SchemaRefused`.

    A newer schema on which this code works is left as it is, and refused without `beside_newer`.
    """
    config = _config(url)
    config.attributes["beside_newer"] = beside_newer
    command.upgrade(config, revision)


@cache
def known_revisions() -> tuple[str, ...]:
    """From the first to the newest."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def newest_revision() -> str:
    return known_revisions()[-1]


def compatible_since(scripts: ScriptDirectory, revision: str) -> str:
    """The oldest revision whose code works on the schema of `revision`."""
    chain = [*reversed(list(scripts.iterate_revisions(revision, "base")))]
    order = [script.revision for script in chain]
    said = [getattr(script.module, "compatible_since", script.revision) for script in chain]
    return max(said, key=order.index)


def read_schema(connection: Connection) -> Schema:
    """Raises what the driver raises where there is no schema at all."""
    revision = connection.execute(text(_REVISION)).scalar()
    if not connection.execute(text(_HAS_COMPATIBILITY)).scalar():
        return Schema(revision)
    row = connection.execute(text(_COMPATIBILITY)).first()
    return Schema(revision, row.since, row.migrated_by) if row else Schema(revision)


async def find_schema(url: str) -> Schema:
    """Raises what the driver raises."""
    connection = await Connector(url)(command_timeout=10)
    try:
        revision = await connection.fetchval(_REVISION)
        if not await connection.fetchval(_HAS_COMPATIBILITY):
            return Schema(revision)
        return Schema(revision, *(await connection.fetchrow(_COMPATIBILITY) or ()))
    finally:
        connection.terminate()


async def refuse_incompatible(url: str) -> None:
    """Raises `SchemaTooNew`. Whatever else is wrong, readiness tells of it."""
    try:
        found = await find_schema(url)
    except (*LOST, asyncpg.PostgresError, ValueError):
        return
    if found.state == "incompatible":
        raise SchemaTooNew(found)
