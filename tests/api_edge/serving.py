"""A small application in a server of its own, with real sockets and short deadlines."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select
from typing import Any

import uvicorn
from fastapi import Request
from starlette.responses import Response, StreamingResponse

from app.cli.listening import listen
from app.http.application import Application
from app.http.server_config import ConnectionLimits, ServerConfig

PATIENCE = 1.0  # seconds, of every deadline
CONNECTIONS = 32
LARGE = 64 * 1024 * 1024


class Served:
    def __init__(self, *, body_timeout: float = PATIENCE, **limits: Any) -> None:
        deadlines = {"header_timeout": PATIENCE, "response_timeout": PATIENCE, "linger": PATIENCE}
        self.application = Application(title="little", version="1", body_timeout=body_timeout)
        self.gate = threading.Event()
        self.waiting = 0
        self._install(self.application)
        config = ServerConfig(
            self.application,
            limits=ConnectionLimits(**(deadlines | limits)),
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=10,
            port=0,
        )
        self._sockets = listen(config)
        self._sockets[0].listen(2048)
        self.port: int = self._sockets[0].getsockname()[1]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=(self._sockets,))

    def _install(self, app: Application) -> None:
        async def echo(request: Request) -> Response:
            return Response(str(len(await request.body())))

        async def large() -> Response:
            async def parts() -> Any:
                for _ in range(LARGE // 65536):
                    yield bytes(65536)

            return StreamingResponse(parts())

        async def wait() -> Response:
            self.waiting += 1
            await asyncio.to_thread(self.gate.wait, 30)
            return Response("open")

        async def turns(until: int) -> Response:
            """Holds the loop until the gate opens, then counts its turns until so many are open."""
            self.waiting += 1
            self.gate.wait(30)
            count = 0
            while self.open < until:
                count += 1
                await asyncio.sleep(0)
            return Response(str(count))

        app.add_api_route("/turns", turns)
        app.add_api_route("/echo", echo, methods=["POST"])
        app.add_api_route("/large", large)
        app.add_api_route("/whole", lambda: Response(bytes(LARGE)))
        app.add_api_route("/wait", wait)

    @property
    def open(self) -> int:
        """How many connections the server holds."""
        return len(self._server.server_state.connections)

    def connect(self, *, small: bool = False) -> socket.socket:
        raw = socket.socket()
        raw.settimeout(30)
        if small:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", self.port))
        return raw

    def answer(self, request: bytes) -> bytes:
        """All that comes until the server closes."""
        with self.connect() as raw:
            raw.sendall(request)
            return read_all(raw)

    def __enter__(self) -> "Served":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()
        for each in self._sockets:
            each.close()


@contextmanager
def many(served: Served, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    held: list[socket.socket] = []
    try:
        for _ in range(count):
            held.append(served.connect())
            with suppress(ConnectionError):
                held[-1].sendall(sent)
        yield held
    finally:
        for raw in held:
            raw.close()


def read_all(raw: socket.socket) -> bytes:
    answer = b""
    while part := raw.recv(65536):
        answer += part
    return answer


def drip(raw: socket.socket, text: bytes) -> bytes:
    """Sends byte by byte until there is something to read, then reads to the end."""
    with suppress(ConnectionError):
        for byte in text:
            raw.sendall(bytes([byte]))
            if select([raw], [], [], 0.05)[0]:
                break
    return read_all(raw)
