"""`suyuan db dump` and `restore`: what they refuse, and that nothing is left half done."""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from app.cli import client_programs
from app.cli.main import app
from app.db import open_pool
from app.embedded.launcher import EmbeddedPostgres
from app.event_store.store import EventStore
from tests.cli.test_commands import refused, said
from tests.event_store.tally import append, superuser
from tests.migrations.clusters import execute, new_database

Ended = subprocess.CompletedProcess[str]
Here = Callable[..., Ended]


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """A command without a process of its own, on a database that the test names."""

    def run(url: str, *words: str) -> Ended:
        settings = {"DATABASE_URL": url, "SUYUAN_DATA_DIR": str(tmp_path / "home")}
        ended = CliRunner().invoke(app, list(words), env=settings)
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return subprocess.CompletedProcess(words, ended.exit_code, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> str:
    return asyncio.run(new_database(postgres))


@pytest.fixture
def filled(database_url: str) -> str:
    """With two events of one stream."""

    async def fill() -> None:
        pool = await open_pool(database_url, size=2)
        store, tenant_id = EventStore(pool), uuid4()
        await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None)
        await append(store, tenant_id, "tally-a", 0)
        await append(store, tenant_id, "tally-a", 1)
        await store.drain()
        await pool.close()

    asyncio.run(fill())
    return database_url


@pytest.fixture
def dumped(here: Here, filled: str, tmp_path: Path) -> Path:
    file = tmp_path / "suyuan.dump"
    told = said(here(filled, "db", "dump", str(file)))
    assert "2 events" in told
    assert "attachments" in told
    assert "token-secret" in told
    return file


def number_of_tables(url: str) -> int:
    async def count() -> int:
        async with superuser(url) as connection:
            tables: int = await connection.fetchval(
                "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
            )
            return tables

    return asyncio.run(count())


def test_a_dump_is_for_us_alone_and_overwrites_nothing(
    here: Here, filled: str, dumped: Path
) -> None:
    assert dumped.stat().st_mode & 0o777 == 0o600
    dumped.write_text("of yesterday")
    refused(here(filled, "db", "dump", str(dumped)), "is there already", "--force")
    assert dumped.read_text() == "of yesterday"
    told = json.loads(said(here(filled, "db", "dump", str(dumped), "--force", "--json")))
    assert (told["events"], told["bytes"]) == (2, dumped.stat().st_size)
    assert dumped.read_bytes().startswith(b"PGDMP")
    assert [path.name for path in dumped.parent.iterdir() if path.is_file()] == [dumped.name]


def test_a_dump_that_fails_leaves_no_file(here: Here, filled: str, tmp_path: Path) -> None:
    asyncio.run(execute(filled, "create role visitor login"))
    theirs = filled.replace("postgres@", "visitor@")
    try:
        file = tmp_path / "suyuan.sql"
        refused(
            here(theirs, "db", "dump", str(file)), "was not written", "pg_dump", "permission denied"
        )
        assert list(tmp_path.glob("*.sql*")) + list(tmp_path.glob(".suyuan*")) == []
    finally:
        asyncio.run(execute(filled, "drop role visitor"))


def test_what_cannot_be_dumped_is_said_in_a_sentence(
    here: Here, filled: str, empty: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "x.dump")
    refused(here(empty, "db", "dump", file), "nothing of Suyuan in this database")
    refused(here(filled, "db", "dump", str(tmp_path / "no" / "x.dump")), "cannot be written to")
    refused(here(filled, "db", "dump", str(tmp_path)), "is a directory")
    gone = filled.replace("/t_", "/gone_")
    refused(here(gone, "db", "dump", file), "the database does not answer", "gone_")
    none = here("", "db", "dump", file)
    refused(none, "there is no database in", str(tmp_path / "home"))
    assert not (tmp_path / "home" / "postgres").exists()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_dump_replaces_no_device_and_no_link(
    here: Here, filled: str, tmp_path: Path, force: tuple[str, ...]
) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(tmp_path / "elsewhere.dump")
    for special in (pipe, link):
        refused(here(filled, "db", "dump", str(special), *force), "is not a regular file")
    assert pipe.is_fifo()
    assert link.is_symlink()


def test_a_dump_of_something_else_leaves_the_database_empty(
    here: Here, empty: str, tmp_path: Path
) -> None:
    file = tmp_path / "foreign.sql"
    file.write_text("create table public.stock (id int);\n-- PostgreSQL database dump complete\n")
    refused(here(empty, "db", "restore", str(file)), "no tables of Suyuan")
    assert number_of_tables(empty) == 0


def test_a_server_that_is_newer_than_our_programs(
    here: Here, filled: str, dumped: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_programs, "MAJOR_VERSION", "17")
    said = ("the server is PostgreSQL 18", "server's own pg_dump")
    refused(here(filled, "db", "dump", str(dumped), "--force"), *said)
    refused(here(empty, "db", "restore", str(dumped)), *said)
    assert number_of_tables(empty) == 0


def test_only_an_empty_database_is_filled(
    here: Here, filled: str, dumped: Path, empty: str
) -> None:
    refused(here(filled, "db", "restore", str(dumped)), "not empty: it has public.")
    told = json.loads(said(here(empty, "db", "restore", str(dumped), "--json")))
    assert (told["tenants"], told["events"], told["streams"]) == (1, 2, 1)
    refused(here(empty, "db", "restore", str(dumped)), "not empty")


def test_nobody_is_at_work_in_it(here: Here, dumped: Path, empty: str) -> None:
    async def restore_beside(**settings: str) -> Ended:
        async with superuser(empty) as connection:
            for name, value in settings.items():
                await connection.execute(f"set {name} = '{value}'")
            if not settings:
                await connection.execute("select pg_advisory_lock(7395812004)")
            return await asyncio.to_thread(here, empty, "db", "restore", str(dumped))

    refused(asyncio.run(restore_beside(application_name="suyuan")), "Suyuan is at work")
    refused(asyncio.run(restore_beside()), "being migrated or restored by somebody else")
    assert number_of_tables(empty) == 0
    said(here(empty, "db", "restore", str(dumped)))


def test_what_is_not_a_whole_dump_changes_nothing(
    here: Here, filled: str, dumped: Path, empty: str
) -> None:
    script = dumped.with_name("suyuan.sql")
    said(here(filled, "db", "dump", str(script)))
    part = dumped.with_name("part")
    for whole in (dumped, script):
        part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        refused(here(empty, "db", "restore", str(part)))
        assert number_of_tables(empty) == 0
    part.write_text("select 1;")
    refused(here(empty, "db", "restore", str(part)), "not a dump, or not a whole one")
    refused(here(empty, "db", "restore", str(part.with_name("none"))), "cannot be read")
    broken = script.read_text().replace("CREATE POLICY", "create mistake;\nCREATE POLICY", 1)
    part.write_text(broken)
    refused(here(empty, "db", "restore", str(part)), "nothing was restored", "mistake")
    assert number_of_tables(empty) == 0
    said(here(empty, "db", "restore", str(script)))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("update head set position = 3", "1 tenants whose head is not at their last event"),
        ("update stream set version = 1", "1 streams that do not agree"),
        ("delete from stream", "1 streams that do not agree"),
        ("insert into checkpoint select tenant_id, 'x', 9 from head", "1 checkpoints beyond"),
    ],
)
def test_a_dump_that_does_not_agree_with_itself_is_noticed(
    here: Here, filled: str, empty: str, tmp_path: Path, damage: str, named: str
) -> None:
    asyncio.run(execute(filled, damage))
    file = tmp_path / "suyuan.dump"
    said(here(filled, "db", "dump", str(file)))
    refused(here(empty, "db", "restore", str(file)), "does not agree with itself", named)


def test_a_password_is_in_no_list_of_processes() -> None:
    target = client_programs.target(
        "postgresql+asyncpg://me:s%40cret@db:5433/suyuan?sslmode=require"
    )
    assert target.name == "postgresql://me@db:5433/suyuan?sslmode=require"
    assert target.environment["PGPASSWORD"] == "s@cret"


def test_migrate_says_that_the_schema_is_newer(here: Here, filled: str) -> None:
    newer = ("update alembic_version set version_num = '9999'", "delete from schema_compatibility")
    asyncio.run(execute(filled, *newer))
    refused(here(filled, "migrate"), "the database's schema is at 9999", "newer one")
