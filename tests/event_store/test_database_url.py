"""The forms in which libpq names several servers, through everything that takes DATABASE_URL."""

import subprocess
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.cli.client_programs import target
from app.database_url import database_name, driver_url, places, without_password
from app.db import open_engine, open_pool
from app.embedded.binaries import binaries
from app.event_store.store import EventStore
from app.schema import migrate
from app.subscriptions.builds import open_owner_engine
from app.subscriptions.wakeups import Wakeups
from tests.event_store.tally import append

TWO = [("h1", 5433), ("h2", 5434)]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@h1:5433,h2:5434/db", TWO),
        ("postgres://u:p%40@h1:5433,h2:5434/db?sslmode=require", TWO),
        ("postgresql+asyncpg://u@/db?host=h1,h2&port=5433,5434", TWO),
        ("postgresql://u@/db?host=h1:5433&host=h2:5434", TWO),
        ("postgresql://u@h1,h2/db", [("h1", None), ("h2", None)]),
        ("postgresql://u@/db?host=h1,h2&port=5433", [("h1", 5433), ("h2", 5433)]),
        ("postgresql://u@[::1]:5433,h2/db", [("::1", 5433), ("h2", None)]),
        ("postgresql://u@h1/db", [("h1", None)]),
        ("postgresql://u@/db?host=/run/pg&port=5433", [("/run/pg", 5433)]),
        ("postgresql:///db", []),
    ],
)
def test_the_servers_of_a_url(url: str, expected: list[tuple[str, int | None]]) -> None:
    assert places(url) == expected
    wants_writes = "target_session_attrs=read-write" in driver_url(url)
    assert wants_writes == (len(expected) > 1), "of several, the one that takes writes"
    assert places(driver_url(url)) == expected


@pytest.mark.parametrize(
    "url", ["mysql://h/db", "h1:5432", "postgresql://h1:x/db", "postgresql://h1,,h2/db"]
)
def test_what_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        driver_url(url)


def test_the_password_is_no_argument_and_in_no_message() -> None:
    url = "postgresql://u:p%40ss@h1:5433,h2:5434/db?target_session_attrs=any"
    assert without_password(url) == (
        "postgresql://u@h1:5433,h2:5434/db?target_session_attrs=any",
        "p@ss",
    )
    assert database_name(url) == "db at h1, h2"


@pytest.fixture
def first_is_gone(database_url: str, tmp_path: Path) -> str:
    """Two servers of which the first is not there."""
    url = make_url(database_url)
    hosts = f"{tmp_path},{url.query['host']}"
    return (
        f"postgresql://{url.username}@/{url.database}"
        f"?host={quote(hosts)}&port={url.query['port']},{url.query['port']}"
    )


async def test_everything_goes_on_to_the_server_that_is_there(
    first_is_gone: str, tenant: UUID
) -> None:
    pool = await open_pool(first_is_gone, size=1)
    await append(EventStore(pool), tenant, "tally-a", 0)
    await pool.close()
    for engine in (open_engine(first_is_gone, size=1), open_owner_engine(first_is_gone)):
        async with engine.connect() as connection:
            assert await connection.scalar(text("select 1")) == 1
        await engine.dispose()
    async with Wakeups(first_is_gone)._connected() as connection:
        assert not connection.is_closed()


def test_so_do_migrations_and_the_programs_of_backups(first_is_gone: str) -> None:
    migrate(first_is_gone)
    where = target(first_is_gone)
    psql = [str(binaries() / "psql"), f"--dbname={where.name}", "--command=select 1"]
    subprocess.run(psql, env=where.environment, check=True, capture_output=True)
