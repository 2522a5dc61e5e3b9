"""The fast path: a request that fits its route goes to the endpoint without the framework.

Everything else (unknown path or method, a value that is refused, a missing body, a trace) is left
to the framework. `tests/api_edge/test_fast_path.py` compares both on the same requests.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.fast_route import FastRoute, build_fast_route
from app.http.json_body import JsonRequest

Key = tuple[str, str, int]
Handler = Callable[..., Awaitable[Response]]


class _Candidate(NamedTuple):
    """`fast` is None for a route of the framework's: it still takes precedence over later ones."""

    route: RouteContext
    fast: FastRoute | None


Table = Mapping[tuple[str, Key], list[_Candidate]]


class FastPath:
    """Middleware before the framework's exception handling; it uses the same handlers."""

    def __init__(self, app: ASGIApp, *, application: FastAPI) -> None:
        self._app = app
        self._handlers: dict[type[Exception], Any] = {
            kind: handler
            for kind, handler in application.exception_handlers.items()
            if isinstance(kind, type) and kind is not Exception
        }
        self._refusals = tuple(self._handlers)
        self._table = _table(iter_route_contexts(application.routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fast = self._find(scope) if scope["type"] == "http" else None
        if fast is None:
            await self._app(scope, receive, send)
            return
        request = JsonRequest(scope, receive)
        try:
            response = await fast.respond(request)
        except self._refusals as error:
            response = await self._handler(error)(request, error)
        if response is None:
            await self._app(scope, _replay_body(request, receive), send)
        else:
            await response(scope, receive, send)

    def _find(self, scope: Scope) -> FastRoute | None:
        """The first route that matches, in the framework's order. A traced request is left to the
        framework, which names its spans."""
        if scope.get("root_path") or "fastapi.telemetry" in scope:
            return None
        path = scope["path"]
        for route, fast in self._table.get((scope["method"], _key(path)), ()):
            if found := route.path_regex.match(path):
                scope["route"] = route
                scope["path_params"] = found.groupdict()
                return fast
        return None

    def _handler(self, error: Exception) -> Handler:
        handler: Handler = next(
            self._handlers[kind] for kind in type(error).__mro__ if kind in self._handlers
        )
        return handler


def _table(routes: Iterable[RouteContext]) -> Table:
    """Routes by method and key. One with a parameter in the first two parts could match paths of
    another key, so all routes with its first part are left to the framework."""
    paths = [(route, route.path) for route in routes if route.path is not None]
    open_parts = {_key(path)[0] for _, path in paths if _is_open(path)}
    table: defaultdict[tuple[str, Key], list[_Candidate]] = defaultdict(list)
    for route, path in paths:
        if _key(path)[0] not in open_parts:
            for method in route.methods or ():
                table[method, _key(path)].append(_Candidate(route, build_fast_route(route)))
    return table


def _key(path: str) -> Key:
    """The first two parts of the path, as in `/v1/tickets`, and the number of parts. Only routes of
    one key can match the same path."""
    _, first, second, *_ = *path.split("/", 3), "", ""
    return first, second, path.count("/")


def _is_open(path: str) -> bool:
    first, second, _ = _key(path)
    return "{" in first + second or ":path}" in path


def _replay_body(request: Request, receive: Receive) -> Receive:
    """So that the framework can read the body again."""
    body: bytes | None = getattr(request, "_body", None)
    unread: list[Message] = [] if body is None else [{"type": "http.request", "body": body}]

    async def receive_replayed() -> Message:
        return unread.pop() if unread else await receive()

    return receive_replayed
