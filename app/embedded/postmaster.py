"""Reads postmaster.pid, and removes it when a killed server left it."""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PORT = "5432"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    pid: int
    socket_dir: Path
    is_ready: bool

    def exists(self) -> bool:
        return is_process(self.pid)


def is_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_postmaster(cluster: Path) -> Postmaster | None:
    """None if there is no file or it is not complete yet."""
    try:
        lines = os.fsdecode((cluster / "postmaster.pid").read_bytes()).splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not lines[0].strip().isdigit():
        return None
    return Postmaster(
        pid=int(lines[0]),
        socket_dir=Path(lines[4].strip()),
        is_ready=len(lines) > 7 and lines[7].strip() == "ready",
    )


def clear_stale(cluster: Path, socket_dir: Path) -> None:
    """PostgreSQL refuses to start if the pid in a left-over file exists, be it a zombie or, after a
    reboot, any other process; or if the file is empty.

    Call it only when the server's lock is free. If a running postgres has that pid, it may have
    been started by hand on this cluster: the files stay, and PostgreSQL reports it.
    """
    for path in (cluster / "postmaster.pid", socket_dir / f".s.PGSQL.{PORT}.lock"):
        with suppress(FileNotFoundError):
            if _is_stale(path.read_text(errors="replace")):
                path.unlink()


def _is_stale(content: str) -> bool:
    first = content.partition("\n")[0].strip()
    return not first.isdigit() or (is_process(int(first)) and not _may_be_postgres(int(first)))


def _may_be_postgres(pid: int) -> bool:
    state, program = _state_and_program(pid)
    return not state.startswith("Z") and Path(program).name in {"postgres", ""}


def _state_and_program(pid: int) -> tuple[str, str]:
    """Empty if they cannot be read."""
    with suppress(OSError):
        program, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        return rest.split()[0], program
    command = ["/bin/ps", "-o", "state=,comm=", "-p", str(pid)]
    with suppress(FileNotFoundError):
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        state, _, program = result.stdout.strip().partition(" ")
        return state, program.strip()
    return "", ""
