"""Secrets made once, also by processes that start at the same instant."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.identity.admin_key import load_or_create_secret


def test_the_environment_wins_and_nothing_is_written(tmp_path: Path) -> None:
    assert load_or_create_secret(tmp_path, "admin-key", "from outside") == "from outside"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unset", [None, ""])
def test_a_secret_is_made_once(tmp_path: Path, unset: str | None) -> None:
    made = load_or_create_secret(tmp_path / "data", "admin-key", unset)
    assert len(made) == 43
    assert load_or_create_secret(tmp_path / "data", "admin-key", unset) == made
    assert load_or_create_secret(tmp_path / "data", "signing-secret", unset) != made


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    load_or_create_secret(tmp_path / "data", "admin-key", None)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "admin-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["admin-key"]


def test_an_empty_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "admin-key").touch()
    with pytest.raises(ValueError, match="is empty"):
        load_or_create_secret(tmp_path, "admin-key", None)


@pytest.mark.parametrize("name", ["../admin-key", "", ".", "a/b", ".hidden"])
def test_a_name_stays_in_the_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        load_or_create_secret(tmp_path, name, None)


RACER = """
import sys
from pathlib import Path
from app.identity.admin_key import load_or_create_secret
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    print(load_or_create_secret(Path(sys.argv[1]), f"key-{number}", None))
"""


def test_processes_that_race_get_the_same_secrets(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    found = [racer.communicate()[0].split() for racer in racers]
    assert len(found[0]) == len(set(found[0])) == 200
    assert found == [found[0]] * 4
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"key-{number}" for number in range(200)
    )


def test_one_that_everybody_may_read_is_not_taken(tmp_path: Path) -> None:
    load_or_create_secret(tmp_path, "admin-key", None)
    (tmp_path / "admin-key").chmod(0o644)
    with pytest.raises(ValueError, match="chmod 600"):
        load_or_create_secret(tmp_path, "admin-key", None)
