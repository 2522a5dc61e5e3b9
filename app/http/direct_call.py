"""The call of an endpoint, with what FastAPI works out for every request worked out once.

Values are validated by the framework's own fields, so both accept the same. What is refused is left
to the framework, which explains it.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from fastapi.dependencies.models import Dependant
from starlette.requests import Request
from starlette.responses import Response

Solve = Callable[[Request], Awaitable[Any]]
SINGLE = (str, int, bool, UUID, datetime, date, timedelta, NoneType)
_INVALID = object()


@dataclass(frozen=True, slots=True)
class _Field:
    """A parameter of the path or the query, or the body."""

    name: str
    alias: str
    default: Any
    validate: Callable[..., tuple[Any, Any]]

    def read(self, value: Any) -> Any:
        read, errors = self.validate(value)
        return _INVALID if errors else read

    def find(self, sent: Mapping[str, str]) -> Any:
        value = sent.get(self.alias)
        return self.default if value is None else self.read(value)


@dataclass(frozen=True, slots=True)
class DirectCall:
    """`dependencies` by the names of their arguments."""

    endpoint: Callable[..., Awaitable[Response]]
    dependencies: tuple[tuple[str | None, Solve], ...]
    path: tuple[_Field, ...]
    query: tuple[_Field, ...]
    body: _Field | None
    request_as: tuple[str, ...]

    async def respond(self, request: Request) -> Response | None:
        """None if something is invalid, or the body is missing."""
        sent: Any = None
        if self.body is not None:
            if not await request.body():
                return None
            sent = await request.json()
        arguments: dict[str, Any] = dict.fromkeys(self.request_as, request)
        for name, solve in self.dependencies:
            solved = await solve(request)
            if name is not None:
                arguments[name] = solved
        arguments |= self._values(request, sent)
        if any(value is _INVALID for value in arguments.values()):
            return None
        return await self.endpoint(**arguments)

    def _values(self, request: Request, sent: Any) -> dict[str, Any]:
        query: Mapping[str, str] = request.query_params if request.scope["query_string"] else {}
        values = {field.name: field.find(request.scope["path_params"]) for field in self.path}
        for field in self.query:
            values[field.name] = field.find(query) if query else field.default
        if self.body is not None:
            values[self.body.name] = self.body.read(sent)
        return values


def direct_call(dependant: Dependant, body: Any | None) -> DirectCall | None:
    """`body` is the field of a JSON body. None for a route that needs something else than values of
    its path and query, a body and dependencies on the request."""
    endpoint = dependant.call
    solvers = [(each.name, _solver(each)) for each in dependant.dependencies]
    if (
        endpoint is None
        or not _returns_response(endpoint)
        or not _is_plain(dependant)
        or any(solve is None for _, solve in solvers)
        or dependant.body_params != ([] if body is None else [body])
    ):
        return None
    return DirectCall(
        endpoint=endpoint,
        dependencies=tuple((name, solve) for name, solve in solvers if solve is not None),
        path=tuple(map(_field, dependant.path_params)),
        query=tuple(map(_field, dependant.query_params)),
        body=None if body is None else _field(body),
        request_as=_request_as(dependant),
    )


def _solver(dependant: Dependant) -> Solve | None:
    """For a dependency that needs only the request and dependencies of the same kind; else None."""
    call, request_as = dependant.call, _request_as(dependant)
    solvers = [(each.name, _solver(each)) for each in dependant.dependencies]
    parameters = dependant.path_params or dependant.query_params or dependant.body_params
    if call is None or not _is_coroutine(call) or not _is_plain(dependant) or parameters:
        return None
    if any(solve is None for _, solve in solvers):
        return None

    async def solve(request: Request) -> Any:
        arguments: dict[str, Any] = dict.fromkeys(request_as, request)
        for name, needed in solvers:
            if name is not None and needed is not None:
                arguments[name] = await needed(request)
        return await call(**arguments)

    return solve


def _field(field: Any) -> _Field:
    default = _INVALID if field.field_info.is_required() else field.get_default()
    return _Field(field.name, field.alias, default, field.validate)


def _request_as(dependant: Dependant) -> tuple[str, ...]:
    names = (dependant.request_param_name, dependant.http_connection_param_name)
    return tuple(name for name in names if name is not None)


def _is_coroutine(call: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__)


def _returns_response(endpoint: Callable[..., Any]) -> bool:
    """Whether the endpoint returns a `Response`, which the framework would send unchanged."""
    answer = get_type_hints(endpoint).get("return")
    return inspect.iscoroutinefunction(endpoint) and answer is Response


def _is_plain(dependant: Dependant) -> bool:
    return not (
        dependant.header_params
        or dependant.cookie_params
        or dependant.websocket_param_name
        or dependant.response_param_name
        or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
        or any(not _is_single(one.field_info.annotation) for one in dependant.query_params)
    )


def _is_single(annotation: Any) -> bool:
    """Whether the parameter is one value, not a list."""
    if get_origin(annotation) is Annotated:
        return _is_single(annotation.__origin__)
    if get_origin(annotation) in (Union, UnionType):
        return all(_is_single(each) for each in get_args(annotation))
    return get_origin(annotation) is Literal or annotation in SINGLE
