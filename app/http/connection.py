"""One connection of a client: how long it may wait, how it is closed, and how many there may be.

uvicorn has a deadline for idle connections alone, and loses a response that it sends before the
whole request has arrived: closing a socket with unread bytes resets it (RFC 9112 §9.6).

This subclass stands on the methods of uvicorn's that it overrides; on its `cycle`, `flow` and
`connections`; and on responses that end with `transport.close()`. `tests/api_edge/
test_connections.py` fails when they change. The pace of a body is the edge's, which can answer.
"""

import asyncio
from http import HTTPStatus
from typing import Any, cast

import structlog
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.server import ServerState

from app.http.correlation import current_request_id, new_request_id
from app.http.middleware import HEADER_LIMIT
from app.http.problem_json import problem_response
from app.http.request_reader import Part, RequestReader
from app.http.server_config import ServerConfig
from app.telemetry import HTTP_REQUESTS

log = structlog.get_logger("suyuan.api")

LEAST_PACE = 1024  # bytes per second that a client has to read
SHARE = 16  # at the limit, one connection in so many makes room at once
CLOSE = {"Connection": "close"}
NOBODY = Request({"type": "http", "path": "/", "headers": []})


class Connection(RequestReader):
    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = config.limits
        self._raw: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._began: float | None = self.loop.time()  # when the header of a request did
        self._answered = 0.0
        self._lingering: float | None = None
        self._thrown_away = 0
        self._unread: tuple[float, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._raw = cast(asyncio.Transport, transport)
        super().connection_made(self._raw)
        self.transport = cast(asyncio.Transport, _Gently(self))
        self._timer = self.loop.call_later(self._limits.tick, self._check)
        if len(self.connections) > self._limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._lingering is not None:
            self._throw_away(data)
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        if self._began is None:
            self._began = self.loop.time()
        super().on_message_begin()

    def on_response_complete(self) -> None:
        self._began = None
        self._answered = self.loop.time()
        super().on_response_complete()

    def shutdown(self) -> None:
        if self._is_served():
            super().shutdown()
        else:
            self._raw.close()

    def _is_served(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    # How it is closed

    @property
    def raw(self) -> asyncio.Transport:
        return self._raw

    def is_closing(self) -> bool:
        return self._lingering is not None or self._raw.is_closing()

    def close(self) -> None:
        """Reads what the client still sends, so that it gets the response."""
        if self.is_closing():
            return
        if self._is_all_received():
            self._raw.close()
            return
        self._lingering = self.loop.time()
        self._raw.write_eof()
        self.flow.resume_reading()

    def _is_all_received(self) -> bool:
        if self.part is Part.HEAD:
            return self._began is None and not self.head
        return self.part is not Part.BODY and not self.later

    def _throw_away(self, data: bytes) -> None:
        self._thrown_away += len(data)
        if self._thrown_away > self._limits.linger_bytes:
            self._raw.abort()

    def refuse(self, *, too_long: bool) -> None:
        self.logger.warning("Invalid HTTP request received.")
        if self._is_served():
            if self.cycle.response_started:
                self._raw.abort()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        elif self.part is Part.BODY:  # its request has been answered
            self.close()
            return
        with new_request_id():
            if too_long:
                told = {"max_bytes": HEADER_LIMIT}
                members = {"details": told}
                self._refuse(
                    problem_response(
                        NOBODY, 431, "headers_too_large", told, headers=CLOSE, members=members
                    )
                )
            else:
                self._refuse(problem_response(NOBODY, 400, "bad_request", headers=CLOSE))

    def _refuse(self, problem: Response) -> None:
        """Before there is a request: in no language of the caller's, and on no route."""
        problem.headers["X-Request-Id"] = current_request_id()
        self._raw.write(_as_bytes(problem))
        HTTP_REQUESTS.labels("OTHER", "unmatched", str(problem.status_code)).inc()
        self._began = self._began or self.loop.time()
        self.close()

    # How long it may wait

    def _check(self) -> None:
        self._timer = self.loop.call_later(self._limits.tick, self._check)
        now = self.loop.time()
        if self._reads_too_slowly(now):
            self._raw.abort()
        elif self._lingering is not None:
            if now - self._lingering > self._limits.linger:
                self._raw.abort()
        elif not self._is_served():
            self._check_request(now)

    def _check_request(self, now: float) -> None:
        if self.part is Part.BODY:  # the rest of one that is answered
            if now - self._answered > self._limits.linger:
                self._raw.abort()
        elif self.cycle is not None and not self.head:
            self._began = None
            if now - self._answered > self._limits.keep_alive:
                self._raw.close()
        elif self._began is None:
            self._began = now
        elif now - self._began > self._limits.header_timeout:
            self._refuse_late_header()

    def _refuse_late_header(self) -> None:
        if not self.head:
            self._raw.close()
            return
        with new_request_id():
            self._refuse(problem_response(NOBODY, 408, "request_timeout", headers=CLOSE))

    def _reads_too_slowly(self, now: float) -> bool:
        """The buffer grows only while the client keeps up, so that growth is no sign of a slow
        one."""
        left = self._raw.get_write_buffer_size()
        if not left:
            self._unread = None
            return False
        since, before = self._unread or (now, 0)
        if left > before:
            self._unread = now, left
            return False
        if now - since < self._limits.response_timeout:
            return False
        self._unread = now, left
        return before - left < LEAST_PACE * self._limits.response_timeout

    # How many there may be

    def _make_room(self) -> None:
        """Closes those that have waited longest: a client that has something to say does so at
        once. Several at a time, so that a flood does not look at all of them for each new one."""
        ranked = [(each.rank(), each) for each in self.connections if isinstance(each, Connection)]
        spare = [(rank, each) for rank, each in ranked if rank is not None and each is not self]
        spare.sort(key=lambda pair: pair[0])
        for _, each in spare[: max(1, self._limits.connections // SHARE)]:
            each.give_up()
        if spare:
            log.warning("connections_full", limit=self._limits.connections)
            return
        with new_request_id():
            self._refuse(problem_response(NOBODY, 503, "overloaded", headers=CLOSE))

    def rank(self) -> tuple[int, float] | None:
        """Which one makes room first: what has been answered, what has not sent a header, what is
        idle, what has not sent its body, what does not read its response. None while the
        application works on it."""
        if self._lingering is not None:
            return 0, self._lingering
        if self.cycle is None:
            return 1, self._began or 0.0
        if self.cycle.response_complete:
            return 2, self._answered
        if self.cycle.more_body and not self.cycle.response_started:
            return 3, self._began or 0.0
        if self.flow.write_paused:
            return 4, self._unread[0] if self._unread else self._answered
        return None

    def give_up(self) -> None:
        self.connections.discard(self)  # at once; uvicorn is told with the next turn of the loop
        if self._is_served() or self._lingering is not None:
            self._raw.abort()
        else:
            self._raw.close()


class _Gently:
    """The transport as uvicorn uses it: its `close` is that of the connection."""

    def __init__(self, connection: Connection) -> None:
        self.write = connection.raw.write
        self.resume_reading = connection.raw.resume_reading
        self.close = connection.close
        self.is_closing = connection.is_closing


def _as_bytes(response: Response) -> bytes:
    phrase = HTTPStatus(response.status_code).phrase
    lines = [f"HTTP/1.1 {response.status_code} {phrase}".encode()]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"", bytes(response.body)])
