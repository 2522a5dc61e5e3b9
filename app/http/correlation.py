"""The request id and the caller, shared by the edge, the logs and problem+json."""

from contextvars import ContextVar

import structlog
from starlette.requests import HTTPConnection

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
CLIENT_CHOSE: ContextVar[bool] = ContextVar("client_chose", default=False)
"""Whether the request id is the client's own, not one of ours."""
CALLER_KEY = "suyuan.caller"


def current_request_id() -> str:
    """The X-Request-Id, for logs and answers. Events have `correlation_id_of` (callers.py)."""
    return REQUEST_ID.get()


def identify(request: HTTPConnection, *, tenant_id: str, subject: str) -> None:
    """Call it once the token is verified. The access log has `subject`: pass a pseudonym."""
    request.scope[CALLER_KEY] = (tenant_id, subject)
    structlog.contextvars.bind_contextvars(tenant_id=tenant_id)
