"""The wheel, in an empty environment and far from the checkout: it has all it needs."""

import json
import os
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from app.build import BAKED, SHORT, this_build
from tests.packaging.sources import COMMIT, ROOT, built, copy_sources, installed
from tests.running import data_directory, environment, free_port, until_ready

NOT_PACKED = "__pycache__"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    stale = sources / "build" / "lib" / "app" / "gone.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("")
    return built(sources, "wheel", tmp_path_factory.mktemp("wheel"), SUYUAN_COMMIT=COMMIT)


@pytest.fixture(scope="module")
def suyuan(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(wheel, tmp_path_factory.mktemp("environment")) / "suyuan"


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """Where to start it, with a folder of migrations that are somebody else's."""
    with data_directory() as directory:
        (directory / "migrations").mkdir()
        (directory / "migrations" / "__init__.py").write_text("raise SystemExit('not ours')")
        yield directory


def settings(directory: Path) -> dict[str, str]:
    """Without the checkout on the path."""
    kept = environment(directory / "data")
    kept.pop("PYTHONPATH", None)
    return kept


def files_of(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and NOT_PACKED not in path.parts
    }


def test_it_has_every_file_of_the_package_and_nothing_at_the_top_but_it(wheel: Path) -> None:
    packed = set(ZipFile(wheel).namelist())
    ours = files_of("app") | {f"app/{file}" for file in files_of("migrations")}
    assert ours <= packed
    extra = {name for name in packed - ours if ".dist-info/" not in name}
    assert extra == {f"app/{BAKED}"}


def test_its_version_and_commit_are_baked(suyuan: Path, elsewhere: Path) -> None:
    ended = subprocess.run(
        [suyuan, "--version"],
        cwd=elsewhere,
        env=settings(elsewhere),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == f"suyuan {this_build().version}+{COMMIT[:SHORT]}\n"


def test_it_serves(suyuan: Path, elsewhere: Path) -> None:
    """From an empty data directory: what `migrate` runs is in it too."""
    port = free_port()
    with (elsewhere / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [suyuan, "serve", "--port", str(port)],
            cwd=elsewhere,
            env=settings(elsewhere),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            until_ready(base, process)
            contract = httpx.get(f"{base}/openapi.json").json()
            assert contract["info"]["version"] == this_build().version
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_a_commit_that_is_none_is_refused(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="SUYUAN_COMMIT is the hash of a commit"):
        built(sources, "wheel", tmp_path, SUYUAN_COMMIT="main")


def test_a_source_archive_makes_the_same_wheel(sources: Path, wheel: Path, tmp_path: Path) -> None:
    archive = built(sources, "sdist", tmp_path, SUYUAN_COMMIT=COMMIT)
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    again = ZipFile(built(unpacked, "wheel", tmp_path))
    assert set(again.namelist()) == set(ZipFile(wheel).namelist())
    assert json.loads(again.read(f"app/{BAKED}"))["commit"] == COMMIT
