"""The account that the server runs as: our own, or an unprivileged one if we are root, because
PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import ServerAccountMissing

# To keep its data apart from other daemons', a site makes an account "suyuan".
ACCOUNTS = ("suyuan", "postgres", "nobody")

READ, ENTER = 4, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAccount:
    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def user(self) -> int | None:
        """For `subprocess`; None leaves it unchanged."""
        return None if self.is_us else self.uid

    @property
    def group(self) -> int | None:
        return None if self.is_us else self.gid

    @property
    def extra_groups(self) -> list[int] | None:
        return None if self.is_us else []

    def take(self, path: Path) -> None:
        """Makes the account the owner of a file that we have just made."""
        if self.is_us:
            return
        try:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        except OSError as error:
            raise cannot_become(self) from error

    def may(self, path: Path, wanted: int) -> bool:
        """Whether the mode of the path itself allows the account `wanted`."""
        status = path.stat()
        if status.st_uid == self.uid:
            granted = status.st_mode >> 6
        elif status.st_gid == self.gid:
            granted = status.st_mode >> 3
        else:
            granted = status.st_mode
        return stat.S_IMODE(granted) & wanted == wanted

    def barrier(self, path: Path) -> Path | None:
        """The first directory above the path that the account may not enter."""
        if self.is_us:
            return None
        real = path.resolve()
        way = [*reversed([path, *path.parents]), *reversed([real, *real.parents])]
        return next((step for step in way if step.is_dir() and not self.may(step, ENTER)), None)


def server_account(cluster: Path) -> ServerAccount:
    """The owner of an existing cluster, even if a better account was made since."""
    if os.geteuid() != 0:
        return ServerAccount(name=account_name(os.geteuid()), uid=os.geteuid(), gid=os.getegid())
    if cluster.is_dir() and (owner := cluster.stat()).st_uid != 0:
        return ServerAccount(name=account_name(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in ACCOUNTS:
        if name in known:
            return ServerAccount(name=name, uid=known[name].pw_uid, gid=known[name].pw_gid)
    raise ServerAccountMissing(
        "PostgreSQL does not run as root, and this system has no other account for it.",
        hint="Make one (useradd --system suyuan), or run Suyuan as an ordinary user.",
    )


def account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def cannot_become(account: ServerAccount) -> ServerAccountMissing:
    return ServerAccountMissing(
        f"PostgreSQL does not run as root, and the system does not let us run it as "
        f"'{account.name}'.",
        hint="Run Suyuan as an ordinary user, or name another server in DATABASE_URL.",
    )
