"""Starting, stopping and what the server is like."""

import os
import shutil
from pathlib import Path

import pytest

from app.embedded.errors import ServerDidNotStart, ServerNotStarted
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.locks import is_held
from app.embedded.logs import KEPT
from app.embedded.paths import Layout, default_data_dir
from app.embedded.server import Server
from tests.embedded.conftest import query


def test_a_server_is_as_the_event_store_wants_it(fresh_dir: Path) -> None:
    with EmbeddedPostgres(fresh_dir, extra_settings={"max_prepared_transactions": 4}) as server:
        shown = {
            name: query(server.superuser_url, f"show {name}")
            for name in (
                "listen_addresses",
                "server_encoding",
                "data_checksums",
                "fsync",
                "timezone",
                "max_connections",
                "shared_buffers",
                "max_prepared_transactions",
                "unix_socket_permissions",
            )
        }
        locale = query(
            server.superuser_url, "select distinct datlocprovider, datlocale from pg_database"
        )
    assert shown == {
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "fsync": "on",
        "timezone": "UTC",
        "max_connections": "60",
        "shared_buffers": "128MB",
        "max_prepared_transactions": "4",
        "unix_socket_permissions": "0700",
    }
    assert locale == "b|C.UTF-8"


def test_data_outlives_a_restart(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        query(
            server.superuser_url, "create table kept as select 溯源 from (values ('水管')) v(溯源)"
        )
    with EmbeddedPostgres(data_dir) as server:
        assert query(server.superuser_url, "select 溯源 from kept") == "水管"


def test_a_url_names_user_and_database(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        query(server.superuser_url, 'create role "a/b@c" login; ')
        query(server.superuser_url, 'create database "d?e"')
        url = server.url(user="a/b@c", database="d?e")
        assert query(url, "select current_user, current_database()") == "a/b@c|d?e"


def test_somebodys_environment_changes_nothing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as theirs:
        theirs.setenv("PGCLIENTENCODING", "GBK")
        theirs.setenv("PGDATA", "/nowhere")
        theirs.setenv("LC_ALL", "xx_XX.nonsense")
        server = EmbeddedPostgres(data_dir)
        server.start()
    monkeypatch.setenv("PGPORT", "6543")
    assert query(server.superuser_url, "show client_encoding") == "UTF8"
    server.stop()


def test_stopping_twice_and_starting_twice_do_no_harm(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    server.start()
    first = server.pid
    server.start()
    assert server.pid == first
    server.stop()
    server.stop()
    assert not server.is_alive()
    server.start()
    assert server.is_alive()
    server.stop()


def test_nothing_of_a_stopped_server_is_left(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    layout = Layout(data_dir)
    assert not is_held(layout.server_lock)
    assert list(layout.seats.iterdir()) == []
    assert list(layout.sockets.iterdir()) == []


def test_a_server_that_is_not_started_has_no_url(data_dir: Path) -> None:
    with pytest.raises(ServerNotStarted):
        _ = EmbeddedPostgres(data_dir).superuser_url
    with pytest.raises(ServerNotStarted):
        EmbeddedPostgres(data_dir).ensure_running()


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        assert server.pid is not None
        assert os.getsid(server.pid) == server.pid != os.getsid(0)


def test_a_forked_child_does_not_stop_the_server(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        child = os.fork()
        if child == 0:
            server.stop()
            os._exit(0)
        os.waitpid(child, 0)
        assert query(server.superuser_url, "select 1") == "1"


def test_the_reason_of_a_failed_start_is_told(data_dir: Path) -> None:
    bad = EmbeddedPostgres(data_dir, extra_settings={"shared_buffers": "many"})
    with pytest.raises(ServerDidNotStart, match='invalid value for parameter "shared_buffers"'):
        bad.start()
    with EmbeddedPostgres(data_dir) as server:
        assert server.is_alive()


def test_a_server_that_is_not_ready_in_time_is_not_left_behind(data_dir: Path) -> None:
    with pytest.raises(ServerDidNotStart, match="not ready within 0 s"):
        EmbeddedPostgres(data_dir, time_limit=0).start()
    assert not is_held(Layout(data_dir).server_lock)


def test_only_the_newest_log_files_are_kept(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        log = Layout(data_dir).log
        for year in range(1990, 1990 + 2 * KEPT):
            (log / f"postgresql-{year}0101-000000.log").touch()
        assert server.ensure_running() is False
        assert len(list(log.iterdir())) == KEPT
        assert (log / "postgresql-20090101-000000.log").exists()


def test_a_temporary_cluster_is_gone_at_the_end() -> None:
    with EmbeddedPostgres.temporary(max_prepared_transactions=3) as server:
        assert query(server.superuser_url, "show max_prepared_transactions") == "3"
        assert query(server.superuser_url, "show fsync") == "off"
        assert server.data_dir.is_dir()
    assert not server.data_dir.exists()


def test_a_removed_data_directory_does_not_keep_the_server_alive(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    server.start()
    pid = server.pid
    shutil.rmtree(data_dir)
    server.stop()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_data_directory_is_the_one_that_was_chosen(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUYUAN_DATA_DIR", str(data_dir))
    assert default_data_dir() == data_dir
    monkeypatch.delenv("SUYUAN_DATA_DIR")
    expected = Path("/var/lib/suyuan") if os.geteuid() == 0 else Path.home()
    assert default_data_dir().is_relative_to(expected)


def test_settings_of_ours_cannot_be_overridden(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, extra_settings={"listen_addresses": "*"}) as server:
        assert query(server.superuser_url, "show listen_addresses") == ""
    assert Server(Layout(data_dir), {}, time_limit=1).running() is None
