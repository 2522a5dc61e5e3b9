"""The table of routes and direct calls: they answer like the framework does."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.routing import iter_route_contexts
from fastapi.security import HTTPBearer
from starlette.responses import JSONResponse, Response

from app.config import Settings
from app.domain.errors import NotPermitted
from app.http.application import Application
from app.http.correlation import identify
from app.http.fields import Body, Id, QueryInstant, Text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.refusals import Unauthenticated
from app.http.route_table import RouteTable
from app.web import create_app

bearer = HTTPBearer(auto_error=False)


class Order(Body):
    what: Text
    count: int = 1


async def who(request: Request, _scheme: Annotated[Any, Depends(bearer)]) -> str:
    name = request.headers.get("authorization", "")
    if not name:
        raise Unauthenticated
    identify(request, tenant_id="t-1", subject=name)
    return name


async def boss(name: Annotated[str, Depends(who)]) -> str:
    if name != "Bearer boss":
        raise NotPermitted("role_not_permitted", role="staff")
    return name


Who = Annotated[str, Depends(who)]
Boss = Annotated[str, Depends(boss)]


class LeftToFramework(JsonRoute):
    def direct_call(self) -> None:
        return None


def make_app(route_class: type[JsonRoute] = JsonRoute) -> FastAPI:
    app = Application(title="ways", version="1")
    router = APIRouter(prefix="/v1/orders", route_class=route_class)

    @router.get("/newest")
    async def newest() -> Response:
        return json_response({"newest": True})

    @router.get("/{order_id}")
    async def read(
        order_id: Id,
        request: Request,
        name: Who,
        since: QueryInstant | None = None,
        limit: Annotated[int, Query(ge=1, le=9)] = 5,
        kind: Literal["a", "b"] | None = None,
    ) -> Response:
        said: list[str | int | datetime | None] = [str(order_id), since, limit, kind]
        return json_response({"said": said, "name": name, "path": request.url.path})

    @router.post("", status_code=201)
    async def order(body: Order, name: Boss) -> Response:
        return JSONResponse({"what": body.what, "count": body.count, "by": name}, 201)

    @router.put("/{order_id}")
    async def change(order_id: str, body: Order | None = None) -> Response:
        return json_response({"id": order_id, "empty": body is None})

    @router.get("/{order_id}/lines")
    async def lines(order_id: str, line: Annotated[list[int] | None, Query()] = None) -> Response:
        return json_response({"id": order_id, "line": line})

    @router.delete("/{order_id}")
    async def broken(order_id: str) -> Response:
        raise ZeroDivisionError(order_id)

    app.include_router(router)
    return app


@pytest.fixture
async def both() -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    direct, framework = make_app(), make_app(LeftToFramework)
    framework.router.middleware_stack = framework.router.app
    sides = [httpx.ASGITransport(app, raise_app_exceptions=False) for app in (direct, framework)]
    async with (
        httpx.AsyncClient(transport=sides[0], base_url="http://ways") as one,
        httpx.AsyncClient(transport=sides[1], base_url="http://ways") as other,
    ):
        yield one, other


ID = "0190a1b2-0000-7000-8000-000000000001"
BOSS, STAFF = {"authorization": "Bearer boss"}, {"authorization": "Bearer li"}
JSON = {"content-type": "application/json"}
REQUESTS: list[tuple[str, str, Mapping[str, str], bytes, int]] = [
    ("GET", f"/v1/orders/{ID}", STAFF, b"", 200),
    ("GET", f"/v1/orders/{ID}?limit=9&kind=a&since=2024-03-05T10:00:00%2B08:00", STAFF, b"", 200),
    ("GET", f"/v1/orders/{ID}?limit=3&limit=4&unknown=1", STAFF, b"", 200),
    ("GET", f"/v1/orders/{ID}?limit=", STAFF, b"", 422),
    ("GET", f"/v1/orders/{ID}?limit=10&kind=c", STAFF, b"", 422),
    ("GET", f"/v1/orders/{ID}", {}, b"", 401),
    ("GET", f"/v1/orders/{ID}?limit=10", {}, b"", 401),
    ("GET", "/v1/orders/x", STAFF, b"", 404),
    ("GET", "/v1/orders/newest", {}, b"", 200),
    ("GET", f"/v1/orders/{ID}/", STAFF, b"", 404),
    ("HEAD", f"/v1/orders/{ID}", STAFF, b"", 200),
    ("PATCH", f"/v1/orders/{ID}", STAFF, b"", 405),
    ("GET", f"/v1/orders/{ID}/lines?line=1&line=2", {}, b"", 200),
    ("GET", "/v1/nothing", {}, b"", 404),
    ("GET", "/", {}, b"", 404),
    ("DELETE", "/v1/orders/1", {}, b"", 500),
    ("POST", "/v1/orders", BOSS | JSON, b'{"what":"tap","count":2}', 201),
    ("POST", "/v1/orders", BOSS | JSON, '{"what":"水龙头"}'.encode(), 201),
    ("POST", "/v1/orders", STAFF | JSON, b'{"what":"tap"}', 403),
    ("POST", "/v1/orders", STAFF | JSON, b'{"what":7}', 403),
    ("POST", "/v1/orders", JSON, b'{"what":"tap"}', 401),
    ("POST", "/v1/orders", BOSS | JSON, b'{"what":"tap","count":"2"}', 422),
    ("POST", "/v1/orders", BOSS | JSON, b'{"what":"tap","more":1}', 422),
    ("POST", "/v1/orders", BOSS | JSON, b"[]", 422),
    ("POST", "/v1/orders", BOSS | JSON, b"null", 422),
    ("POST", "/v1/orders", BOSS | JSON, b'{"what":', 422),
    ("POST", "/v1/orders", JSON, b'{"what":', 422),
    ("POST", "/v1/orders", BOSS | JSON, b'{"what":"a","what":"b"}', 422),
    ("POST", "/v1/orders", BOSS | JSON, b"", 422),
    ("POST", "/v1/orders", BOSS, b'{"what":"tap"}', 415),
    ("POST", "/v1/orders", BOSS | {"content-type": "text/plain"}, b'{"what":"tap"}', 415),
    ("PUT", "/v1/orders/1", JSON, b'{"what":"tap"}', 200),
    ("PUT", "/v1/orders/1", {}, b"", 200),
    ("PUT", "/v1/orders/1", JSON, b"null", 200),
]


@pytest.mark.parametrize("asked", REQUESTS, ids=lambda asked: f"{asked[0]} {asked[1]} {asked[3]!r}")
async def test_both_ways_answer_the_same(
    both: tuple[httpx.AsyncClient, httpx.AsyncClient],
    asked: tuple[str, str, Mapping[str, str], bytes, int],
) -> None:
    method, path, headers, content, status = asked
    answers = [
        await side.request(
            method, path, headers={**headers, "x-request-id": "r-1"}, content=content or None
        )
        for side in both
    ]
    one, other = ((each.status_code, dict(each.headers), each.content) for each in answers)
    assert one == other
    assert one[0] == status


async def test_a_path_that_is_none(both: tuple[httpx.AsyncClient, httpx.AsyncClient]) -> None:
    """`OPTIONS *` has a path without a slash."""
    for side in both:
        answer = await side.request("OPTIONS", "http://ways", extensions={"target": b"*"})
        assert answer.status_code == 404


def test_busy_routes_are_called_directly() -> None:
    """A parameter that direct calls do not support would disable them silently."""
    app = create_app(Settings(database_url=None, data_dir=None))
    direct = {
        (method, route.path): isinstance(route.original_route, JsonRoute)
        and route.original_route.direct_call() is not None
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
    }
    for busy in (("POST", "/v1/tickets"), ("GET", "/v1/tickets/{ticket_id}")):
        assert direct[busy], busy
    assert sum(direct.values()) > len(direct) // 2


def test_the_table_finds_every_operation() -> None:
    app = create_app(Settings(database_url=None, data_dir=None))
    table = RouteTable(app.router.app, app.routes)
    for path, operations in app.openapi()["paths"].items():
        sent = re.sub(r"{(?!code)\w+}", ID, path)
        for method in operations:
            scope = {"type": "http", "method": method.upper(), "path": sent}
            assert table.find(scope) is not None, (method, path)
            assert scope["route"].path_format == path
    assert table.find({"type": "http", "method": "GET", "path": "/v1/nothing"}) is None


def test_no_router_adds_dependencies_where_it_is_included() -> None:
    """A direct call knows those of the route alone."""
    app = create_app(Settings(database_url=None, data_dir=None))
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, JsonRoute):
            assert route.dependencies == route.original_route.dependencies, route.path
