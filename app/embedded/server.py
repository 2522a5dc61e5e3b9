"""Starts, finds and stops the server process of one cluster. Call it inside the gate."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from shutil import disk_usage

from app.embedded.account import ServerAccount
from app.embedded.binaries import binaries_for
from app.embedded.errors import EmbeddedPostgresError, ServerDidNotStart
from app.embedded.locks import (
    in_another_container,
    is_elsewhere,
    is_free_within,
    is_held,
    server_lock,
)
from app.embedded.logs import last_words
from app.embedded.paths import Layout, no_space, open_ours, speaks_of_full_disk
from app.embedded.postmaster import PORT, Postmaster, clear_stale, read_postmaster
from app.embedded.programs import spawn
from app.embedded.sockets import socket_directory

_POLL = 0.01
_ONE_LOG_SEGMENT = 16 * 1024 * 1024

# For every server, whatever postgresql.conf says.
_ALWAYS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "logging_collector": "on",
    "log_destination": "stderr",
    "log_directory": "log",
    "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
    "log_rotation_size": "10MB",
    "log_rotation_age": "1d",
}

# Fast: open transactions are rolled back. Immediate: the next start recovers. Then by force.
_STOPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))

# Servers that we started and left to others: if collected, they would warn of running children.
_left_to_others: list[subprocess.Popen[bytes]] = []


class Server:
    def __init__(
        self, layout: Layout, settings: Mapping[str, str | int], *, time_limit: float
    ) -> None:
        self._layout = layout
        self._settings = {name: str(value) for name, value in settings.items()}
        self._time_limit = time_limit
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_durable(self) -> bool:
        return self._settings.get("fsync") != "off"

    def running(self) -> Postmaster | None:
        """Checks the lock first: if it is free, postmaster.pid is stale."""
        self._reap()
        if not is_held(self._layout.server_lock):
            return None
        postmaster = read_postmaster(self._layout.cluster)
        return postmaster if postmaster and postmaster.exists() else None

    def launch(self, account: ServerAccount) -> Postmaster:
        layout = self._layout
        settings = self._settings | _ALWAYS
        socket_dir = socket_directory(layout, account)
        settings |= {"unix_socket_directories": str(socket_dir)}
        command = [str(binaries_for(account) / "postgres"), "-D", str(layout.cluster)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        layout.start_log.unlink(missing_ok=True)
        with (
            server_lock(layout.server_lock, time_limit=self._time_limit) as lock,
            os.fdopen(open_ours(layout.start_log, os.O_EXCL), "wb") as log,
        ):
            clear_stale(layout.cluster, socket_dir)
            self._process = spawn(
                command,
                account,
                output=log,
                inherited=[lock],
                own_session=True,  # Ctrl-C in the terminal is for us; we stop the server last
            )
        try:
            return self._until_ready(self._process)
        except BaseException:
            self.stop()
            raise

    def join(self) -> Postmaster | None:
        """Waits for the server that another process started, until it is ready."""
        deadline = time.monotonic() + self._time_limit
        while (running := self.running()) is not None:
            if running.is_ready:
                return running
            self._check_time(deadline)
            time.sleep(_POLL)
        return None

    def stop(self) -> None:
        lock = self._layout.server_lock
        if is_held(lock) and is_elsewhere(lock):
            raise in_another_container(self._layout.data_dir)
        for number, limit in _STOPS:
            if (pid := self._pid()) is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            if is_free_within(lock, limit):
                break
        if self._process is not None:
            self._process.wait()
            self._process = None

    def leave_to_others(self) -> None:
        if self._process is not None:
            _left_to_others.append(self._process)
            self._process = None

    def _pid(self) -> int | None:
        self._reap()
        if self._process is not None:
            return self._process.pid
        running = self.running()
        return running.pid if running else None

    def _until_ready(self, process: subprocess.Popen[bytes]) -> Postmaster:
        deadline = time.monotonic() + self._time_limit
        while process.poll() is None:
            postmaster = read_postmaster(self._layout.cluster)
            if postmaster and postmaster.pid == process.pid and postmaster.is_ready:
                return postmaster
            self._check_time(deadline)
            time.sleep(_POLL)
        raise self._failure("PostgreSQL went down while it started.")

    def _check_time(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise self._failure(f"PostgreSQL was not ready within {self._time_limit:g} s.")

    def _failure(self, what: str) -> EmbeddedPostgresError:
        words = last_words(self._layout.start_log, self._layout.log)
        # On a full disk there may be no room for the log either.
        if speaks_of_full_disk(words) or disk_usage(self._layout.home).free < _ONE_LOG_SEGMENT:
            return no_space(self._layout.home)
        return ServerDidNotStart(f"{what} Its last words:\n{words}")

    def _reap(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None
