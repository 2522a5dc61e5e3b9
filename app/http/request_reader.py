"""The requests of one connection, one at a time, from the bytes that come.

llhttp (by httptools) parses all that it is given, without a limit and on into the next request. So
it is given pieces that end where a request may end, and none while a request is being answered. A
piece in which a second request begins is refused: llhttp then ends the first elsewhere than we do.

This subclass stands on uvicorn's `on_message_begin` and `_start_asgi_task`, on what they use
(`parser`, `headers`, `scope`, `cycle`, `flow`, `app`), and on `RequestResponseCycle` with its
`chunked_encoding`. `tests/api_edge/test_requests.py` fails when they change.
"""

import asyncio
import re
from abc import ABC, abstractmethod
from enum import Enum, auto
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.http.middleware import HEADER_LIMIT
from app.http.server_config import ServerConfig

FREE_CHUNKS = 1024  # of a body; beyond them, one for each
LEAST_CHUNK = 32  # bytes

_BLANK_LINE = b"\r\n\r\n"
_REQUEST_LINE = re.compile(rb"([A-Z-]+) ([\x21-\x7e]+) HTTP/(1\.[01])\r\n")


class Malformed(Exception):
    """No request, or one that somebody else might read otherwise."""


class TooLong(Exception):
    """A head, or what frames the chunks of a body, trailers included."""


class Part(Enum):
    """What is read next."""

    HEAD = auto()
    BODY = auto()
    NEXT = auto()  # the next request, once this one is answered
    NOTHING = auto()  # this request is the last of the connection (RFC 9112 §9.6)


class RequestReader(HttpToolsProtocol, ABC):
    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.part = Part.HEAD
        self.head = b""  # what has come of that of the request
        self.later = b""  # what came after it, before it was answered
        self._may_begin = False
        self._left: int | None = None  # of the body; None when it comes in chunks
        self._tail = b""  # of the last piece: it may be half of a blank line
        self._framing = self._content = self._chunks = 0

    @abstractmethod
    def refuse(self, *, too_long: bool) -> None: ...

    def data_received(self, data: bytes) -> None:
        try:
            self._read(data)
        except TooLong:
            self.refuse(too_long=True)
        except (Malformed, httptools.HttpParserError):
            self.refuse(too_long=False)

    def on_response_complete(self) -> None:
        """Without uvicorn's timer for an idle connection: another one watches every deadline."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.part is Part.NEXT:
            self._expect_head()
            data, self.later = self.later, b""
            self.data_received(data)

    # Pieces

    def _read(self, data: bytes) -> None:
        start = 0
        while start < len(data) and self.part is not Part.NOTHING:
            if self.part is Part.NEXT:
                self.later += data[start:]
                self.flow.pause_reading()
                return
            if self.part is Part.HEAD and not self.head:
                if data[start] in b"\r\n":  # some clients end a body with it (RFC 9112 §2.2)
                    start = len(data) - len(data[start:].lstrip(b"\r\n"))
                    continue
                self._may_begin = True
            end = self._end_of_piece(data, start)
            self._feed(memoryview(data)[start:end])
            start = end

    def _end_of_piece(self, data: bytes, start: int) -> int:
        """A head ends with a blank line, and so do chunks."""
        if self.part is Part.BODY and self._left is not None:
            return min(start + self._left, len(data))
        tail, self._tail = self._tail, b""
        if tail and (end := (tail + data[start : start + 3]).find(_BLANK_LINE) + 1):
            return start + end - 1 + len(_BLANK_LINE) - len(tail)
        if end := data.find(_BLANK_LINE, start) + 1:
            return end - 1 + len(_BLANK_LINE)
        self._tail = (tail + data[max(start, len(data) - 3) :])[-3:]
        return len(data)

    def _feed(self, piece: memoryview) -> None:
        if self.part is Part.HEAD:
            if len(self.head) + len(piece) > HEADER_LIMIT:
                raise TooLong
            self.head += piece
            self._parse(piece)
        elif self._left is not None:
            self._left -= len(piece)
            self._parse(piece)
            if not self._left and self.part is Part.BODY:
                raise Malformed
        else:
            self._framing += len(piece)  # what of it is content is taken off in `on_body`
            if not self._tail:
                self.on_chunk_header()  # a piece costs as much as a chunk
            self._parse(piece)
            if self._framing > HEADER_LIMIT + self._content:
                raise TooLong

    def _parse(self, piece: memoryview) -> None:
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            if upgrade.args[0] != len(piece):
                raise Malformed from None
            self._decline_upgrade()

    def _decline_upgrade(self) -> None:
        """It changes nothing (RFC 9110 §7.8), and neither does CONNECT; llhttp would pass over the
        body. So another parser gets the same head without the offer."""
        lines = [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self._may_begin = True
        self.parser.feed_data(b"\r\n".join([b"POST / HTTP/1.1", *lines]) + _BLANK_LINE)

    def _expect_head(self) -> None:
        """With a parser that knows nothing of the last request: llhttp would obey a `Connection`
        among its trailers."""
        self.parser = httptools.HttpRequestParser(self)
        self.part = Part.HEAD
        self.head = b""

    # What llhttp finds in them

    def on_message_begin(self) -> None:
        if not self._may_begin:
            raise Malformed
        self._may_begin = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.part is Part.HEAD:  # a trailer is no header (RFC 9110 §6.5.1)
            self.headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        line = _REQUEST_LINE.match(self.head)
        if line is None:
            raise Malformed
        method, target, version = line.groups()
        is_10 = version == b"1.0"
        expects = self._check_headers(is_10=is_10)
        path, _, query = target.partition(b"?")
        text = path.decode()
        self.scope["method"] = method.decode()
        self.scope["http_version"] = version.decode()
        self.scope["path"] = self.root_path + (unquote(text) if "%" in text else text)
        self.scope["raw_path"] = self.root_path.encode() + path
        self.scope["query_string"] = query
        self._framing = self._content = self._chunks = 0
        self.part = Part.BODY
        self._serve(is_10=is_10, expects=expects and not is_10)

    def _check_headers(self, *, is_10: bool) -> bool:
        """Refuses what llhttp lets through (RFC 9112 §3.2, §6.1). Returns whether the client waits
        for `100 Continue`."""
        hosts, codings, expects = 0, [], False
        self._left = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"content-length":
                self._left = int(value)
            elif name == b"transfer-encoding":
                codings.append(value.lower())
            elif name == b"expect":
                expects = value.lower() == b"100-continue"
        if hosts != 1 and (hosts or not is_10):
            raise Malformed
        if codings:
            if codings != [b"chunked"] or is_10:
                raise Malformed
            self._left = None
        return expects

    def _serve(self, *, is_10: bool, expects: bool) -> None:
        cycle = _CycleOf10 if is_10 else RequestResponseCycle
        self.cycle = cycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=expects,
            keep_alive=not is_10 and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        self._start_asgi_task(self.cycle, self.app)

    def on_chunk_header(self) -> None:
        """Raises for tiny ones: each costs as much as kilobytes of a large one."""
        self._chunks += 1
        if self._chunks > FREE_CHUNKS + self._content / LEAST_CHUNK:
            raise Malformed

    def on_body(self, body: bytes) -> None:
        self._framing -= len(body)
        self._content += len(body)
        cycle = self.cycle
        if cycle.response_complete:
            return
        cycle.body += body
        if len(cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        cycle.message_event.set()

    def on_message_complete(self) -> None:
        if self.part is not Part.BODY:  # but a head that offers an upgrade
            return
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()
        if not cycle.keep_alive:
            self.part = Part.NOTHING
        elif cycle.response_complete:
            self._expect_head()
        else:
            self.part = Part.NEXT


class _CycleOf10(RequestResponseCycle):
    """HTTP/1.0 has no chunks: a response without a length ends with the connection (RFC 9112 §6.1).
    uvicorn closes it, and sends chunks all the same."""

    _ends_with_connection = False

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message["headers"]}
            if b"content-length" not in names:
                self._ends_with_connection = True
                self.chunked_encoding = False
        elif self._ends_with_connection:
            if self.flow.write_paused and not self.disconnected:
                await self.flow.drain()
            if not self.disconnected and self.scope["method"] != "HEAD":
                self.transport.write(message["body"])
            message = {**message, "body": b""}
        await super().send(message)
