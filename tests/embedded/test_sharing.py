"""Several processes on one data directory."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.embedded.errors import DataDirectoryInUse
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.paths import Layout
from tests.embedded.conftest import SHARER, Sharer, python, query

Share = Callable[[Path], Sharer]


def test_a_second_owner_is_refused_and_told_who_is_there(data_dir: Path, share: Share) -> None:
    first = share(data_dir)
    with pytest.raises(DataDirectoryInUse, match=f"process {first.pid}") as refusal:
        EmbeddedPostgres(data_dir).start()
    assert refusal.value.pids == (first.pid,)
    assert "SUYUAN_DATA_DIR" in refusal.value.hint


def test_a_second_owner_in_one_process_is_refused_too(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir), pytest.raises(DataDirectoryInUse, match=str(os.getpid())):
        EmbeddedPostgres(data_dir).start()


def test_a_refused_owner_leaves_the_server_alone(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        refused = EmbeddedPostgres(data_dir)
        with pytest.raises(DataDirectoryInUse):
            refused.start()
        refused.stop()
        assert query(server.superuser_url, "select 1") == "1"


def test_who_attaches_shares_the_server(data_dir: Path, share: Share) -> None:
    with EmbeddedPostgres(data_dir) as server:
        assert share(data_dir).server_pid == server.pid


def test_the_last_one_out_stops_the_server(data_dir: Path, share: Share) -> None:
    first = share(data_dir)
    second = EmbeddedPostgres(data_dir, attach=True)
    second.start()
    first.leave()
    assert query(second.superuser_url, "select 1") == "1"
    second.stop()
    assert not second.is_alive()


def test_the_starter_leaves_the_server_to_those_who_still_use_it(
    data_dir: Path, share: Share
) -> None:
    starter = EmbeddedPostgres(data_dir)
    starter.start()
    other = share(data_dir)
    starter.stop()
    assert starter.is_alive()
    other.leave()
    assert not starter.is_alive()


def test_of_many_that_start_at_once_one_starts_the_server(fresh_dir: Path) -> None:
    crowd = [python(SHARER, str(fresh_dir)) for _ in range(5)]
    seen = {process.stdout.readline() for process in crowd if process.stdout}
    assert len(seen) == 1
    assert seen != {""}
    for process in crowd:
        process.communicate()
    assert not EmbeddedPostgres(fresh_dir).is_alive()


def test_a_server_in_another_container_is_not_touched(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        lock = Layout(data_dir).server_lock
        ours = lock.read_text()
        lock.write_text("pid:[1]")
        with pytest.raises(DataDirectoryInUse, match="another container"):
            EmbeddedPostgres(data_dir, attach=True).start()
        assert server.is_alive()
        lock.write_text(ours)
