"""Secrets that the operator did not set: made once and kept in files of the data directory."""

import os
import re
import secrets
import stat
from pathlib import Path

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def load_or_create_secret(data_dir: Path, name: str, env_value: str | None) -> str:
    """The environment's value, or the file's. Processes that start together get the same one.

    Raises ValueError for an empty file (a new secret would invalidate every token) and for one that
    everybody may read.
    """
    if env_value:
        return env_value
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of a secret's file")
    path = data_dir / name
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
    secret = path.read_text(encoding="utf-8").strip()
    if not secret:
        raise ValueError(f"{path} is empty")
    if os.name == "posix" and path.stat().st_mode & stat.S_IROTH:
        raise ValueError(f"everybody may read {path}: chmod 600 {path}")
    return secret


def replace_secret(data_dir: Path, name: str, text: str) -> None:
    """Processes that run keep what they read when they started."""
    draft = _draft(data_dir / name, text)
    draft.replace(data_dir / name)
    _sync(data_dir)


def _create(path: Path) -> None:
    """Writes a draft and links it into place: unlike a rename, a link never replaces the file of
    another process."""
    draft = _draft(path, secrets.token_urlsafe(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _sync(path.parent)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink()
        raise
    return draft


def _sync(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
