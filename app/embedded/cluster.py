"""Makes the database cluster, and puts it in place with one rename: complete or not at all."""

import os
import shutil
import tempfile
from pathlib import Path

from app.embedded.account import ServerAccount, account_name
from app.embedded.binaries import MAJOR_VERSION, binaries_for
from app.embedded.errors import (
    DataDirectoryUnusable,
    NotADataDirectory,
    ServerDidNotStart,
    WrongClusterVersion,
)
from app.embedded.paths import Layout, no_space, speaks_of_full_disk
from app.embedded.programs import spawn

SUPERUSER = "postgres"
_DRAFT = "cluster-draft-"

# For a small site. Written to postgresql.conf once; change them there or with ALTER SYSTEM.
SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "60",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


def ensure_cluster(layout: Layout, account: ServerAccount, *, durable: bool) -> None:
    """Makes the cluster, or checks that we can run the one there is. Call it inside the gate."""
    for left in layout.home.glob(f"{_DRAFT}*"):  # by a first start that was killed
        shutil.rmtree(left, ignore_errors=True)
    if layout.cluster.exists():
        _check(layout.cluster, account)
    else:
        _make(layout, account, durable=durable)


def _check(cluster: Path, account: ServerAccount) -> None:
    try:
        made_by = (cluster / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotADataDirectory(
            f"{cluster} exists, but is not a PostgreSQL data directory.",
            hint="Move it away, or set SUYUAN_DATA_DIR to another directory.",
        ) from error
    if made_by != MAJOR_VERSION:
        raise WrongClusterVersion(
            f"{cluster} was made by PostgreSQL {made_by}; this Suyuan brings {MAJOR_VERSION}.",
            hint="Dump it with the Suyuan that made it (pg_dumpall) and load that into a new "
            "data directory, or set SUYUAN_DATA_DIR to another one.",
        )
    owner = cluster.stat().st_uid
    if owner != account.uid:
        raise DataDirectoryUnusable(
            f"{cluster} belongs to {account_name(owner)}; PostgreSQL runs as {account.name} here.",
            hint=f"Give it to that account (chown -R {account.name} {cluster}), or run Suyuan as "
            f"its owner.",
        )


def _make(layout: Layout, account: ServerAccount, *, durable: bool) -> None:
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=layout.home))
    try:
        account.take(draft)
        _initdb(draft, account, durable=durable)
        draft.rename(layout.cluster)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _sync(layout.home)


def _initdb(directory: Path, account: ServerAccount, *, durable: bool) -> None:
    command = [
        str(binaries_for(account) / "initdb"),
        f"--pgdata={directory}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        # Only root and the server's account can enter the 0700 socket directory, and both can read
        # the data files: a password would protect nothing.
        "--auth-local=trust",
        "--auth-host=reject",
        *([] if durable else ["--no-sync"]),
        *(f"--set={name}={value}" for name, value in SETTINGS.items()),
    ]
    with tempfile.TemporaryFile() as output:
        with spawn(command, account, output=output) as initdb:
            failed = initdb.wait() != 0
        output.seek(0)
        words = output.read().decode(errors="replace").strip()
    if failed and speaks_of_full_disk(words):
        raise no_space(directory.parent)
    if failed:
        raise ServerDidNotStart(f"PostgreSQL could not make its files:\n{words}")


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
