"""The folder in which several processes count together, and what becomes of the counts of a process
that ended: they are added to one file, so that no sum ever falls and no files pile up."""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

from app.embedded.postmaster import is_process
from app.telemetry import MULTIPROCESS, metric_files

PREFIX = "suyuan-metrics-"
OWNER = "owner"
YOUNG = 60.0  # seconds in which a folder may not have its lock yet

_OF_PROCESS = re.compile(r"(?P<kind>counter|histogram|gauge_\w+)_(?P<pid>\d+)\.db")


@contextmanager
def metrics_directory() -> Iterator[dict[str, str]]:
    """The setting for the processes that count in a new folder; the folder is removed at the end.

    Those of processes that were killed are removed first: their lock is free.
    """
    remove_left_behind(Path(tempfile.gettempdir()))
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder,
        (Path(folder) / OWNER).open("w") as owner,
    ):
        fcntl.flock(owner, fcntl.LOCK_EX)
        yield {MULTIPROCESS: folder}


def remove_left_behind(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, or gone
            is_young = time.time() - folder.stat().st_mtime < YOUNG
            if folder.is_symlink() or folder.stat().st_uid != os.getuid() or is_young:
                continue
            with (folder / OWNER).open("a") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)


def merge_ended(folder: Path) -> int:
    """Adds the counts of processes that ended to one file per kind; returns their number.

    Gauges of a process end with it.
    """
    ended = {
        int(found["pid"])
        for file in folder.iterdir()
        if (found := _OF_PROCESS.fullmatch(file.name)) and not is_process(int(found["pid"]))
    }
    if ended:
        with metric_files(folder, alone=True):
            for file in folder.iterdir():
                found = _OF_PROCESS.fullmatch(file.name)
                if found and int(found["pid"]) in ended:
                    if found["kind"] in ("counter", "histogram"):
                        _add(file, folder / f"{found['kind']}_ended.db")
                    file.unlink()
    return len(ended)


def _add(file: Path, total: Path) -> None:
    sums = MmapedDict(str(total))  # type: ignore[no-untyped-call]
    try:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
            before, _ = sums.read_value(key)  # type: ignore[no-untyped-call]
            sums.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]
    finally:
        sums.close()  # type: ignore[no-untyped-call]
