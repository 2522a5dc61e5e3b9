"""As root: another account runs the server, and no mode that is not ours is changed."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.embedded.account import ServerAccount, server_account
from app.embedded.binaries import binaries, binaries_for
from app.embedded.errors import DataDirectoryUnusable
from app.embedded.launcher import EmbeddedPostgres
from app.embedded.paths import Layout
from tests.embedded.conftest import ROOT, needs_root, query

pytestmark = needs_root


def test_the_server_does_not_run_as_root(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        status = Path(f"/proc/{server.pid}/status").read_text().splitlines()
        fields = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    assert "0" not in fields["Uid"].split()
    assert "0" not in fields["Gid"].split()
    assert fields["Groups"].strip() == ""


def test_the_data_are_closed_to_everybody_else(fresh_dir: Path) -> None:
    layout = Layout(fresh_dir)
    with EmbeddedPostgres(fresh_dir):
        account = server_account(layout.cluster)
        for path in (layout.cluster, layout.sockets):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
            assert path.stat().st_uid == account.uid
        for path in (layout.home, layout.seats, layout.gate, layout.server_lock):
            assert stat.S_IMODE(path.stat().st_mode) & 0o066 == 0
            assert path.stat().st_uid == 0


def test_who_owns_the_cluster_keeps_it(data_dir: Path) -> None:
    """Someone installs a system PostgreSQL later: its account must not be preferred then."""
    cluster = Layout(data_dir).cluster
    nobody = pwd.getpwnam("nobody")
    os.chown(cluster, nobody.pw_uid, nobody.pw_gid)
    assert server_account(cluster).name == "nobody"


def test_a_cluster_may_be_given_to_an_account_without_a_name(data_dir: Path) -> None:
    """As in a container whose image has changed."""
    with EmbeddedPostgres(data_dir):
        pass
    subprocess.run(["chown", "-R", "54321:54321", str(Layout(data_dir).cluster)], check=True)
    with EmbeddedPostgres(data_dir) as server:
        assert query(server.superuser_url, "select 1") == "1"
        assert Path(f"/proc/{server.pid}").stat().st_uid == 54321


def test_a_cluster_that_became_roots_is_explained(data_dir: Path) -> None:
    os.chown(Layout(data_dir).cluster, 0, 0)
    with pytest.raises(DataDirectoryUnusable, match="belongs to root") as refusal:
        EmbeddedPostgres(data_dir).start()
    assert "chown -R" in refusal.value.hint


def test_a_directory_that_the_account_may_not_enter_is_named_and_left_closed(
    fresh_dir: Path,
) -> None:
    fresh_dir.mkdir(mode=0o700)
    with pytest.raises(DataDirectoryUnusable, match=f"may not enter {fresh_dir}") as refusal:
        EmbeddedPostgres(fresh_dir / "suyuan").start()
    assert "/var/lib/suyuan" in refusal.value.hint
    assert list(fresh_dir.iterdir()) == []
    assert stat.S_IMODE(fresh_dir.stat().st_mode) == 0o700


def test_no_mode_outside_of_ours_is_changed(fresh_dir: Path) -> None:
    directory = fresh_dir / "suyuan"
    fresh_dir.mkdir(mode=0o755)
    before = _modes(directory)
    with EmbeddedPostgres(directory), EmbeddedPostgres.temporary():
        assert _modes(directory) == before
    assert _modes(directory) == before


def test_programs_that_the_account_cannot_read_are_copied_once(
    fresh_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_private_virtualenv(fresh_dir, monkeypatch)
    account = server_account(fresh_dir / "none")
    place = fresh_dir / "place"
    copied = binaries_for(account, place=place)
    assert copied.is_relative_to(place)
    assert account.barrier(copied / "postgres") is None
    for program in ("postgres", "initdb", "psql"):
        _run_as(account, str(copied / program), "--version")
    inode = (copied / "postgres").stat().st_ino
    assert (binaries_for(account, place=place) / "postgres").stat().st_ino == inode


def test_a_copy_that_was_killed_halfway_is_made_again(
    fresh_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_private_virtualenv(fresh_dir, monkeypatch)
    place = fresh_dir / "place"
    (place / "server-draft-x" / "bin").mkdir(parents=True)
    place.chmod(0o755)
    copied = binaries_for(server_account(fresh_dir / "none"), place=place)
    assert (copied / "postgres").is_file()
    assert [path.name for path in place.glob("server-draft-*")] == []


def test_programs_that_the_account_can_read_stay_where_they_are(fresh_dir: Path) -> None:
    account = server_account(fresh_dir / "none")
    if account.barrier(binaries()) is not None:
        pytest.skip("this virtualenv is private")
    assert binaries_for(account, place=fresh_dir) == binaries()
    assert not fresh_dir.exists()


def test_it_needs_no_network(fresh_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from app.embedded.launcher import EmbeddedPostgres\n"
        "with EmbeddedPostgres(Path(sys.argv[1])) as server: print(server.is_alive())"
    )
    if subprocess.run(["unshare", "--net", "true"], check=False).returncode != 0:
        pytest.skip("this system lets nobody leave the network")
    alone = subprocess.run(
        ["unshare", "--net", sys.executable, "-c", code, str(fresh_dir)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert alone.stdout.strip() == "True", alone.stderr


def test_no_capability_beyond_a_containers_is_needed(data_dir: Path) -> None:
    """A container's root may not look into the processes of others (CAP_SYS_PTRACE)."""
    code = (
        "import sys; from pathlib import Path; from app.embedded.launcher import EmbeddedPostgres\n"
        "with EmbeddedPostgres(Path(sys.argv[1])) as server: print(server.pid is not None)"
    )
    kept = "chown,dac_override,fowner,fsetid,kill,setgid,setuid,net_raw,sys_chroot,mknod"
    bounds = ",".join(["-all", *(f"+{name}" for name in kept.split(","))])
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("there is no setpriv here")
    contained = subprocess.run(
        [setpriv, f"--bounding-set={bounds}", sys.executable, "-c", code, str(data_dir)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert contained.stdout.strip() == "True", contained.stderr


def _modes(directory: Path) -> dict[Path, tuple[int, int, int]]:
    places = {Path.home(), Path(sys.prefix), *directory.parents, *binaries().parents}
    places |= set(binaries().parent.rglob("*"))
    stats = {place: place.stat() for place in places}
    return {place: (s.st_mode, s.st_uid, s.st_gid) for place, s in stats.items()}


def _make_private_virtualenv(fresh_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under /root: the wheel is there, in a directory that is closed to the account."""
    installed = binaries().parents[1]
    private = fresh_dir / "private"
    fresh_dir.mkdir(mode=0o755)
    private.mkdir(mode=0o700)
    for path in (installed, installed.with_name(f"{installed.name}.libs")):
        if path.exists():
            (private / path.name).symlink_to(path)
    monkeypatch.syspath_prepend(private)


def _run_as(account: ServerAccount, *command: str) -> None:
    subprocess.run(
        command, check=True, capture_output=True, user=account.uid, group=account.gid, cwd="/"
    )
