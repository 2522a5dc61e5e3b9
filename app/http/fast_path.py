"""The straight way: a request that fits its route goes to the endpoint without the framework.

Whatever is out of the ordinary (no such path, another method, a value that is refused, a missing
body, a trace) goes on to the framework, which knows how to say so. The one way has to be as good as
the other: `tests/api_edge/test_straight.py` sends the same requests both ways.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.fast_route import StraightRoute, straight_route
from app.http.json_body import JsonRequest

Key = tuple[str, str, int]
Handler = Callable[..., Awaitable[Response]]


class _Candidate(NamedTuple):
    """`straight` is None where the framework has to go the way: it still hides later routes."""

    route: RouteContext
    straight: StraightRoute | None


Table = Mapping[tuple[str, Key], list[_Candidate]]


class StraightWay:
    """Stands before the framework's handling of refusals, and answers them by the same handlers."""

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
        straight = self._find(scope) if scope["type"] == "http" else None
        if straight is None:
            await self._app(scope, receive, send)
            return
        request = JsonRequest(scope, receive)
        try:
            response = await straight.answer(request)
        except self._refusals as error:
            response = await self._handler(error)(request, error)
        if response is None:
            await self._app(scope, _again(request, receive), send)
        else:
            await response(scope, receive, send)

    def _find(self, scope: Scope) -> StraightRoute | None:
        """The first route that matches, as the framework has it. A request with a trace goes the
        framework's way, which names its spans."""
        if scope.get("root_path") or "fastapi.telemetry" in scope:
            return None
        path = scope["path"]
        for route, straight in self._table.get((scope["method"], _key(path)), ()):
            if found := route.path_regex.match(path):
                scope["route"] = route
                scope["path_params"] = found.groupdict()
                return straight
        return None

    def _handler(self, error: Exception) -> Handler:
        handler: Handler = next(
            self._handlers[kind] for kind in type(error).__mro__ if kind in self._handlers
        )
        return handler


def _table(routes: Iterable[RouteContext]) -> Table:
    """By method and key. A route that leaves one of the first two parts open could hide others, so
    all that begins like it is left to the framework."""
    paths = [(route, route.path) for route in routes if route.path is not None]
    left = {_key(path)[0] for _, path in paths if _is_open(path)}
    table: defaultdict[tuple[str, Key], list[_Candidate]] = defaultdict(list)
    for route, path in paths:
        if _key(path)[0] not in left:
            for method in route.methods or ():
                table[method, _key(path)].append(_Candidate(route, straight_route(route)))
    return table


def _key(path: str) -> Key:
    """Routes can hide each other only where they agree in this: the first two parts of the path,
    `/v1/tickets`, and the number of all."""
    _, first, second, *_ = *path.split("/", 3), "", ""
    return first, second, path.count("/")


def _is_open(path: str) -> bool:
    first, second, _ = _key(path)
    return "{" in first + second or ":path}" in path


def _again(request: Request, receive: Receive) -> Receive:
    """The body that was read, for the framework to read once more."""
    body: bytes | None = getattr(request, "_body", None)
    unread: list[Message] = [] if body is None else [{"type": "http.request", "body": body}]

    async def receive_again() -> Message:
        return unread.pop() if unread else await receive()

    return receive_again
