"""Paths that newcomers meet first: long, odd, closed, taken, full."""

import errno
import fcntl
import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from app.embedded.account import server_account
from app.embedded.errors import (
    BinariesMissing,
    DataDirectoryUnusable,
    LocksUnsupported,
    NoSpaceLeft,
    NotADataDirectory,
    WrongClusterVersion,
)
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.paths import Layout, explained
from app.embedded.programs import spawn
from app.embedded.sockets import socket_directory
from tests.embedded.conftest import needs_ordinary_user, needs_root, query


@pytest.mark.parametrize("name", ["long/" * 30, "溯源 数据, 'two' \"three\": 100%?#/x"])
def test_a_path_that_no_socket_can_have_gets_a_private_directory_elsewhere(
    fresh_dir: Path, name: str
) -> None:
    directory = fresh_dir / name
    with EmbeddedPostgres(directory) as server:
        url = server.superuser_url
        assert query(url, "select 1") == "1"
        sockets = Path(Layout(directory).socket_note.read_text())
        status = sockets.stat()
        assert stat.S_IMODE(status.st_mode) == 0o700
        assert status.st_uid == server_account(Layout(directory).cluster).uid
    with EmbeddedPostgres(directory) as server:
        assert server.superuser_url == url
    sockets.rmdir()


def test_a_socket_directory_that_somebody_made_before_us_is_not_used(fresh_dir: Path) -> None:
    layout = Layout(fresh_dir / ("long/" * 30))
    layout.prepare()
    account = server_account(layout.cluster)
    foreseen = socket_directory(layout, account)
    layout.socket_note.unlink()
    foreseen.chmod(0o777)
    taken = socket_directory(layout, account)
    assert taken != foreseen
    assert stat.S_IMODE(taken.stat().st_mode) == 0o700
    assert stat.S_IMODE(foreseen.stat().st_mode) == 0o777
    assert socket_directory(layout, account) == taken
    foreseen.rmdir()
    taken.rmdir()


def test_a_link_in_place_of_the_socket_directory_is_not_followed(fresh_dir: Path) -> None:
    layout = Layout(fresh_dir / ("long/" * 30))
    layout.prepare()
    account = server_account(layout.cluster)
    foreseen = socket_directory(layout, account)
    layout.socket_note.unlink()
    foreseen.rename(aside := fresh_dir / "aside")
    foreseen.symlink_to(aside)
    taken = socket_directory(layout, account)
    assert taken != foreseen
    foreseen.unlink()
    taken.rmdir()


def test_a_file_is_no_fresh_directory(fresh_dir: Path) -> None:
    fresh_dir.write_text("a file")
    with pytest.raises(NotADataDirectory, match=f"{fresh_dir} is a file"):
        EmbeddedPostgres(fresh_dir).start()


def test_something_else_in_the_place_of_the_cluster_is_left_alone(fresh_dir: Path) -> None:
    cluster = Layout(fresh_dir).cluster
    cluster.mkdir(parents=True, mode=0o755)
    server_account(fresh_dir).take(cluster)
    (cluster / "letter.txt").write_text("dear")
    with pytest.raises(NotADataDirectory, match="not a PostgreSQL data directory"):
        EmbeddedPostgres(fresh_dir).start()
    assert (cluster / "letter.txt").read_text() == "dear"


def test_a_cluster_of_another_version_is_not_started(data_dir: Path) -> None:
    (Layout(data_dir).cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(WrongClusterVersion, match="made by PostgreSQL 17"):
        EmbeddedPostgres(data_dir).start()


def test_a_file_system_without_locks_is_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(LocksUnsupported, match="does not support file locks"):
        EmbeddedPostgres(data_dir).start()


def test_a_program_that_cannot_be_executed_is_named(fresh_dir: Path) -> None:
    fresh_dir.mkdir(mode=0o755)
    program = fresh_dir / "postgres"
    program.write_bytes(b"\x7fELF for some other machine")
    program.chmod(0o755)
    with (
        (fresh_dir / "output").open("wb") as output,
        pytest.raises(BinariesMissing, match=str(program)),
    ):
        spawn([str(program)], server_account(fresh_dir), output=output)


@needs_ordinary_user
def test_a_closed_directory_is_named(fresh_dir: Path) -> None:
    fresh_dir.mkdir(mode=0)
    with pytest.raises(DataDirectoryUnusable, match=str(fresh_dir)):
        EmbeddedPostgres(fresh_dir).start()
    fresh_dir.chmod(0o500)
    with pytest.raises(DataDirectoryUnusable, match=str(fresh_dir)):
        EmbeddedPostgres(fresh_dir).start()
    fresh_dir.chmod(0o700)


@needs_ordinary_user
def test_a_directory_that_is_roots_is_named() -> None:
    with pytest.raises(DataDirectoryUnusable, match="/root-only"):
        EmbeddedPostgres(Path("/root-only/suyuan")).start()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, DataDirectoryUnusable),
        (errno.EROFS, DataDirectoryUnusable),
        (errno.ENOENT, DataDirectoryUnusable),
        (errno.ENOTDIR, NotADataDirectory),
        (errno.ENOSPC, NoSpaceLeft),
        (errno.EDQUOT, NoSpaceLeft),
        (errno.EIO, OSError),
    ],
)
def test_what_the_file_system_refuses_is_said_in_words(number: int, said: type[Exception]) -> None:
    path = Path("/some/where")
    with pytest.raises(said, match="/some/where"), explained(path):
        raise OSError(number, os.strerror(number), str(path))


@needs_root
def test_a_disk_too_small_for_a_cluster_is_named(fresh_dir: Path) -> None:
    with _disk(fresh_dir, "8m"), pytest.raises(NoSpaceLeft, match="No space left"):
        EmbeddedPostgres(fresh_dir / "suyuan").start()


@needs_root
def test_a_disk_that_has_become_full_is_named(fresh_dir: Path) -> None:
    with _disk(fresh_dir, "100m"):
        server = EmbeddedPostgres(fresh_dir / "suyuan")
        with server:
            query(server.superuser_url, "create table kept as select 1")
        filler = fresh_dir / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with pytest.raises(NoSpaceLeft, match="No space left"):
            server.start()
        filler.unlink()
        with server:
            assert query(server.superuser_url, "select count(*) from kept") == "1"


@contextmanager
def _disk(path: Path, size: str) -> Iterator[None]:
    path.mkdir(mode=0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(path)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody mount")
    try:
        yield
    finally:
        subprocess.run(["umount", str(path)], check=True)
