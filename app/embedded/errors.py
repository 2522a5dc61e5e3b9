"""The errors of the embedded database."""

from collections.abc import Sequence


class EmbeddedPostgresError(Exception):
    """Says what is wrong; `hint` says what to do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BinariesMissing(EmbeddedPostgresError):
    """There is no PostgreSQL for this platform, or it cannot be executed here."""


class ServerAccountMissing(EmbeddedPostgresError):
    """We are root, and there is no other account to run PostgreSQL as."""


class DataDirectoryUnusable(EmbeddedPostgresError):
    """The data directory cannot be read, written or entered by our or the server's account."""


class NotADataDirectory(EmbeddedPostgresError):
    """Something else is in the place of the database."""


class WrongClusterVersion(EmbeddedPostgresError):
    """The database was made by another major version of PostgreSQL."""


class LocksUnsupported(EmbeddedPostgresError):
    """The file system of the data directory has no file locks."""


class NoSpaceLeft(EmbeddedPostgresError):
    """The disk is full."""


class ServerDidNotStart(EmbeddedPostgresError):
    """PostgreSQL went down or was not ready in time; the message ends with its last log lines."""


class ServerNotStarted(EmbeddedPostgresError):
    """The server has not been started."""


class DataDirectoryInUse(EmbeddedPostgresError):
    """Other processes use the database, and we may not share it."""

    def __init__(self, message: str, *, pids: Sequence[int] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.pids = tuple(pids)
