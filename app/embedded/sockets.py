"""Picks the directory of the server's socket: beside the data, or a short path if that one is not
usable."""

import hashlib
import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from app.embedded.account import ServerAccount
from app.embedded.errors import DataDirectoryUnusable
from app.embedded.paths import Layout, open_ours

# A socket's path may have 107 bytes on Linux, 103 elsewhere, its lock file's name included.
_LONGEST = 103
_NAME = ".s.PGSQL.5432.lock"
# A comma, a colon or a quote in it would mean something to libpq, SQLAlchemy or PostgreSQL.
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def socket_directory(layout: Layout, account: ServerAccount) -> Path:
    """The same at each start, so that URLs stay valid."""
    if _fits(layout.sockets):
        _make(layout.sockets, account)
        account.take(layout.sockets)  # again: the cluster may have another owner now
        return layout.sockets
    found = _noted(layout, account) or _short(layout, account)
    with os.fdopen(open_ours(layout.socket_note, os.O_TRUNC), "wb") as note:
        note.write(os.fsencode(found))
    return found


def _fits(directory: Path) -> bool:
    plain = _PLAIN.fullmatch(str(directory)) is not None
    return plain and len(os.fsencode(directory / _NAME)) <= _LONGEST


def _noted(layout: Layout, account: ServerAccount) -> Path | None:
    with suppress(FileNotFoundError):
        noted = Path(layout.socket_note.read_text().strip())
        return noted if _is_private(noted, account) else None
    return None


def _short(layout: Layout, account: ServerAccount) -> Path:
    name = f"suyuan-{hashlib.sha256(os.fsencode(layout.home)).hexdigest()[:12]}"
    parents = _parents(name, account)
    if not parents:
        raise DataDirectoryUnusable(
            f"The path {layout.home} does not do for a Unix socket, and there is no temporary "
            "directory for one.",
            hint="Set SUYUAN_DATA_DIR to a short path without special characters.",
        )
    for parent in parents:
        _make(parent / name, account)
        if _is_private(parent / name, account):
            return parent / name
    # Another user made directories of that name before us: take an unpredictable one.
    own = Path(tempfile.mkdtemp(prefix="suyuan-", dir=parents[0]))
    account.take(own)
    return own


def _parents(name: str, account: ServerAccount) -> list[Path]:
    named = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]  # noqa: S108
    return [
        parent
        for parent in map(Path, filter(None, named))
        if _fits(parent / name)
        and os.access(parent, os.W_OK | os.X_OK)
        and account.barrier(parent) is None
    ]


def _make(directory: Path, account: ServerAccount) -> None:
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        account.take(directory)


def _is_private(directory: Path, account: ServerAccount) -> bool:
    """Whether it is a directory, not a link, owned by the account and closed to others."""
    try:
        status = directory.lstat()
    except FileNotFoundError:
        return False
    is_closed = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
    return is_closed and status.st_uid == account.uid
