"""The port of a worker: `/healthz`, `/readyz` and `/metrics` over HTTP/1.1, without the API.

It answers GET and HEAD, one request per connection. Who sends too much, too slowly or on too many
connections at once is cut off.
"""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import NamedTuple

from app.bootstrap import Services, may_read_metrics
from app.cli.output import fail
from app.telemetry import METRICS_CONTENT_TYPE, render_metrics
from app.use_cases.readiness import is_ready, readiness

HEADER_LIMIT = 8 * 1024
SECONDS = 10.0  # for one request and its answer
AT_ONCE = 16


class Answer(NamedTuple):
    status: HTTPStatus
    content: bytes
    media_type: str = "application/json"


class Request(NamedTuple):
    method: str
    path: str
    authorization: str | None


Respond = Callable[[Request], Awaitable[Answer]]


@asynccontextmanager
async def open_probes(services: Services, host: str, port: int) -> AsyncIterator[int]:
    """Yields the port, which the system chooses where it is 0. Raises `typer.Exit`."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def respond(request: Request) -> Answer:
        return await _respond(services, request)

    async def connected(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            if not slots.locked():
                async with slots, asyncio.timeout(SECONDS):
                    await _serve(reader, writer, respond)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    try:
        server = await asyncio.start_server(connected, host, port, limit=HEADER_LIMIT)
    except OSError as error:
        hint = "Name another: SUYUAN_METRICS_PORT or --metrics-port."
        raise fail(f"{host}:{port} cannot be used: {error.strerror}", hint) from error
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def _serve(reader: StreamReader, writer: StreamWriter, respond: Respond) -> None:
    request = _parse(await reader.readuntil(b"\r\n\r\n"))
    answer = await respond(request) if request else _text(HTTPStatus.BAD_REQUEST)
    head = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
        f"Content-Type: {answer.media_type}\r\nContent-Length: {len(answer.content)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n"
        + ("WWW-Authenticate: Bearer\r\n" if answer.status == HTTPStatus.UNAUTHORIZED else "")
        + "\r\n"
    )
    is_head = request is not None and request.method == "HEAD"
    writer.write(head.encode() + (b"" if is_head else answer.content))
    await writer.drain()


def _parse(head: bytes) -> Request | None:
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    headers = {name.strip().lower(): value for name, _, value in (x.partition(":") for x in lines)}
    authorization = headers.get("authorization")
    path = words[1].partition("?")[0]
    return Request(words[0], path, authorization.strip() if authorization else None)


async def _respond(services: Services, request: Request) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return _text(HTTPStatus.METHOD_NOT_ALLOWED)
    match request.path:
        case "/healthz":
            return Answer(HTTPStatus.OK, b'{"status":"ok"}')
        case "/readyz":
            checks = await readiness(services.engine, services.clock)
            ready = is_ready(checks)
            answer = {"status": "ready" if ready else "not_ready", "checks": checks}
            status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
            return Answer(status, json.dumps(answer).encode())
        case "/metrics":
            if not may_read_metrics(services.settings, request.authorization):
                return _text(HTTPStatus.UNAUTHORIZED)
            figures = await services.installation.figures()
            return Answer(HTTPStatus.OK, render_metrics(figures), METRICS_CONTENT_TYPE)
        case _:
            return _text(HTTPStatus.NOT_FOUND)


def _text(status: HTTPStatus) -> Answer:
    return Answer(status, f"{status.phrase}\n".encode(), "text/plain; charset=utf-8")
