"""`suyuan db dump` and `suyuan db restore`."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import FileSizeColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.cli import dumping, restoring
from app.cli.client_programs import ProgramFailed
from app.cli.database import create_database, data_dir, database
from app.cli.output import Json, fail, print_json, say, with_error_messages
from app.cli.upgrade import bring_up_to_date
from app.config import Settings, read_settings
from app.database_url import database_name
from app.embedded.paths import Layout
from app.schema import newest_revision

DumpFile = Annotated[
    Path, typer.Argument(help="NAME.sql: plain SQL; any other: pg_dump's custom format.")
]
RestoreFile = Annotated[Path, typer.Argument(help="A file of `suyuan db dump` or of pg_dump.")]
DatabaseUrl = Annotated[
    str | None, typer.Option(help="Default: DATABASE_URL, else the embedded database.")
]


def _settings(database_url: str | None) -> Settings:
    settings = read_settings()
    return replace(settings, database_url=database_url) if database_url else settings


@contextmanager
def _progress(what: str, *, json: bool) -> Iterator[Any]:
    """On standard error: standard output is for the result."""
    console = Console(stderr=True)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        FileSizeColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=json or not console.is_terminal,
    )
    task = bar.add_task(what, total=None)
    with bar:
        yield lambda size, now="": bar.update(
            task, completed=size, description=f"{what} {now}".rstrip()
        )


def _not_included(settings: Settings) -> list[str]:
    """What belongs to a backup and is not in the database."""
    home = settings.data_dir
    kept = [settings.attachments_url or f"{home}/attachments"]
    kept += [f"{home}/admin-key"] if settings.admin_key is None else []
    kept += [f"{home}/token-secret"] if settings.token_secret is None else []
    return kept


@with_error_messages
def dump(
    file: DumpFile,
    force: Annotated[bool, typer.Option(help="Overwrite the file.")] = False,  # noqa: FBT002
    database_url: DatabaseUrl = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Write the database to a file, as it is at this instant. Everything may go on meanwhile."""
    configured = _settings(database_url)
    if not configured.database_url and not Layout(data_dir(configured)).cluster.is_dir():
        raise fail(f"there is no database in {data_dir(configured)}", "Set SUYUAN_DATA_DIR.")
    dumping.refuse_to_overwrite(file, force=force)
    with database(configured) as (settings, _server), _progress("dump", json=json) as update:
        url = settings.database_url or ""
        try:
            made = asyncio.run(
                dumping.dump(url, file, force=force, report=lambda now, size: update(size, now))
            )
        except ProgramFailed as error:
            raise fail(f"{file} was not written. {error}") from error
    not_included = _not_included(settings)
    if json:
        print_json(
            {
                "file": str(file),
                "bytes": made.bytes,
                "events": made.events,
                "not_included": not_included,
            }
        )
    else:
        say(f"{file}: {decimal(made.bytes)}, {made.events} events")
        say(f"Not in it, and to be kept beside it: {', '.join(not_included)}")


@with_error_messages
def restore(file: RestoreFile, database_url: DatabaseUrl = None, json: Json = False) -> None:  # noqa: FBT002
    """Fill an empty database from a dump, whole or not at all, and bring it up to date."""
    restoring.check_file(file)
    with database(_settings(database_url)) as (settings, server):
        url = settings.database_url or ""
        if server is not None:
            asyncio.run(create_database(server.superuser_url))
        with _progress("restore", json=json) as update:
            try:
                asyncio.run(restoring.restore(url, file, update))
            except ProgramFailed as error:
                raise fail(f"nothing was restored. {error}") from error
        # A dump has no grants, and only the release that knows the schema can give them.
        bring_up_to_date(settings, None, beside_newer=False)
        restored = asyncio.run(restoring.check(url))
        where = database_name(url)
    if restored.wrong:
        raise fail(
            f"{file} was restored, but does not agree with itself: {'; '.join(restored.wrong)}"
        )
    if json:
        print_json(
            {
                "database": where,
                "revision": newest_revision(),
                "tenants": restored.tenants,
                "events": restored.events,
                "streams": restored.streams,
            }
        )
    else:
        say(
            f"{where} is at {newest_revision()}: {restored.tenants} tenants, {restored.events} "
            f"events in {restored.streams} streams; heads, streams and checkpoints agree"
        )
        say("Attachments and keys are restored beside it: docs/restore.md")
