"""Stands between the driver and the server's socket, and can lose a request or its reply."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from pathlib import Path
from typing import Self

from sqlalchemy.engine import URL, make_url

READY_FOR_QUERY = b"Z\x00\x00\x00\x05"


class Cut(Enum):
    UNSENT = auto()  # the server never hears of it
    UNANSWERED = auto()  # the server gets it, the client is gone at once
    ANSWERED = auto()  # the server has committed and replied, the reply is lost


class _Link:
    """One connection of the driver, and ours to the server."""

    def __init__(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.from_client, self.to_client = client
        self.from_server, self.to_server = server
        self.mute = False

    def close(self) -> None:
        self.to_client.close()
        self.to_server.close()


class Proxy:
    def __init__(self, url: str, directory: Path) -> None:
        real = make_url(url)
        port = str(real.query["port"])
        self._socket = f"{real.query['host']}/.s.PGSQL.{port}"
        self._own_socket = directory / f".s.PGSQL.{port}"
        self._url: URL = real.update_query_dict({"host": str(directory)})
        self._cuts: list[tuple[bytes, Cut]] = []
        self._links: dict[_Link, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self.cuts_made = 0

    @property
    def url(self) -> str:
        return self._url.render_as_string(hide_password=False)

    @classmethod
    @asynccontextmanager
    async def before(cls, url: str) -> AsyncIterator[Self]:
        directory = Path(tempfile.mkdtemp(prefix="suyuan-proxy-"))
        proxy = cls(url, directory)
        await proxy.open()
        try:
            yield proxy
        finally:
            await proxy.close()
            shutil.rmtree(directory)

    def cut(self, marker: bytes, how: Cut, *, times: int = 1) -> None:
        """Cuts the connection over which `marker` is sent; `times` in a row."""
        self._cuts += [(marker, how)] * times

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self._own_socket)

    async def close(self) -> None:
        """From now on nobody reaches the server, as if it were gone."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._own_socket.unlink(missing_ok=True)
        for link in self._links:
            link.close()
        if self._links:
            await asyncio.wait(self._links.values())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link((reader, writer), await asyncio.open_unix_connection(self._socket))
        self._links[link] = asyncio.create_task(self._carry(link))
        await self._links[link]
        del self._links[link]

    async def _carry(self, link: _Link) -> None:
        back = asyncio.create_task(self._replies(link))
        with suppress(OSError):  # the driver hung up in the middle of a message
            await self._requests(link)
        link.close()
        await back

    async def _requests(self, link: _Link) -> None:
        overlap = b""
        while data := await link.from_client.read(65536):
            how = self._due(overlap + data)
            overlap = data[-64:]
            if how is Cut.UNSENT:
                return
            link.mute = link.mute or how is Cut.ANSWERED
            link.to_server.write(data)
            await link.to_server.drain()
            if how is Cut.UNANSWERED:
                return

    def _due(self, data: bytes) -> Cut | None:
        if self._cuts and self._cuts[0][0] in data:
            self.cuts_made += 1
            return self._cuts.pop(0)[1]
        return None

    async def _replies(self, link: _Link) -> None:
        with suppress(OSError):  # one of the two is gone: so is the link
            while data := await link.from_server.read(65536):
                if not link.mute:
                    link.to_client.write(data)
                    await link.to_client.drain()
                elif READY_FOR_QUERY in data[-6:]:
                    break  # the transaction is over, and nobody but us knows
        link.close()
