"""Restores a dump into an empty database in one transaction, and checks the result."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.client_programs import Program, owner_connection, running, server_major, target
from app.cli.output import fail
from app.db import SESSION_SETTINGS
from app.grants import ensure_role
from app.schema import MIGRATION_LOCK

Report = Callable[[int], None]

_ARCHIVE = b"PGDMP"
_END_OF_SCRIPT = b"PostgreSQL database dump complete"
_TAIL = 4096
_CHUNK = 1 << 20
# pg_dump 17 and later write this setting into every dump; older servers do not know it.
_OF_17 = b"SET transaction_timeout = 0;\n"

_ANY_RELATION = text("""
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind <> 'i'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                  and d.objid = c.oid and d.deptype = 'e')
order by 1 limit 1
""")

_OUR_CONNECTIONS = text("""
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and application_name = :name
""")

# Part of the transaction: what is not a dump of Suyuan leaves the database empty.
_MUST_BE_OURS = b"""
do $$ begin
    if to_regclass('public.event') is null or to_regclass('public.head') is null then
        raise exception 'the file has no tables of Suyuan';
    end if;
end $$;
"""

# Whether the parts of the log agree with each other, over all tenants.
_CHECK = text("""
with last as (
    select tenant_id, stream_id, count(*) as events, max(version) as version,
           max(position) as position
    from event group by tenant_id, stream_id
), log as (
    select tenant_id, sum(events) as events, max(position) as position from last group by tenant_id
)
select (select count(*) from head) as tenants,
       (select coalesce(sum(events), 0) from log)::bigint as events,
       (select count(*) from last) as streams,
       (select count(*) from head h full join log l using (tenant_id)
        where coalesce(l.position, 0) is distinct from h.position
           or coalesce(l.events, 0) is distinct from h.position) as wrong_heads,
       (select count(*) from stream s full join last l using (tenant_id, stream_id)
        where l.version is distinct from s.version or l.events is distinct from s.version
       ) as wrong_streams,
       (select count(*) from checkpoint c left join head h using (tenant_id)
        where c.position > coalesce(h.position, 0)) as wrong_checkpoints
""")


@dataclass(frozen=True, slots=True)
class Restored:
    tenants: int
    events: int
    streams: int
    wrong: tuple[str, ...]


async def restore(url: str, file: Path, report: Report) -> None:
    """In one transaction. `report` gets the number of bytes of SQL sent."""
    async with owner_connection(url) as connection:
        major = await server_major(connection)
        await _refuse_unless_empty(connection)
        await connection.run_sync(ensure_role)  # an operator's own dump may grant it something
        await connection.commit()  # the lock is of the session and stays
        arguments = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        async with (
            running("psql", *arguments, "--file=-", where=target(url), takes_input=True) as psql,
            _script(file) as script,
        ):
            await _feed(psql, script, report, drop=_OF_17 if major < 17 else b"")


async def _refuse_unless_empty(connection: AsyncConnection) -> None:
    """Takes the migration lock too, for the rest of the session."""
    lock = text("select pg_try_advisory_lock(:key)")
    if not (await connection.execute(lock, {"key": MIGRATION_LOCK})).scalar_one():
        raise fail("the database is being migrated or restored by somebody else at this moment")
    if relation := (await connection.execute(_ANY_RELATION)).scalar():
        raise fail(
            f"the database is not empty: it has {relation}",
            "A dump is restored into an empty database: another SUYUAN_DATA_DIR, or a new one in "
            "DATABASE_URL.",
        )
    name = {"name": SESSION_SETTINGS["application_name"]}
    if number := (await connection.execute(_OUR_CONNECTIONS, name)).scalar_one():
        raise fail(f"Suyuan is at work in this database, with {number} connections", "Stop it.")


def check_file(file: Path) -> None:
    """Raises `typer.Exit` where the file is not a complete dump."""
    try:
        with file.open("rb") as opened:
            is_archive = opened.read(len(_ARCHIVE)) == _ARCHIVE
            opened.seek(max(0, file.stat().st_size - _TAIL))
            is_script = _END_OF_SCRIPT in opened.read()
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}") from error
    if not (is_archive or is_script):
        raise fail(
            f"{file} is not a dump, or not a whole one",
            "It is made by `suyuan db dump`, or by pg_dump in its plain or custom format.",
        )


class _Script:
    """SQL in chunks, from a file or from pg_restore."""

    def __init__(self, read: Callable[[], Any], program: Program | None) -> None:
        self.read = read
        self.program = program


@asynccontextmanager
async def _script(file: Path) -> AsyncIterator[_Script]:
    with file.open("rb") as opened:
        if opened.read(len(_ARCHIVE)) != _ARCHIVE:
            opened.seek(0)
            yield _Script(lambda: asyncio.to_thread(opened.read, _CHUNK), None)
            return
    arguments = ("--no-owner", "--no-privileges", "--file=-", str(file))
    async with running("pg_restore", *arguments, gives_output=True) as program:
        output = program.process.stdout
        assert output is not None  # noqa: S101 (see `running`)
        yield _Script(lambda: output.read(_CHUNK), program)


async def _feed(psql: Program, script: _Script, report: Report, *, drop: bytes) -> None:
    """psql commits at the end of its input, so that is sent only after every step succeeded."""
    fed = 0
    head = b""
    while piece := await script.read():
        if fed == 0 and len(head := head + piece) < _TAIL:
            continue  # pg_restore begins with small chunks; `drop` is in them
        piece = piece if fed else head.replace(drop, b"", 1)
        fed += len(piece)
        if not await _write(psql.process, piece):
            break
        report(fed)
    else:
        if script.program is not None:
            await script.program.until_done()
        if fed == 0:
            await _write(psql.process, head.replace(drop, b"", 1))
        if await _write(psql.process, _MUST_BE_OURS):
            assert psql.process.stdin is not None  # noqa: S101 (see `running`)
            psql.process.stdin.close()
    await psql.until_done()


async def _write(process: Process, piece: bytes) -> bool:
    """False when psql has exited: its error says why."""
    assert process.stdin is not None  # noqa: S101 (see `running`)
    try:
        process.stdin.write(piece)
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


async def check(url: str) -> Restored:
    """Runs ANALYZE too: a dump has no planner statistics."""
    async with owner_connection(url) as connection:
        await connection.execute(text("set local statement_timeout = 0"))
        await connection.execute(text("analyze"))
        row = (await connection.execute(_CHECK)).one()
        await connection.commit()
    wrong = {
        "tenants whose head is not at their last event": row.wrong_heads,
        "streams that do not agree with their events": row.wrong_streams,
        "checkpoints beyond the log": row.wrong_checkpoints,
    }
    return Restored(
        tenants=row.tenants,
        events=row.events,
        streams=row.streams,
        wrong=tuple(f"{number} {what}" for what, number in wrong.items() if number),
    )
