"""Runs PostgreSQL's programs as the server's account, in a clean environment."""

import os
import subprocess
from collections.abc import Sequence
from typing import IO

from app.embedded.account import ServerAccount, cannot_become
from app.embedded.errors import BinariesMissing, EmbeddedPostgresError


def spawn(
    command: Sequence[str],
    account: ServerAccount,
    *,
    output: IO[bytes],
    own_session: bool = False,
    inherited: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (the wheel's programs)
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
            cwd="/",
            user=account.user,
            group=account.group,
            extra_groups=account.extra_groups,
            umask=0o077,
            start_new_session=own_session,
            pass_fds=inherited,
        )
    except OSError as error:
        raise _refusal(error, command[0], account) from error


def _environment() -> dict[str, str]:
    """Ours without `PG…` variables; messages in English, because we search some of them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _refusal(error: OSError, program: str, account: ServerAccount) -> EmbeddedPostgresError:
    if error.filename != program and not account.is_us:  # it failed before the exec
        return cannot_become(account)
    return BinariesMissing(
        f"{program} cannot be executed ({error.strerror}).",
        hint="Its disk may be mounted noexec, or the wheel be made for another platform; "
        "DATABASE_URL names another server.",
    )
