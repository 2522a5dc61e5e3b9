"""The server's log files: prunes old ones and reads the last lines."""

from pathlib import Path

KEPT = 10  # of 10 MB each


def prune(directory: Path) -> None:
    for path in _newest_first(directory)[KEPT:]:
        path.unlink(missing_ok=True)


def last_words(start_log: Path, directory: Path, *, lines: int = 20) -> str:
    """The last lines of this start: a log older than `start_log` is of an earlier one."""
    since = start_log.stat().st_mtime_ns
    newest = _newest_first(directory)[:1]
    files = [start_log, *(path for path in newest if path.stat().st_mtime_ns >= since)]
    text = "".join(path.read_text(errors="replace") for path in files)
    return "\n".join(text.splitlines()[-lines:])


def _newest_first(directory: Path) -> list[Path]:
    return sorted(directory.glob("postgresql-*.log"), reverse=True)
