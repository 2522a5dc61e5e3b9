"""Several API processes under one parent that gives each time to start on a slow host, and adds up
what those counted that ended."""

import os
from pathlib import Path
from socket import socket
from time import monotonic
from weakref import WeakKeyDictionary, WeakSet

import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from app.cli.listening import listen
from app.cli.metrics_directory import merge_ended
from app.telemetry import MULTIPROCESS

STARTING = 180.0  # seconds until a new process has to answer its parent for the first time


class Supervisor(Multiprocess):
    """uvicorn replaces every process that does not answer within `timeout_worker_healthcheck`, also
    one that is still importing; on a slow host no process ever started. This one lets a new process
    take `starting` seconds."""

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket], *, starting: float = STARTING
    ) -> None:
        super().__init__(config, sockets)
        self._starting = starting
        self._deadlines: WeakKeyDictionary[Process, float] = WeakKeyDictionary()
        self._answered: WeakSet[Process] = WeakSet()
        self._pids: set[int | None] = set()

    def keep_subprocess_alive(self) -> None:
        starting = [process for process in self.processes if self._is_starting(process)]
        self.processes = [process for process in self.processes if process not in starting]
        super().keep_subprocess_alive()
        self.processes += starting
        self._merge_ended()

    def _merge_ended(self) -> None:
        pids = {process.pid for process in self.processes}
        folder = os.environ.get(MULTIPROCESS)
        if folder and self._pids - pids:
            merge_ended(Path(folder))
        self._pids = pids

    def _is_starting(self, process: Process) -> bool:
        """Sends one ping only: a late process would answer each of many."""
        if process in self._answered:
            return False
        if process not in self._deadlines:
            self._deadlines[process] = monotonic() + self._starting
            process.parent_conn.send(b"ping")
        if process.parent_conn.poll(0):
            process.parent_conn.recv()
            self._answered.add(process)
            return False
        return process.process.is_alive() and monotonic() < self._deadlines[process]


def serve_processes(config: uvicorn.Config) -> None:
    """Runs until a signal. If a process cannot start, the parent exits with 3."""
    supervisor = Supervisor(config, listen(config))
    supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise typer.Exit(STARTUP_FAILURE)
