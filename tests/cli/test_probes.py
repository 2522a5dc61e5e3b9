"""The port of a worker, and how a release answers on a schema that is not its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.bootstrap import open_services
from app.cli.probes import AT_ONCE, HEADER_LIMIT, open_probes
from app.config import Settings
from app.database_url import driver_url
from app.schema import newest_revision
from tests.cli.test_commands import refused, run
from tests.running import ADMIN_KEY

HERE = "127.0.0.1"
NEWER = "update alembic_version set version_num = '9999'"


@pytest.fixture
async def port(database_url: str, tmp_path: Path) -> AsyncIterator[int]:
    settings = Settings(database_url=database_url, data_dir=tmp_path, admin_key=ADMIN_KEY)
    async with open_services(settings) as services, open_probes(services, HERE, 0) as opened:
        yield opened


async def sent(port: int, data: bytes) -> bytes:
    """What comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection(HERE, port)
    try:
        writer.write(data)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def executed(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(driver_url(url))
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def test_it_answers_probes_and_nothing_else(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://{HERE}:{port}") as client:
        assert (await client.get("/healthz?x=1")).json() == {"status": "ok"}
        head = await client.head("/healthz")
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "15")
        waiting = await client.get("/readyz")
        assert waiting.status_code == 503
        assert waiting.json()["checks"] == {
            "database": "ok",
            "migrations": "ok",
            "worker": "silent",
            "clock": "ok",
        }
        figures = await client.get("/metrics")
        assert "suyuan_worker_silence_seconds +Inf" in figures.text
        assert (await client.get("/v1/tickets")).status_code == 404
        assert (await client.post("/healthz", content=b"x")).status_code == 405


async def test_who_sends_nonsense_or_too_much_is_cut_off(port: int) -> None:
    assert (await sent(port, b"\x16\x03\x01 hello\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
    too_much = b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 2 * HEADER_LIMIT + b"\r\n\r\n"
    assert b"200" not in await sent(port, too_much)
    silent = [await asyncio.open_connection(HERE, port) for _ in range(AT_ONCE)]
    request = b"GET /healthz HTTP/1.1\r\n\r\n"
    while b"200 OK" in await sent(port, request):
        pass  # until the server has accepted them all
    for _, writer in silent:
        writer.close()
    while b"200 OK" not in await sent(port, request):
        pass


@pytest.mark.parametrize(
    ("statements", "state"),
    [
        ((NEWER,), "newer"),
        ((NEWER, "update schema_compatibility set since = '9998'"), "incompatible"),
        ((NEWER, "drop table schema_compatibility"), "incompatible"),
        (("update alembic_version set version_num = '0001'",), "pending"),
    ],
)
async def test_readiness_says_which_schema_it_is(
    port: int, database_url: str, statements: tuple[str, ...], state: str
) -> None:
    await executed(
        database_url,
        *statements,
        "insert into worker_heartbeat (worker_id, seen_at) values ('w', clock_timestamp())",
    )
    async with httpx.AsyncClient(base_url=f"http://{HERE}:{port}") as client:
        answer = await client.get("/readyz")
    assert answer.json()["checks"]["migrations"] == state
    assert answer.status_code == (200 if state == "newer" else 503)


async def test_a_release_is_refused_by_a_schema_on_which_it_does_not_work(
    database_url: str, tmp_path: Path
) -> None:
    await executed(database_url, NEWER)
    beside = await asyncio.to_thread(run, tmp_path, "migrate", DATABASE_URL=database_url)
    assert beside.returncode == 0, beside.stderr
    assert "is at 9999, migrated by" in beside.stdout
    assert "this release works on it" in beside.stdout
    later = "update schema_compatibility set since = '9998', migrated_by = '9.0+abc'"
    await executed(database_url, later)
    for ended in await asyncio.gather(
        *(
            asyncio.to_thread(run, tmp_path, command, DATABASE_URL=database_url)
            for command in ("api", "worker")
        )
    ):
        refused(ended, "is at 9999 by 9.0+abc", newest_revision(), "schemas do not go back")
