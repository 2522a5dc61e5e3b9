"""Data directories that the server's account may enter, and other processes that use them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.embedded.binaries import binaries
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.locks import is_free_within
from app.embedded.paths import Layout
from app.embedded.postmaster import read_postmaster

ROOT = Path(__file__).parents[2]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can")
needs_ordinary_user = pytest.mark.skipif(os.geteuid() == 0, reason="modes do not hold root back")

SHARER = """
import sys
from pathlib import Path
from app.embedded.launcher import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), attach=True)
server.start()
print(server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture(scope="session")
def made_cluster() -> Iterator[Path]:
    with EmbeddedPostgres.temporary() as server:
        server.stop()
        yield Layout(server.data_dir).cluster


@pytest.fixture
def data_dir(fresh_dir: Path, made_cluster: Path) -> Path:
    """A data directory with a cluster in it."""
    layout = Layout(fresh_dir)
    layout.prepare()
    subprocess.run(["cp", "-a", str(made_cluster), str(layout.cluster)], check=True)
    return fresh_dir


@pytest.fixture
def fresh_dir() -> Iterator[Path]:
    """A path for a data directory that does not exist yet.

    Not under tmp_path: what root has there is closed to the account that the server runs as.
    """
    base = Path(tempfile.mkdtemp(prefix="suyuan-test-"))
    if os.geteuid() == 0:
        base.chmod(0o711)
    yield base / "data"
    for cluster in base.rglob("postgres/cluster"):
        _end(Layout(cluster.parents[1]))
    shutil.rmtree(base)


def _end(layout: Layout) -> None:
    left = read_postmaster(layout.cluster)
    if left and not is_free_within(layout.server_lock, 0):
        os.kill(left.pid, signal.SIGQUIT)
        assert is_free_within(layout.server_lock, 20)


@dataclass(frozen=True)
class Sharer:
    """A process that uses the server until it is told to leave or killed."""

    process: subprocess.Popen[str]
    server_pid: int

    @property
    def pid(self) -> int:
        return self.process.pid

    def leave(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def share() -> Iterator[Callable[[Path], Sharer]]:
    started: list[subprocess.Popen[str]] = []

    def start(directory: Path) -> Sharer:
        process = python(SHARER, str(directory))
        started.append(process)
        assert process.stdout is not None
        return Sharer(process, int(process.stdout.readline()))

    yield start
    for process in started:
        process.kill()
        process.communicate()


def python(code: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        start_new_session=True,
    )


def query(url: str, statement: str) -> str:
    done = subprocess.run(
        [str(binaries() / "psql"), "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-Atc", statement, url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
