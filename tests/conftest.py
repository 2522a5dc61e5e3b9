"""Fixtures: a real PostgreSQL for the test run, and a migrated database per test. No mocks."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from hypothesis import settings
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database_url import driver_url
from app.db import open_engine, open_pool
from app.embedded.launcher import EmbeddedPostgres
from app.event_store.store import EventStore
from app.schema import migrate
from tests.running import Sandbox, data_directory, running_server

TEMPLATE = "suyuan_template"

# The time that an example takes depends on the machine.
settings.register_profile("suyuan", deadline=None)
settings.load_profile("suyuan")


async def on_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.temporary(max_prepared_transactions=8, max_connections=200) as server:
        asyncio.run(on_server(server.superuser_url, f"create database {TEMPLATE}"))
        migrate(server.url(database=TEMPLATE))
        yield server


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A migrated database for one test."""
    name = f"t_{uuid4().hex}"
    asyncio.run(on_server(postgres.superuser_url, f"create database {name} template {TEMPLATE}"))
    yield postgres.url(database=name)
    asyncio.run(on_server(postgres.superuser_url, f"drop database {name} with (force)"))


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(database_url, size=8)
    yield pool
    await asyncio.wait_for(pool.close(), 10)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url, size=4)
    yield engine
    await engine.dispose()


@pytest.fixture
def store(pool: asyncpg.Pool) -> EventStore:
    return EventStore(pool)


@pytest.fixture
async def tenant(store: EventStore) -> UUID:
    """A real-time tenant without events."""
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None)
    return tenant_id


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """`suyuan serve`, started once per run as a user would."""
    with data_directory() as directory, running_server(directory) as base:
        yield base


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield client


@pytest.fixture
def sandbox(client: httpx.Client) -> Sandbox:
    """A sandbox tenant for one test; its clock is at 2024-03-05 09:00 in Shanghai."""
    return Sandbox.open(client)
