"""Version and commit are known in every shape of the sources."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from app.build import Build, build_of, build_version, this_build
from tests.packaging.sources import ROOT

SOMEBODY = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")


def git(where: Path, *words: str) -> str:
    command = ["git", "-C", str(where), *SOMEBODY, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    made = tmp_path / "clone"
    made.mkdir()
    git(made, "init", "--quiet", "--initial-branch=main")
    (made / "pyproject.toml").write_text('[project]\nname = "suyuan"\nversion = "1.2.3"\n')
    for name in (".git_archival.txt", ".gitattributes"):
        (made / name).write_bytes((ROOT / name).read_bytes())
    git(made, "add", ".")
    git(made, "commit", "--quiet", "--message", "one")
    return made


def test_of_a_clone(clone: Path) -> None:
    assert build_of(clone) == Build("1.2.3", git(clone, "rev-parse", "HEAD"))


def test_of_a_clone_whose_references_are_packed(clone: Path) -> None:
    git(clone, "pack-refs", "--all")
    assert build_of(clone).commit == git(clone, "rev-parse", "HEAD")


def test_of_a_commit_that_was_checked_out(clone: Path) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    git(clone, "checkout", "--quiet", commit)
    assert build_of(clone).commit == commit


def test_of_a_work_tree(clone: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    git(clone, "worktree", "add", "--quiet", "-b", "other", str(tree))
    git(tree, "commit", "--quiet", "--allow-empty", "--message", "two")
    assert build_of(tree).commit == git(tree, "rev-parse", "HEAD")
    assert build_of(tree).commit != build_of(clone).commit


def test_of_an_archive(clone: Path, tmp_path: Path) -> None:
    archive, unpacked = tmp_path / "archive.tar", tmp_path / "unpacked"
    git(clone, "archive", "--output", str(archive), "HEAD")
    with tarfile.open(archive) as packed:
        packed.extractall(unpacked, filter="data")
    assert build_of(unpacked).commit == git(clone, "rev-parse", "HEAD")


def test_of_sources_that_do_not_know_their_commit(clone: Path) -> None:
    (clone / ".git").rename(clone.with_name("elsewhere"))
    assert build_of(clone) == Build("1.2.3", None)
    assert str(build_of(clone)) == "1.2.3"


def test_ours() -> None:
    assert build_version() == str(this_build())
    assert build_version().startswith(this_build().version)
    if (ROOT / ".git").exists():
        assert this_build().commit == git(ROOT, "rev-parse", "HEAD")
        assert build_version() == f"{this_build().version}+{git(ROOT, 'rev-parse', 'HEAD')[:12]}"
