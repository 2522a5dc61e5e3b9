"""What a connection reads from bytes, and what h11 reads from the same bytes. No sockets: the test
says how the bytes are cut into pieces."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import h11
from uvicorn.server import ServerState

from app.http.connection import Connection
from app.http.server_config import ConnectionLimits, ServerConfig

Headers = tuple[tuple[bytes, bytes], ...]


class Seen(NamedTuple):
    method: bytes
    target: bytes
    body: bytes
    headers: Headers = ()


class Outcome(NamedTuple):
    seen: list[Seen]
    answer: bytes
    at_once: int  # how many requests were served at the same time at most


class Wire(asyncio.Transport):
    """The client's end: keeps what is written, and brings nothing while reading is paused."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.paused = False
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def write_eof(self) -> None:
        self.closed = True

    close = abort = write_eof

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return 0


class _Application:
    def __init__(self, response: Sequence[dict[str, Any]], *, early: bool) -> None:
        self.seen: list[Seen] = []
        self.serving = self.at_once = 0
        self._response = response
        self._early = early

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.serving += 1
        self.at_once = max(self.at_once, self.serving)
        body, more = b"", not self._early
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message["body"], message["more_body"]
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        target, headers = scope["raw_path"] + query, tuple(scope["headers"])
        self.seen.append(Seen(scope["method"].encode(), target, body, headers))
        if not self._early:
            await asyncio.sleep(0)  # more may come meanwhile
        self.serving -= 1
        for message in self._response:
            await send(message)


OK = (
    {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]},
    {"type": "http.response.body", "body": b"ok"},
)


def read(
    pieces: Iterable[bytes],
    response: Sequence[dict[str, Any]] = OK,
    *,
    early: bool = False,
    lenient: bool = False,
) -> Outcome:
    """`early`: answered before the body has come. `lenient`: llhttp takes LF for CRLF."""
    application = _Application(response, early=early)
    return asyncio.run(_read(pieces, application, lenient=lenient))


async def _read(pieces: Iterable[bytes], application: _Application, *, lenient: bool) -> Outcome:
    wire = Wire()
    config = ServerConfig(
        application, limits=ConnectionLimits(), log_config=None, lifespan="off", proxy_headers=False
    )
    connection = Connection(config, ServerState(), {})
    connection.parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=lenient)
    connection.connection_made(wire)
    waiting = [piece for piece in pieces if piece]
    idle = 0
    while idle < 20:
        idle += 1
        if waiting and not wire.paused:
            connection.data_received(waiting.pop(0))
            idle = 0
        before = len(wire.written)
        await asyncio.sleep(0)
        if len(wire.written) > before:
            idle = 0
    connection.connection_lost(None)
    await asyncio.gather(*connection.tasks)
    return Outcome(application.seen, wire.written, application.at_once)


def read_by_h11(raw: bytes) -> list[Seen]:
    """The whole requests up to the first thing that is none."""
    seen: list[Seen] = []
    while raw := raw.lstrip(b"\r\n"):
        connection = h11.Connection(h11.SERVER, 1 << 24)
        connection.receive_data(raw)
        try:
            one = _next(connection)
        except h11.RemoteProtocolError:
            break
        if one is None:
            break
        seen.append(one)
        if connection.their_state is h11.MUST_CLOSE:
            break
        raw = connection.trailing_data[0]
    return seen


def _next(connection: h11.Connection) -> Seen | None:
    request, body = connection.next_event(), b""
    if not isinstance(request, h11.Request):
        return None
    while True:
        event = connection.next_event()
        match event:
            case h11.Data():
                body += bytes(event.data)
            case h11.EndOfMessage():
                headers = cast(Headers, tuple(request.headers))
                return Seen(request.method, request.target, body, headers)
            case _:
                return None
