"""A session that is not the one that was asked for is refused: it would work as the tables' owner,
without the tenant wall, the append-only log or the time-outs."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.clock_watch import ClockWatch
from app.db import (
    APP_ROLE,
    SESSION_SETTINGS,
    SessionRefused,
    check_session,
    open_engine,
    open_pool,
)
from app.use_cases.readiness import readiness
from tests.event_store.pooler import ForgetfulPooler
from tests.event_store.tally import superuser

# What operators write into PgBouncer's `ignore_startup_parameters` when it names them in an error.
ALL = frozenset(SESSION_SETTINGS) - {"application_name", "timezone"}


@asynccontextmanager
async def pooler(url: str, *ignored: str) -> AsyncIterator[str]:
    async with ForgetfulPooler.before(url) as between:
        between.ignored = frozenset(ignored)
        yield between.url


@pytest.mark.parametrize(
    ("ignored", "sentence"),
    [
        (ALL, f"not as {APP_ROLE}"),
        ({"role"}, f"not as {APP_ROLE}"),
        ({"statement_timeout"}, "has no statement_timeout"),
        ({"lock_timeout"}, "has no lock_timeout"),
        ({"idle_in_transaction_session_timeout"}, "no idle_in_transaction_session_timeout"),
    ],
)
async def test_a_pooler_that_drops_settings_is_refused(
    database_url: str, ignored: set[str], sentence: str
) -> None:
    async with pooler(database_url, *ignored) as url:
        with pytest.raises(SessionRefused, match=sentence) as refused:
            await open_pool(url, size=1)
        assert "docs/operations.md" in refused.value.hint
        engine = open_engine(url, size=1)
        with pytest.raises(SessionRefused, match=sentence):
            await engine.connect()
        checks = await readiness(engine, ClockWatch())
        await engine.dispose()
        assert checks["database"] == "unavailable"


@asynccontextmanager
async def application_login(database_url: str) -> AsyncIterator[str]:
    """The application's role may log in, and has the settings as its defaults."""
    defaults = {name: value for name, value in SESSION_SETTINGS.items() if name in ALL - {"role"}}
    async with superuser(database_url) as connection:
        await connection.execute(f"alter role {APP_ROLE} login")
        for name, value in defaults.items():
            await connection.execute(f"alter role {APP_ROLE} set {name} = '{value}'")
        try:
            yield (
                make_url(database_url).set(username=APP_ROLE).render_as_string(hide_password=False)
            )
        finally:
            await connection.execute(f"alter role {APP_ROLE} nologin")
            await connection.execute(f"alter role {APP_ROLE} reset all")


async def test_a_login_of_its_own_with_the_settings_as_defaults_is_taken(database_url: str) -> None:
    async with application_login(database_url) as own, pooler(own, *ALL) as url:
        pool = await open_pool(url, size=1)
        await pool.close()
        engine = open_engine(url, size=1)
        async with engine.connect() as connection:
            assert await connection.scalar(text("select current_user")) == APP_ROLE
        await engine.dispose()


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (f"alter role {APP_ROLE} bypassrls", "row-level security is not in force"),
        (f"grant update on event to {APP_ROLE}", "may change or delete what was recorded"),
    ],
)
async def test_what_the_role_must_not_do_is_looked_at(
    database_url: str, harm: str, sentence: str
) -> None:
    async with superuser(database_url) as connection:
        await connection.execute(harm)
        try:
            with pytest.raises(SessionRefused, match=sentence):
                await check_session(database_url)
        finally:
            await connection.execute(f"alter role {APP_ROLE} nobypassrls")


@pytest.mark.parametrize("command", ["api", "worker"])
async def test_a_process_ends_with_the_sentence(
    database_url: str, command: str, tmp_path: Path
) -> None:
    async with pooler(database_url, *ALL) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.cli.main",
            command,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "SUYUAN_PORT": "0",
                "SUYUAN_DATA_DIR": str(tmp_path),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        _, told = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert f"not as {APP_ROLE}" in told.decode()
    assert "PgBouncer" in told.decode()
    assert "Traceback" not in told.decode()
