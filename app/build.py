"""The version and commit of this build: written into a wheel, or read from a checkout. Standard
library only: set-up and packaging import it too."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path

BAKED = "_build.json"  # beside this file, in a wheel and nowhere else
SHORT = 12

_PACKAGE = Path(__file__).resolve().parent
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Build:
    version: str
    commit: str | None = None

    def __str__(self) -> str:
        """`0.1.0+abc1234`; only the version where the commit is unknown."""
        return f"{self.version}+{self.commit[:SHORT]}" if self.commit else self.version


@cache
def this_build() -> Build:
    baked = _PACKAGE / BAKED
    if baked.is_file():
        return Build(**json.loads(baked.read_text(encoding="utf-8")))
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file():
        return build_of(checkout)
    return Build(installed_version("suyuan"))


def build_version() -> str:
    """As the header of every event records it."""
    return str(this_build())


def build_of(checkout: Path) -> Build:
    """From a clone, a work tree, or an unpacked `git archive`."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Build(project["version"], _commit_of_clone(checkout) or _commit_of_archive(checkout))


def _commit_of_clone(checkout: Path) -> str | None:
    """Reads the files of `.git`. Calling git would cost a process at every start, and git refuses a
    directory that another user owns."""
    git = checkout / ".git"
    if git.is_file():  # a work tree: the file names the directory
        git = checkout / _text(git).removeprefix("gitdir:").strip()
    common = git / (_text(git / "commondir") or ".")
    head = _text(git / "HEAD")
    if not head.startswith("ref:"):
        return _checked(head)
    ref = head.removeprefix("ref:").strip()
    return _checked(_text(git / ref) or _text(common / ref) or _packed(common, ref))


def _packed(common: Path, ref: str) -> str:
    lines = _text(common / "packed-refs").splitlines()
    return next((line.split()[0] for line in lines if line.endswith(f" {ref}")), "")


def _commit_of_archive(checkout: Path) -> str | None:
    return _checked(_text(checkout / ".git_archival.txt").removeprefix("node:").strip())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _checked(commit: str) -> str | None:
    return commit if _COMMIT.fullmatch(commit) else None
