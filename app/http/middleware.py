"""The edge: one ASGI middleware around the whole application, error handling included.

It assigns the request id, limits the body, records metrics and the access log, and adds the headers
of every response. One middleware, because each further one costs every request.
"""

import re
from collections.abc import Sequence
from time import perf_counter
from typing import Any, NamedTuple

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from app.bootstrap import FRESHNESS
from app.http.correlation import CALLER_KEY, CLIENT_CHOSE, REQUEST_ID, TURN, route_template
from app.http.incoming import Incoming
from app.http.percent_encoding import invalid_text
from app.http.problem_json import CLIENT_CLOSED, problem_response
from app.http.validation import Invalid
from app.telemetry import HTTP_REQUESTS, HTTP_SECONDS

log = structlog.get_logger("suyuan.access")

JSON_LIMIT = 256 * 1024
UPLOAD_LIMIT = 21 * 1024 * 1024  # a photo of 20 MiB and the form around it
UPLOADS = "/v1/attachments"
HEADER_LIMIT = 32 * 1024  # all headers, the path and the query together
BODY_TIMEOUT = 30.0  # seconds
PUBLIC_LIMIT = 16 * 1024
PUBLIC = ("/v1/surveys/answers/", "/v1/auth/refresh")  # need no authentication

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # counted, but not logged


class _RequestInfo(NamedTuple):
    """What the edge reads from the request's headers."""

    request_id: str
    client_chose: bool
    declared: int | None
    limit: int
    header_bytes: int
    two_lengths: bool
    expects: bool


class Edge:
    def __init__(
        self,
        app: ASGIApp,
        *,
        json_limit: int = JSON_LIMIT,
        upload_limit: int = UPLOAD_LIMIT,
        body_timeout: float = BODY_TIMEOUT,
    ) -> None:
        self._app = app
        self._json_limit = json_limit
        self._upload_limit = upload_limit
        self._body_timeout = body_timeout
        self._meters: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        info = self._read_headers(scope)
        named = REQUEST_ID.set(info.request_id)
        chosen = CLIENT_CHOSE.set(info.client_chose)
        bound = structlog.contextvars.bind_contextvars(request_id=info.request_id)
        incoming = Incoming(receive, info.limit, self._body_timeout)
        freshness: list[str] = []
        fresh = FRESHNESS.set(freshness)
        watched = _WatchedSend(scope, send, info, incoming, freshness)
        try:
            await self._serve(scope, incoming.receive, watched.send, info)
        finally:
            if TURN in scope:
                scope[TURN]()
            self._record(scope, watched.status, perf_counter() - started)
            structlog.contextvars.unbind_contextvars("tenant_id", "correlation_id")
            structlog.contextvars.reset_contextvars(**bound)
            CLIENT_CHOSE.reset(chosen)
            REQUEST_ID.reset(named)
            FRESHNESS.reset(fresh)

    def _read_headers(self, scope: Scope) -> _RequestInfo:
        request_id, declared, is_form, chunked, expects = "", None, False, False, False
        header_bytes = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        for name, value in scope["headers"]:
            header_bytes += len(name) + len(value)
            if name == b"x-request-id":
                request_id = value.decode() if _SANE_ID.fullmatch(value) else ""
            elif name == b"content-length":
                declared = int(value) if value.isdigit() else None
            elif name == b"content-type":
                is_form = value.lower().startswith(b"multipart/form-data")
            elif name == b"transfer-encoding":
                chunked = True
            elif name == b"expect":
                expects = True
        limit = self._upload_limit if is_form and scope["path"] == UPLOADS else self._json_limit
        if scope["path"].startswith(PUBLIC):
            limit = min(limit, PUBLIC_LIMIT)
        return _RequestInfo(
            request_id=request_id or str(uuid7()),
            client_chose=bool(request_id),
            declared=declared,
            limit=limit,
            header_bytes=header_bytes,
            two_lengths=chunked and declared is not None,
            expects=expects,
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send, info: _RequestInfo) -> None:
        """Refuses here what the application need not see."""
        if info.header_bytes > HEADER_LIMIT:
            response = problem_response(
                Request(scope), 431, "headers_too_large", **_limit(HEADER_LIMIT)
            )
            await response(scope, receive, send)
        elif info.declared is not None and info.declared > info.limit:
            response = problem_response(Request(scope), 413, "too_large", **_limit(info.limit))
            await response(scope, receive, send)
        elif info.two_lengths:  # RFC 9112 §6.3: somebody smuggles a request
            response = problem_response(
                Request(scope), 400, "bad_request", headers={"Connection": "close"}
            )
            await response(scope, receive, send)
        elif invalid := invalid_text(scope):
            await _answer_invalid_text(scope, receive, send, invalid)
        elif scope["method"] == "HEAD":
            await self._serve_head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve_head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """RFC 9110 §9.3.2: handled as GET; the server omits the body."""
        as_get = {**scope, "method": "GET"}
        try:
            await self._app(as_get, receive, send)
        finally:
            scope.update((key, as_get[key]) for key in as_get.keys() - scope.keys())

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = route_template(scope)
        counter, histogram = self._meter(method, route, status)
        counter.inc()
        histogram.observe(seconds)
        if route in _PROBES:
            return
        _, subject = scope.get(CALLER_KEY, (None, None))
        write = log.info if status < 500 else log.warning
        write(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            subject=subject,
        )

    def _meter(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """Looking a labelled metric up costs more than counting with it, so it is cached."""
        label = (method, route, status)
        if label not in self._meters:
            self._meters[label] = (
                HTTP_REQUESTS.labels(method, route, str(status)),
                HTTP_SECONDS.labels(method, route),
            )
        return self._meters[label]


async def _answer_invalid_text(
    scope: Scope, receive: Receive, send: Send, invalid: Invalid
) -> None:
    request, errors = Request(scope), [invalid]
    if invalid.code == "invalid_text":
        response = problem_response(request, 422, "invalid_text", errors=errors)
    else:
        response = problem_response(request, 422, "invalid_encoding", errors=errors)
    await response(scope, receive, send)


def _limit(max_bytes: int) -> dict[str, Any]:
    """Closes the connection: the rest of the request is not read."""
    details = {"max_bytes": max_bytes}
    return {
        "details": details,
        "headers": {"Connection": "close"},
        "members": {"details": details},
    }


class _WatchedSend:
    """Wraps `send`: remembers the status and adds the common headers."""

    __slots__ = (
        "_expects",
        "_freshness",
        "_incoming",
        "_request_id",
        "_send",
        "_versioned",
        "status",
    )

    def __init__(
        self,
        scope: Scope,
        send: Send,
        info: _RequestInfo,
        incoming: Incoming,
        freshness: Sequence[str],
    ) -> None:
        self._send = send
        self._freshness = freshness
        self._request_id = info.request_id
        self._expects = info.expects
        self._incoming = incoming
        self._versioned = scope["path"].startswith("/v1/")
        self.status = CLIENT_CLOSED

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._incoming.answered = True
            headers = list(message.get("headers", ()))
            headers.append((b"x-request-id", self._request_id.encode()))
            headers.append((b"x-content-type-options", b"nosniff"))
            if self._freshness:
                headers.append((b"suyuan-read-models", self._freshness[0].encode()))
            if self._versioned and not any(name == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            if self._expects and not self._incoming.asked:
                # Without `100 Continue` the client may send the body or not: what follows on the
                # connection could be either.
                headers = [header for header in headers if header[0] != b"connection"]
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        await self._send(message)
