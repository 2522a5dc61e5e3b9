"""The request id and the caller, shared by the edge, the logs and problem+json."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from starlette.requests import HTTPConnection
from uuid_utils import uuid7

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
CALLER_KEY = "suyuan.caller"


def current_request_id() -> str:
    """The X-Request-Id: the correlation id of every event that the request causes."""
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
