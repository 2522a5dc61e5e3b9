"""What a killed process leaves behind, and that the next start makes good of it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.embedded.account import server_account
from app.embedded.errors import ServerDidNotStart
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.locks import is_free_within
from app.embedded.paths import Layout
from tests.embedded.conftest import SHARER, Sharer, python, query

Share = Callable[[Path], Sharer]

TEMPORARY = """
from app.embedded.launcher import EmbeddedPostgres
with EmbeddedPostgres.temporary() as server:
    print(server.data_dir, flush=True)
    input()
"""


def test_a_killed_launcher_leaves_a_server_that_the_next_one_replaces(
    data_dir: Path, share: Share
) -> None:
    killed = share(data_dir)
    url = f"postgresql://postgres@/postgres?host={Layout(data_dir).sockets}"
    query(url, "create table kept as select 1")
    killed.kill()
    os.kill(killed.server_pid, 0)
    with EmbeddedPostgres(data_dir, extra_settings={"max_connections": 33}) as server:
        assert server.pid != killed.server_pid
        assert query(server.superuser_url, "select count(*) from kept") == "1"
        assert query(server.superuser_url, "show max_connections") == "33"


def test_a_killed_launcher_does_not_take_the_server_from_others(
    data_dir: Path, share: Share
) -> None:
    killed = share(data_dir)
    with EmbeddedPostgres(data_dir, attach=True) as server:
        killed.kill()
        assert server.pid == killed.server_pid
        assert server.ensure_running() is False
    assert not server.is_alive()


def test_a_killed_server_is_started_again_with_its_data(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        url = server.superuser_url
        query(url, "create table kept as select generate_series(1, 1000)")
        assert server.pid is not None
        _kill_own(server.pid)
        assert server.ensure_running() is True
        assert server.superuser_url == url
        assert query(url, "select count(*) from kept") == "1000"
        assert server.ensure_running() is False


def test_whoever_shares_a_killed_server_starts_it_again(data_dir: Path, share: Share) -> None:
    starter = share(data_dir)
    with EmbeddedPostgres(data_dir, attach=True) as server:
        os.kill(starter.server_pid, signal.SIGKILL)
        assert is_free_within(Layout(data_dir).server_lock, 60)
        assert server.ensure_running() is True
        assert query(server.superuser_url, "select 1") == "1"
        starter.leave()
        assert server.is_alive()


def test_a_start_after_both_were_killed(data_dir: Path, share: Share) -> None:
    killed = share(data_dir)
    os.kill(killed.server_pid, signal.SIGKILL)
    killed.kill()
    with EmbeddedPostgres(data_dir) as server:
        assert query(server.superuser_url, "select 1") == "1"


def test_a_first_start_that_is_killed_halfway_leaves_no_half_cluster(fresh_dir: Path) -> None:
    layout = Layout(fresh_dir)
    starting = python(SHARER, str(fresh_dir))
    while not list(layout.home.glob("cluster-draft-*/PG_VERSION")):
        assert starting.poll() is None
        time.sleep(0.001)
    os.killpg(starting.pid, signal.SIGKILL)
    starting.communicate()
    assert not layout.cluster.exists()
    with EmbeddedPostgres(fresh_dir) as server:
        assert query(server.superuser_url, "select 1") == "1"
    assert not list(layout.home.glob("cluster-draft-*"))


def test_a_pid_file_whose_pid_is_now_somebody_elses_is_stale(data_dir: Path) -> None:
    with _process_of_the_server_account(data_dir, "sleep") as innocent:
        _leave_pid_file(data_dir, innocent.pid)
        with EmbeddedPostgres(data_dir) as server:
            assert server.pid != innocent.pid
        assert innocent.poll() is None


def test_an_empty_pid_file_of_a_crashed_machine_is_stale(data_dir: Path) -> None:
    _leave_pid_file(data_dir, 1)
    for path in _pid_files(data_dir):
        path.write_text("")
    with EmbeddedPostgres(data_dir) as server:
        assert server.is_alive()


def test_a_server_that_somebody_runs_by_hand_is_respected(data_dir: Path) -> None:
    with _process_of_the_server_account(data_dir, "postgres") as by_hand:
        _leave_pid_file(data_dir, by_hand.pid)
        with pytest.raises(ServerDidNotStart, match="lock file"):
            EmbeddedPostgres(data_dir).start()
        assert by_hand.poll() is None


def test_the_temporary_cluster_of_a_killed_process_is_cleared_by_the_next() -> None:
    killed = python(TEMPORARY)
    assert killed.stdout is not None
    left = Path(killed.stdout.readline().strip())
    with EmbeddedPostgres.temporary():
        assert left.is_dir()
    killed.kill()
    killed.communicate()
    with EmbeddedPostgres.temporary():
        assert not left.exists()


def _kill_own(pid: int) -> None:
    """Of a child: it is dead, though not yet collected, when this returns."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


@contextmanager
def _process_of_the_server_account(data_dir: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    account = server_account(Layout(data_dir).cluster)
    program = data_dir / "programs" / name
    program.parent.mkdir(mode=0o755)
    shutil.copy("/bin/sleep", program)
    process = subprocess.Popen(
        [str(program), "600"],
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _leave_pid_file(data_dir: Path, pid: int) -> None:
    lines = [str(pid), str(Layout(data_dir).cluster), "1", "5432", "/nowhere", "", "1 1", "ready"]
    layout = Layout(data_dir)
    layout.sockets.mkdir(mode=0o700)
    server_account(layout.cluster).take(layout.sockets)
    for path in _pid_files(data_dir):
        path.write_text("".join(f"{line}\n" for line in lines))
        server_account(layout.cluster).take(path)


def _pid_files(data_dir: Path) -> tuple[Path, Path]:
    layout = Layout(data_dir)
    return layout.cluster / "postmaster.pid", layout.sockets / ".s.PGSQL.5432.lock"
