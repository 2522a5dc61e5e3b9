"""Dumps the database to a file that is complete, or not there."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.client_programs import Program, owner_connection, running, server_major, target
from app.cli.output import fail

Report = Callable[[str, int], None]
_TICK = 0.25

_IS_OURS = text("select to_regclass('public.event') is not null")
_EVENTS = text("select count(*) from event")
# The transaction is idle while pg_dump works, for as long as that takes.
_NO_IDLE_TIMEOUT = "set local idle_in_transaction_session_timeout = 0"


@dataclass(frozen=True, slots=True)
class Dumped:
    bytes: int
    events: int


def is_plain(file: Path) -> bool:
    return file.suffix == ".sql"


async def dump(url: str, file: Path, *, force: bool, report: Report) -> Dumped:
    """Dump and number of events are of one snapshot.

    `report` gets the table that is being written and the size of the file.
    """
    async with owner_connection(url) as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        await server_major(connection)
        if not (await connection.execute(_IS_OURS)).scalar_one():
            raise fail("there is nothing of Suyuan in this database")
        await connection.execute(text(_NO_IDLE_TIMEOUT))
        snapshot = (await connection.execute(text("select pg_export_snapshot()"))).scalar_one()
        with _draft_of(file, force=force) as draft:
            await _write(url, draft, snapshot, plain=is_plain(file), report=report)
            events = await _count(connection)
            size = draft.stat().st_size
        return Dumped(bytes=size, events=events)


async def _count(connection: AsyncConnection) -> int:
    await connection.execute(text("set local statement_timeout = 0"))
    events: int = (await connection.execute(_EVENTS)).scalar_one()
    return events


async def _write(url: str, draft: Path, snapshot: str, *, plain: bool, report: Report) -> None:
    # psql would fail on grants to roles that are missing; pg_restore can skip grants, so an archive
    # keeps them.
    as_script = ("--format=plain", "--no-owner", "--no-privileges")
    options = as_script if plain else ("--format=custom",)
    table = ["beginning"]

    def on_line(line: str) -> None:
        if " dumping contents of table " in line:
            table[0] = line.rpartition(".")[2].strip('"')

    arguments = (*options, f"--snapshot={snapshot}", f"--file={draft}", "--verbose")
    async with running("pg_dump", *arguments, where=target(url), on_line=on_line) as program:
        await _wait_and_report(program, lambda: report(table[0], draft.stat().st_size))


async def _wait_and_report(program: Program, report: Callable[[], None]) -> None:
    done = asyncio.create_task(program.until_done())
    try:
        while not done.done():
            await asyncio.wait({done}, timeout=_TICK)
            report()
        await done
    finally:
        done.cancel()


@contextmanager
def _draft_of(file: Path, *, force: bool) -> Iterator[Path]:
    """A private file in the same directory, renamed when it is complete."""
    refuse_to_overwrite(file, force=force)
    try:
        descriptor, name = tempfile.mkstemp(
            prefix=f".{file.name}.", suffix=".part", dir=file.parent
        )
        os.close(descriptor)
    except OSError as error:
        raise fail(f"{file.parent} cannot be written to: {error.strerror}") from error
    draft = Path(name)
    try:
        yield draft
        _sync(draft)
        refuse_to_overwrite(file, force=force)
        draft.rename(file)
        _sync(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def refuse_to_overwrite(file: Path, *, force: bool) -> None:
    """The dump takes the place of the file, so not even `force` may name a device or a link."""
    if file.is_dir():
        raise fail(f"{file} is a directory", "Name the file that is to be written.")
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise fail(f"{file} is not a regular file", "Name the file that is to be written.")
    if file.exists() and not force:
        raise fail(f"{file} is there already", "Name another file, or overwrite it with --force.")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot flush a directory
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
