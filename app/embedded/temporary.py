"""Directories of temporary clusters; removes those that a killed process left."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.embedded.account import server_account
from app.embedded.errors import EmbeddedPostgresError
from app.embedded.locks import gate, seated
from app.embedded.paths import Layout
from app.embedded.postmaster import is_process
from app.embedded.server import Server

_NAME = re.compile(r"suyuan-temporary-(\d+)-\w+")


@contextmanager
def temporary_directory(base: Path | None) -> Iterator[Path]:
    parent = base or _parent()
    _clear(parent)
    directory = Path(tempfile.mkdtemp(prefix=f"suyuan-temporary-{os.getpid()}-", dir=parent))
    if os.geteuid() == 0:
        directory.chmod(0o711)  # the server's account passes through
    try:
        yield directory
    finally:
        shutil.rmtree(directory)


def _parent() -> Path:
    chosen = Path(tempfile.gettempdir())
    if server_account(chosen / "none").barrier(chosen) is None:
        return chosen
    return Path("/tmp")  # noqa: S108 (mkdtemp makes a private directory in it)


def _clear(parent: Path) -> None:
    for directory in parent.glob("suyuan-temporary-*"):
        named = _NAME.fullmatch(directory.name)
        if named and not is_process(int(named[1])):
            _remove(Layout(directory))


def _remove(layout: Layout) -> None:
    # Any error means that another process removes it, or still uses it.
    with suppress(OSError, EmbeddedPostgresError):
        if layout.data_dir.lstat().st_uid != os.geteuid():
            return
        if layout.seats.is_dir():
            with gate(layout.gate, time_limit=0):
                if seated(layout.seats):
                    return
                Server(layout, {}, time_limit=0).stop()
        shutil.rmtree(layout.data_dir)
