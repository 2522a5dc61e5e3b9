"""Packs what the package needs beside its modules: the migrations, and which build it is."""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from app.build import BAKED, this_build  # noqa: E402  (a build front-end puts nothing on the path


def bake(package: Path) -> None:
    """`SUYUAN_COMMIT` names the commit where the sources do not know it."""
    build, given = this_build(), os.environ.get("SUYUAN_COMMIT")
    if given and not re.fullmatch(r"[0-9a-f]{7,64}", given):
        raise SystemExit("SUYUAN_COMMIT is the hash of a commit: 7 hexadecimal digits or more")
    baked = json.dumps(asdict(replace(build, commit=given or build.commit)))
    (package / BAKED).write_text(baked + "\n", encoding="utf-8")


class BuildPackage(build_py):
    def run(self) -> None:
        if self.editable_mode:  # the checkout has it all
            super().run()
            return
        shutil.rmtree(
            self.build_lib, ignore_errors=True
        )  # an earlier build left modules since gone
        super().run()
        package = Path(self.build_lib, "app")
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "migrations", package / "migrations", ignore=unwanted)
        bake(package)


class SourceArchive(sdist):
    def make_release_tree(self, base_dir: str, files: Iterable[str]) -> None:
        super().make_release_tree(base_dir, list(files))
        bake(Path(base_dir, "app"))


setup(cmdclass={"build_py": BuildPackage, "sdist": SourceArchive})
