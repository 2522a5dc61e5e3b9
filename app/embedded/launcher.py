"""The embedded PostgreSQL of a data directory: one server for all processes, on a Unix socket, not
on TCP."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from app.embedded.account import server_account
from app.embedded.cluster import SUPERUSER, ensure_cluster
from app.embedded.errors import DataDirectoryInUse, ServerNotStarted
from app.embedded.locks import Seat, gate, in_another_container, is_elsewhere, is_held, seated
from app.embedded.logs import prune
from app.embedded.paths import Layout, check_way, explained
from app.embedded.postmaster import PORT, Postmaster
from app.embedded.server import Server
from app.embedded.temporary import temporary_directory


class EmbeddedPostgres:
    """The last process that uses the server stops it.

    With `attach` we share a server that another process started, with its settings; without, that
    is an error.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        attach: bool = False,
        extra_settings: Mapping[str, str | int] | None = None,
        time_limit: float = 120,
    ) -> None:
        self._layout = Layout(data_dir.absolute())
        self._server = Server(self._layout, extra_settings or {}, time_limit=time_limit)
        self._attach = attach
        self._time_limit = time_limit
        self._seat: Seat | None = None
        self._owner = os.getpid()
        self._socket_dir: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def data_dir(self) -> Path:
        return self._layout.data_dir

    @property
    def pid(self) -> int | None:
        """The server's, while it runs."""
        running = self._server.running()
        return running.pid if running else None

    @property
    def superuser_url(self) -> str:
        return self.url()

    def url(self, *, user: str = SUPERUSER, database: str = "postgres") -> str:
        """For asyncpg, psql and, as postgresql+asyncpg://, SQLAlchemy. It needs no password."""
        if self._socket_dir is None:
            raise ServerNotStarted("The embedded database has not been started.")
        # The port is named because PGPORT in the environment would change it.
        where = f"host={quote(str(self._socket_dir))}&port={PORT}"
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?{where}"

    def start(self) -> None:
        if self._seat is not None:
            self.ensure_running()
            return
        check_way(self._layout.home, server_account(self._layout.cluster))
        self._layout.prepare()
        with self._gate():
            others = self._others()
            seat = Seat(self._layout.seats)
            try:
                self._socket_dir = self._bring_up(alone=not others).socket_dir
            except BaseException:
                seat.leave()
                raise
            self._seat = seat
        prune(self._layout.log)

    def stop(self) -> None:
        """Stops using the server, and stops it unless others use it. Safe to repeat."""
        if self._seat is None or self._owner != os.getpid():  # a forked child has started nothing
            return
        seat, self._seat, self._socket_dir = self._seat, None, None
        if not self._layout.home.is_dir():  # removed while we used it
            seat.leave()
            self._server.stop()
            return
        with self._gate():
            seat.leave()
            if seated(self._layout.seats):
                self._server.leave_to_others()
            else:
                self._server.stop()

    def is_alive(self) -> bool:
        return self._server.running() is not None

    def ensure_running(self) -> bool:
        """Starts the server again if it is down, and returns whether it was. Call it regularly."""
        if self._seat is None:
            raise ServerNotStarted("The embedded database has not been started.")
        if self.is_alive():
            prune(self._layout.log)
            return False
        with self._gate():
            self._socket_dir = self._bring_up(alone=False).socket_dir
        return True

    @classmethod
    @contextmanager
    def temporary(cls, base: Path | None = None, **settings: str | int) -> Iterator[Self]:
        """A new cluster in a private directory, removed at the end.

        With fsync off; a benchmark passes fsync="on".
        """
        with (
            temporary_directory(base) as directory,
            cls(directory, extra_settings={"fsync": "off"} | settings) as server,
        ):
            yield server

    @contextmanager
    def _gate(self) -> Iterator[None]:
        with explained(self.data_dir), gate(self._layout.gate, time_limit=self._time_limit):
            yield

    def _others(self) -> list[int]:
        lock = self._layout.server_lock
        if is_held(lock) and is_elsewhere(lock):
            raise in_another_container(self.data_dir)
        others = seated(self._layout.seats)
        if others and not self._attach:
            named = ", ".join(map(str, others))
            raise DataDirectoryInUse(
                f"The embedded database of {self.data_dir} is used by process {named}.",
                pids=others,
                hint="Stop that first, or set SUYUAN_DATA_DIR to another directory for this one.",
            )
        return others

    def _bring_up(self, *, alone: bool) -> Postmaster:
        account = server_account(self._layout.cluster)
        ensure_cluster(self._layout, account, durable=self._server.is_durable)
        if alone:
            # The process that started this server was killed. A restart is quick, ends its open
            # transactions, and applies our settings and programs.
            self._server.stop()
        return self._server.join() or self._server.launch(account)
