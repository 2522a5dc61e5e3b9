"""The server's log files: what was said last, and not too many of them."""

from pathlib import Path

KEPT = 10  # of 10 MB each


def prune(directory: Path) -> None:
    for path in _newest_first(directory)[KEPT:]:
        path.unlink(missing_ok=True)


def last_words(start_log: Path, directory: Path, *, lines: int = 20) -> str:
    """Of this start: a log that is older than the start's own is of an earlier one."""
    since = start_log.stat().st_mtime_ns
    newest = _newest_first(directory)[:1]
    files = [start_log, *(path for path in newest if path.stat().st_mtime_ns >= since)]
    said = "".join(path.read_text(errors="replace") for path in files)
    return "\n".join(said.splitlines()[-lines:])


def _newest_first(directory: Path) -> list[Path]:
    return sorted(directory.glob("postgresql-*.log"), reverse=True)
