"""File locks of a data directory: the gate, the seats and the server's own.

The kernel drops a lock when its last holder ends, in whatever way: none can be stale.
"""

import errno
import fcntl
import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.embedded.errors import DataDirectoryInUse, LocksUnsupported
from app.embedded.paths import open_ours

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
_POLL = 0.01
_serial = itertools.count()


@contextmanager
def gate(path: Path, *, time_limit: float) -> Iterator[None]:
    """Only one process at a time starts or stops the server, or decides not to."""
    descriptor = open_ours(path)
    try:
        if not _lock_within(descriptor, path, time_limit):
            raise _gate_is_held(path, time_limit)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


class Seat:
    """A file named after our process, locked while we use the server."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / f"{os.getpid()}-{next(_serial)}"
        self._descriptor = open_ours(self._path)
        if not _try_lock(self._descriptor, self._path):
            os.close(self._descriptor)
            raise in_another_container(directory)  # where a process has our pid

    def leave(self) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def seated(directory: Path) -> list[int]:
    """The pids that use the server. Removes seats of dead processes. Call it inside the gate."""
    taken = []
    for path in directory.iterdir():
        descriptor = open_ours(path)
        try:
            if _try_lock(descriptor, path):
                path.unlink()
            else:
                taken.append(int(path.name.partition("-")[0]))
        finally:
            os.close(descriptor)
    return sorted(taken)


@contextmanager
def server_lock(path: Path, *, time_limit: float) -> Iterator[int]:
    """A locked descriptor for the server to inherit: held until the last of its processes ends.

    It prevents a second server beside the backends of a killed one, and tells a pid that was reused
    from the server's.
    """
    descriptor = open_ours(path)
    try:
        if not _lock_within(descriptor, path, time_limit):
            raise DataDirectoryInUse(
                f"Processes of an earlier server still use {path.parent}.",
                hint="End them (they are called postgres) and try again.",
            )
        os.ftruncate(descriptor, 0)
        os.write(descriptor, _process_namespace().encode())
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether any process of the server is alive."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(descriptor, path, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def is_elsewhere(path: Path) -> bool:
    """Whether the server was started in another container: its pid means nothing here."""
    return path.read_text() != _process_namespace()


def is_free_within(path: Path, limit: float) -> bool:
    deadline = time.monotonic() + limit
    while is_held(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def in_another_container(path: Path) -> DataDirectoryInUse:
    return DataDirectoryInUse(
        f"The embedded database of {path} is used in another container.",
        hint="Give each container a data directory of its own, or name one server in DATABASE_URL.",
    )


def _lock_within(descriptor: int, path: Path, limit: float) -> bool:
    deadline = time.monotonic() + limit
    while not _try_lock(descriptor, path):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def _try_lock(descriptor: int, path: Path, kind: int = fcntl.LOCK_EX) -> bool:
    # flock, not lockf: the server inherits it, it excludes two launchers of one process, and
    # closing another descriptor of the file does not drop it.
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        raise LocksUnsupported(
            f"The file system of {path.parent} does not support file locks.",
            hint="Set SUYUAN_DATA_DIR to a directory on a local disk.",
        ) from error
    return True


def _process_namespace() -> str:
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return "the only one"


def _gate_is_held(path: Path, limit: float) -> DataDirectoryInUse:
    holder = path.read_text()
    return DataDirectoryInUse(
        f"Process {holder} has been starting or stopping the database of {path.parent} "
        f"for {limit:g} s.",
        pids=[int(holder)] if holder.isdigit() else [],
        hint=f"Wait for it, or end it (kill {holder}) and try again.",
    )
