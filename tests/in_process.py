"""Serves an application of this process, for tests that look inside it while they call it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.types import ASGIApp

from app.cli.upgrade import bring_up_to_date
from app.config import Settings, read_settings
from tests.running import ADMIN_KEY, data_directory


@contextmanager
def settings_for(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The database has its read models then."""
    with data_directory() as directory:
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setenv("SUYUAN_DATA_DIR", str(directory))
        monkeypatch.setenv("SUYUAN_ADMIN_KEY", ADMIN_KEY)
        settings = read_settings()
        bring_up_to_date(settings, None)
        yield settings


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
