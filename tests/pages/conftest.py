"""The whole application without its life: its pages and its contract need neither."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from app.config import Settings
from app.web import create_app


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    return create_app(Settings(database_url=None, data_dir=None)).openapi()


@pytest.fixture
async def pages() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(Settings(database_url=None, data_dir=None)))
    async with httpx.AsyncClient(transport=transport, base_url="http://suyuan") as client:
        yield client


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with capture_logs():
        yield
