"""A migration that was released never changes, nor does the SQL that it reads."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from migrations import freeze

ROOT = Path(__file__).parents[2]


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    """A copy that a test may change."""
    copy = tmp_path / "migrations"
    shutil.copytree(freeze.HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_no_frozen_file_has_changed() -> None:
    assert freeze.broken() == []


def test_every_migration_and_every_sql_file_is_frozen() -> None:
    loose = set(freeze.digests()) - set(freeze.frozen())
    assert loose == set(), "add what is ready to be merged: python -m migrations.freeze"


def test_every_sql_file_that_a_migration_names_is_there() -> None:
    known = {path.stem for path in freeze.HERE.glob("sql/*.sql")}
    named: set[str] = set()
    for path in freeze.HERE.glob("versions/[0-9]*.py"):
        named |= set(re.findall(r'statement\("(\w+)"\)', path.read_text(encoding="utf-8")))
    assert named
    assert named <= known


@pytest.mark.parametrize("name", ["sql/append_batch.sql", "versions/2026_11_21_0004_reactors.py"])
def test_an_edit_is_refused_in_a_sentence(migrations: Path, name: str) -> None:
    with (migrations / name).open("a", encoding="utf-8") as file:
        file.write("-- mended\n")
    (sentence,) = freeze.broken(migrations)
    assert name in sentence
    assert "_v2.sql" in sentence
    before = (migrations / "frozen.sha256").read_bytes()
    with pytest.raises(ValueError, match="was changed"):
        freeze.freeze(migrations)
    assert (migrations / "frozen.sha256").read_bytes() == before


def test_a_file_that_is_gone_is_missed(migrations: Path) -> None:
    (migrations / "sql/move_clock.sql").unlink()
    (sentence,) = freeze.broken(migrations)
    assert "migrations/sql/move_clock.sql is gone" in sentence


def test_a_new_file_is_added_below(migrations: Path) -> None:
    before = (migrations / "frozen.sha256").read_text()
    (migrations / "sql/z_of_tomorrow.sql").write_text("select 1;\n")
    assert freeze.freeze(migrations) == ["sql/z_of_tomorrow.sql"]
    after = (migrations / "frozen.sha256").read_text()
    assert after.startswith(before)
    assert freeze.freeze(migrations) == []
    assert (migrations / "frozen.sha256").read_text() == after


def test_anybody_can_run_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "migrations.freeze"], cwd=ROOT, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, b"nothing new\n")
