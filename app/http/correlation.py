"""Who asks, and under which id: what the edge, the logs and the problems share of one request."""

from contextvars import ContextVar

import structlog
from starlette.requests import HTTPConnection

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
CALLER_KEY = "suyuan.caller"


def current_request_id() -> str:
    """The X-Request-Id of this request: the correlation id of all that it causes."""
    return REQUEST_ID.get()


def identify(request: HTTPConnection, *, tenant_id: str, subject: str) -> None:
    """Called where the token was verified. The access log shows `subject`: give a pseudonym."""
    request.scope[CALLER_KEY] = (tenant_id, subject)
    structlog.contextvars.bind_contextvars(tenant_id=tenant_id)
