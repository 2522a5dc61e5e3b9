"""Runs pg_dump, pg_restore and psql against any server."""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.output import fail
from app.database_url import without_password
from app.db import LOST, DatabaseUnavailable
from app.embedded.binaries import MAJOR_VERSION, binaries
from app.subscriptions.builds import open_owner_engine

# Not passed on; the other variables that libpq reads apply to our driver too.
_IGNORED = ("PGOPTIONS", "PGCLIENTENCODING", "PGAPPNAME", "PGDATABASE", "PGSERVICE")


class ProgramFailed(Exception):
    """A program exited with an error; the message is the end of its output."""

    def __init__(self, program: str, output: str) -> None:
        super().__init__(f"{program}: {output or 'it printed nothing'}")


@dataclass(frozen=True, slots=True)
class Target:
    """A database as the programs take it: the password goes into the environment, because arguments
    show in the list of processes."""

    name: str
    environment: dict[str, str]


def target(url: str) -> Target:
    bare, password = without_password(url)
    kept = {name: value for name, value in os.environ.items() if name not in _IGNORED}
    kept |= {"LC_ALL": "C", "PGAPPNAME": "suyuan db"}
    if password is not None:
        kept["PGPASSWORD"] = password
    return Target(bare, kept)


class Program:
    """A running program, and the last lines of its standard error."""

    def __init__(self, name: str, process: Process, on_line: Callable[[str], None] | None) -> None:
        self.name = name
        self.process = process
        self._last_lines: deque[str] = deque(maxlen=5)
        self._reading = asyncio.create_task(self._read_lines(on_line))

    async def _read_lines(self, on_line: Callable[[str], None] | None) -> None:
        assert self.process.stderr is not None  # noqa: S101 (see `running`)
        async for raw in self.process.stderr:
            line = raw.decode(errors="replace").rstrip()
            if on_line is not None:
                on_line(line)
            self._last_lines.append(line)

    async def ended(self) -> bool:
        code = await self.process.wait()
        await self._reading
        return code == 0

    def failure(self) -> ProgramFailed:
        return ProgramFailed(self.name, "\n  ".join(self._last_lines))

    async def until_done(self) -> None:
        """Raises `ProgramFailed`."""
        if not await self.ended():
            raise self.failure()

    async def kill(self) -> None:
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        await self.ended()


@asynccontextmanager
async def running(
    name: str,
    *arguments: str,
    where: Target | None = None,
    on_line: Callable[[str], None] | None = None,
    takes_input: bool = False,
    gives_output: bool = False,
) -> AsyncIterator[Program]:
    """One of the bundled programs; it is killed at the end of the block."""
    of_database = [] if where is None else [f"--dbname={where.name}", "--no-password"]
    process = await asyncio.create_subprocess_exec(
        str(binaries() / name),
        *arguments,
        *of_database,
        env=None if where is None else where.environment,
        stdin=PIPE if takes_input else DEVNULL,
        stdout=PIPE if gives_output else DEVNULL,
        stderr=PIPE,
    )
    program = Program(name, process, on_line)
    try:
        yield program
    finally:
        await program.kill()


@asynccontextmanager
async def owner_connection(url: str) -> AsyncIterator[AsyncConnection]:
    """As the user of the URL, not as the application. Raises `DatabaseUnavailable`."""
    engine = open_owner_engine(url)
    try:
        try:
            connection = await engine.connect()
        except (*LOST, DBAPIError) as lost:
            raise DatabaseUnavailable(str(getattr(lost, "orig", None) or lost)) from lost
        try:
            yield connection
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def server_major(connection: AsyncConnection) -> int:
    """Raises `typer.Exit` where our programs are older than the server."""
    setting = text("select current_setting('server_version_num')::int / 10000")
    major: int = (await connection.execute(setting)).scalar_one()
    if major > int(MAJOR_VERSION):
        raise fail(
            f"the server is PostgreSQL {major}; the pg_dump that Suyuan brings is {MAJOR_VERSION}",
            "Use the server's own pg_dump and psql, then `suyuan migrate`: docs/restore.md",
        )
    return major
