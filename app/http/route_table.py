"""A table before the router: it finds a route by its first parts instead of trying all in turn.

What it does not find (another method, an unknown path, a traced request, whose spans the router
names) goes on to the router, which finds the same. Remove it, and only the time changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

TRACED = "fastapi.telemetry"


class _Key(NamedTuple):
    """The first two parts of the path, as in `/v1/tickets`, and the number of parts. Only routes of
    one key can match the same path."""

    method: str
    first: str
    second: str
    parts: int


class RouteTable:
    """Wraps a router's ASGI application. `routes` are the router's: with the first request, all
    have been added."""

    def __init__(self, router: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._router = router
        self._routes = routes
        self._table: Mapping[_Key, list[RouteContext]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.find(scope) if scope["type"] == "http" and TRACED not in scope else None
        await (app or self._router)(scope, receive, send)

    def find(self, scope: Scope) -> ASGIApp | None:
        """The first route that matches, in the router's order."""
        if self._table is None:
            self._table = _table_of(iter_route_contexts(tuple(self._routes)))
        if scope.get("root_path"):
            return None
        for route in self._table.get(_key(scope["method"], scope["path"]), ()):
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                scope["route"] = route
                app: ASGIApp = route.app
                return app
        return None


def _table_of(routes: Iterable[RouteContext]) -> Mapping[_Key, list[RouteContext]]:
    """A route with a parameter in the first two parts could match paths of another key, so all
    routes with its first part are left to the router."""
    paths = [(route, route.path) for route in routes if route.path is not None]
    open_parts = {_key("", path).first for _, path in paths if _is_open(path)}
    table: defaultdict[_Key, list[RouteContext]] = defaultdict(list)
    for route, path in paths:
        for method in route.methods or ():
            key = _key(method, path)
            if key.first not in open_parts:
                table[key].append(route)
    return dict(table)


def _key(method: str, path: str) -> _Key:
    _, first, second, *_ = *path.split("/", 3), "", ""
    return _Key(method, first, second, path.count("/"))


def _is_open(path: str) -> bool:
    _, first, second, _ = _key("", path)
    return "{" in first + second or ":path}" in path
