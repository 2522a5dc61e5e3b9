"""Several API processes: one that is slow to start is waited for, one that hangs is replaced."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.running import data_directory, free_port, running_server

WORKERS = 2
NEVER_ANSWERED = 3  # seconds after which uvicorn takes a process for hung, five of its own accord

APPLICATION = """
import os

async def answer(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})
"""

# A host that is slow to import: every process that the parent starts, and only those.
SLOW_HOST = """
import os, sys, time

if "--multiprocessing-fork" in sys.orig_argv:
    with open(os.environ["STARTED"], "a") as started:
        started.write(f"{os.getpid()}\\n")
    time.sleep(float(os.environ["SLOWNESS"]))
"""

PARENT = """
import uvicorn
from app.cli.processes import Supervisor

config = uvicorn.Config({settings})
Supervisor(config, [config.bind_socket()], starting={starting}).run()
"""


class Host:
    def __init__(self, directory: Path) -> None:
        self.started = directory / "started"
        self.base = f"http://127.0.0.1:{free_port()}"
        (directory / "sitecustomize.py").write_text(SLOW_HOST)
        (directory / "small.py").write_text(APPLICATION)
        self._path = os.pathsep.join([str(directory), *filter(None, sys.path)])

    @contextmanager
    def serving(self, *, slowness: float, starting: float = 60) -> Iterator[None]:
        settings = (
            f"'small:answer', port={httpx.URL(self.base).port}, workers={WORKERS}, lifespan='off',"
            f" log_config=None, timeout_worker_healthcheck={NEVER_ANSWERED}"
        )
        more = {"STARTED": str(self.started), "SLOWNESS": str(slowness), "PYTHONPATH": self._path}
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT.format(settings=settings, starting=starting)],
            env=os.environ | more,
        )
        try:
            yield
            parent.terminate()
            assert parent.wait(30) == 0
        finally:
            parent.kill()
            parent.wait()

    def processes(self) -> list[int]:
        text = self.started.read_text() if self.started.exists() else ""
        return [int(line) for line in text.splitlines()]

    def serving_process(self) -> int | None:
        try:
            return int(httpx.get(self.base, timeout=1).text)
        except httpx.TransportError:
            return None


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
    return found


def test_processes_that_are_slow_to_start_are_waited_for(tmp_path: Path) -> None:
    host = Host(tmp_path)
    with host.serving(slowness=2 * NEVER_ANSWERED):
        assert until(host.serving_process) in host.processes()
        assert len(host.processes()) == WORKERS, "none was replaced while it started"


def test_a_process_that_hangs_is_replaced(tmp_path: Path) -> None:
    host = Host(tmp_path)
    with host.serving(slowness=0, starting=20):  # it may hang before its parent heard of it
        hanging = until(host.serving_process)
        until(lambda: len(host.processes()) >= WORKERS)
        before = len(host.processes())
        os.kill(hanging, signal.SIGSTOP)
        until(lambda: len(host.processes()) > before)


def test_a_process_that_never_gets_to_answer_is_replaced(tmp_path: Path) -> None:
    host = Host(tmp_path)
    with host.serving(slowness=60, starting=0):
        until(lambda: len(host.processes()) > WORKERS)


def test_an_application_that_cannot_start_ends_the_parent_too() -> None:
    program = (
        "import uvicorn; from app.cli.processes import serve_processes;"
        "serve_processes(uvicorn.Config('small:nothing', port=0, workers=2))"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert b"Exit" in ended.stderr
    assert ended.returncode != 0


TOKEN = "read-by-the-monitoring"
COUNTED = 25


def test_the_product_in_several_processes_counts_as_one() -> None:
    port = free_port()
    settings = {"SUYUAN_METRICS_PORT": str(port), "SUYUAN_METRICS_TOKEN": TOKEN}
    with (
        data_directory() as directory,
        running_server(
            directory,
            "--workers",
            str(WORKERS),
            SUYUAN_HEADER_TIMEOUT="1",
            PYTHONIOENCODING="ascii",
            **settings,
        ) as base,
    ):
        url = httpx.URL(base)
        with socket.create_connection((url.host, url.port or 80), timeout=30) as half:
            half.sendall(b"GET /healthz HTTP/1.1\r\n")
            assert half.recv(65536).startswith(b"HTTP/1.1 408"), "the settings reach each process"
        of_worker = f"http://127.0.0.1:{port}"
        for each in (base, of_worker):
            assert httpx.get(f"{each}/readyz").json()["status"] == "ready"
            for shown in ({}, {"Authorization": "Bearer another"}):
                assert httpx.get(f"{each}/metrics", headers=shown).status_code == 401
        for _ in range(COUNTED):
            assert httpx.get(f"{base}/healthz").json() == {"status": "ok"}
        for each in [base] * 4 * WORKERS + [of_worker]:
            assert healths(each) == COUNTED, "whichever process answers"
            assert 'suyuan_workers{build="' in metrics(each)
        until(lambda: len(api_processes(directory)) == WORKERS)
        killed, folder = api_processes(directory)[0]
        os.kill(killed, signal.SIGKILL)
        until(lambda: not list(folder.glob(f"*_{killed}.db")))
        until(lambda: len(api_processes(directory)) == WORKERS)
        assert healths(of_worker) == COUNTED, "what it counted is kept"
        assert (folder / "counter_ended.db").exists()
    assert not folder.exists()


def metrics(base: str) -> str:
    answer = httpx.get(f"{base}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.text


def healths(base: str) -> int:
    start = 'suyuan_http_requests_total{method="GET",route="/healthz",status="200"} '
    [value] = [x.removeprefix(start) for x in metrics(base).splitlines() if x.startswith(start)]
    return int(float(value))


def api_processes(data_dir: Path) -> list[tuple[int, Path]]:
    """Of the server on this data directory: process ids, and the folder in which each counts."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            pairs = (process / "environ").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        environ = dict(pair.partition("=")[::2] for pair in pairs)
        if b"spawn_main" in command and environ.get("SUYUAN_DATA_DIR") == str(data_dir):
            found.append((int(process.name), Path(environ["PROMETHEUS_MULTIPROC_DIR"])))
    return found
