"""The request id, the route and the caller, shared by the edge, the logs and problem+json."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from starlette.requests import HTTPConnection
from starlette.types import Scope
from uuid_utils import uuid7

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
CLIENT_CHOSE: ContextVar[bool] = ContextVar("client_chose", default=False)
"""Whether the request id is the client's own, not one of ours."""
CALLER_KEY = "suyuan.caller"
TURN = "suyuan.turn"  # in the scope of a read: what the edge calls when the request is over


def current_request_id() -> str:
    """The X-Request-Id, for logs and answers. Events have `correlation_id_of` (callers.py)."""
    return REQUEST_ID.get()


@contextmanager
def new_request_id() -> Iterator[None]:
    """For what is refused before there is a request."""
    named = REQUEST_ID.set(str(uuid7()))
    try:
        yield
    finally:
        REQUEST_ID.reset(named)


def identify(request: HTTPConnection, *, tenant_id: str, subject: str) -> None:
    """Call it once the token is verified. The access log has `subject`: pass a pseudonym."""
    request.scope[CALLER_KEY] = (tenant_id, subject)
    structlog.contextvars.bind_contextvars(tenant_id=tenant_id)


def route_template(scope: Scope) -> str:
    """`/v1/tickets/{ticket_id}`; `unmatched` for every path without a route.

    The route of an included router has only its own part of the path; FastAPI keeps the whole one
    in the scope.
    """
    included: Any = scope.get("fastapi", {}).get("effective_route_context")
    route: Any = included or scope.get("route")
    return getattr(route, "path_format", None) or getattr(route, "path", None) or "unmatched"
