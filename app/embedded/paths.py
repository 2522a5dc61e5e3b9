"""Paths of the data directory, and error messages for file system errors.

Sets modes and owners only on what we make ourselves.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_dir

from app.embedded.account import ServerAccount
from app.embedded.errors import DataDirectoryUnusable, NoSpaceLeft, NotADataDirectory

# For root, whose home is closed to the account that the server runs as.
SYSTEM_HOME = Path("/var/lib/suyuan")


def default_data_dir() -> Path:
    if chosen := os.environ.get("SUYUAN_DATA_DIR"):
        return Path(chosen).expanduser().absolute()
    return SYSTEM_HOME if os.geteuid() == 0 else Path(user_data_dir("suyuan"))


def make_directory(path: Path) -> None:
    """Makes it with its parents, private; root's may be traversed, but not listed, by others."""
    with explained(path):
        missing = [step for step in [path, *path.parents] if not step.exists()]
        for step in reversed(missing):
            try:
                step.mkdir()
            except FileExistsError:
                continue  # another process was first
            step.chmod(0o711 if os.geteuid() == 0 else 0o700)  # whatever the umask
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


def open_ours(path: Path, flags: int = 0) -> int:
    """Opens or makes a file beside the cluster. As root it is given to the directory's owner."""
    flags |= os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, os.O_RDWR | flags, 0o600)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below <data>/postgres."""

    data_dir: Path

    @property
    def home(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.cluster / "log"

    @property
    def start_log(self) -> Path:
        """The server's output before its own log is open."""
        return self.home / "start.log"

    @property
    def server_lock(self) -> Path:
        return self.home / "server.lock"

    @property
    def gate(self) -> Path:
        return self.home / "gate.lock"

    @property
    def seats(self) -> Path:
        return self.home / "seats"

    @property
    def sockets(self) -> Path:
        return self.home / "run"

    @property
    def socket_note(self) -> Path:
        """Names the socket directory if it is elsewhere."""
        return self.home / "socket-directory"

    def prepare(self) -> None:
        for directory in (self.data_dir, self.home, self.seats):
            make_directory(directory)
        with explained(self.home):
            if not os.access(self.home, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.home))


def check_way(path: Path, account: ServerAccount) -> None:
    """As root: checks that the server's account may enter every directory above its data."""
    if barrier := account.barrier(path):
        raise DataDirectoryUnusable(
            f"PostgreSQL does not run as root, and the account that it runs as, '{account.name}', "
            f"may not enter {barrier}.",
            hint=f"Leave SUYUAN_DATA_DIR unset (root's data is then in {SYSTEM_HOME}), set it to a "
            "directory that every account may enter, or run Suyuan as an ordinary user.",
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns errors of the file system into errors with a hint."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        match error.errno:
            case errno.EACCES | errno.EPERM | errno.EROFS:
                raise DataDirectoryUnusable(
                    f"{where} cannot be read or written by user {os.geteuid()}.",
                    hint="Set SUYUAN_DATA_DIR to a directory of your own, or have this one's owner "
                    "changed.",
                ) from error
            case errno.ENOENT:
                raise DataDirectoryUnusable(
                    f"{where} is not there, or has been removed.",
                    hint="Stop Suyuan and start it again, or set SUYUAN_DATA_DIR to another "
                    "directory.",
                ) from error
            case errno.ENOTDIR | errno.EEXIST:
                raise NotADataDirectory(
                    f"{where} is a file, not a directory.",
                    hint="Set SUYUAN_DATA_DIR to a directory, or to a path that does not exist.",
                ) from error
            case errno.ENOSPC | errno.EDQUOT:
                raise no_space(path) from error
            case _:
                raise


def no_space(path: Path) -> NoSpaceLeft:
    return NoSpaceLeft(
        f"No space left on the disk of {path}.",
        hint="Make room there, or set SUYUAN_DATA_DIR to a directory on another disk.",
    )


def speaks_of_full_disk(words: str) -> bool:
    return "No space left on device" in words or "Disk quota exceeded" in words
