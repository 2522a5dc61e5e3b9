"""The sources as a builder gets them, and what is built from them without a network."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"

FOLDERS = ("app", "migrations")
FILES = ("LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py")


def copy_sources(to: Path) -> Path:
    """Without a repository: the commit has to be told."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, to)
    return to


def built(sources: Path, kind: str, into: Path, **settings: str) -> Path:
    """A `wheel` or `sdist`, by the build backend alone."""
    program = (
        "from setuptools import build_meta;"
        f"print('built', build_meta.build_{kind}({str(into)!r}), sep='\\n')"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=sources,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return into / told.stdout.splitlines()[-1]


def installed(wheel: Path, environment: Path) -> Path:
    """In an environment that is empty but for the dependencies, which it borrows from ours: the
    `bin` of it. A path in a `.pth` file brings packages, and none of the editable ones."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install"]
    subprocess.run([*command, "--no-index", "--no-deps", str(wheel)], check=True)
    places = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    borrowed = Path(places.stdout.strip()) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin"
