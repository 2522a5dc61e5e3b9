"""Renders refusals as RFC 9457 problem+json; the only table of their statuses.

The response to an unexpected exception has none of its text; the log has it, by request id.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.attachments.storage import StorageUnavailable
from app.bootstrap import WorkerSilent
from app.clock_watch import ClockInDoubt
from app.commands import Contended, KeyReused, VersionMismatch
from app.db import DatabaseUnavailable, TenantBusy
from app.domain import errors as domain
from app.event_store.codec import NotCanonical
from app.event_store.errors import UnknownEvent, UnknownTenant
from app.http import refusals
from app.http.correlation import current_request_id, route_template
from app.http.validation import Invalid, invalid_values
from app.identity.errors import IdentityUnavailable
from app.texts.catalogue import text_of
from app.texts.language import Language, preferred_language

log = structlog.get_logger("suyuan.api")

MEDIA_TYPE = "application/problem+json"
CLIENT_CLOSED = 499  # the client left before the response began

STATUS: dict[type[Exception], HTTPStatus] = {
    domain.DomainError: HTTPStatus.CONFLICT,
    domain.IllegalTransition: HTTPStatus.CONFLICT,
    domain.Withdrawn: HTTPStatus.UNAUTHORIZED,
    domain.NotPermitted: HTTPStatus.FORBIDDEN,
    domain.NotFound: HTTPStatus.NOT_FOUND,
    domain.Unacceptable: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    refusals.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.InFlight: HTTPStatus.CONFLICT,
    refusals.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    refusals.RequestTimeout: HTTPStatus.REQUEST_TIMEOUT,
    refusals.ForeignCharset: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    refusals.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    refusals.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    refusals.Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
    VersionMismatch: HTTPStatus.PRECONDITION_FAILED,
}

# Exceptions of lower layers that have no code of their own.
BELOW: dict[type[Exception], tuple[HTTPStatus, str]] = {
    KeyReused: (HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
    UnknownTenant: (HTTPStatus.UNAUTHORIZED, "tenant_unknown"),
    NotCanonical: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_text"),
    Contended: (HTTPStatus.SERVICE_UNAVAILABLE, "contended"),
    ClockInDoubt: (HTTPStatus.SERVICE_UNAVAILABLE, "clock"),
    DatabaseUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "store_unavailable"),
    StorageUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable"),
    IdentityUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "identity_unavailable"),
    TenantBusy: (HTTPStatus.SERVICE_UNAVAILABLE, "overloaded"),
    WorkerSilent: (HTTPStatus.SERVICE_UNAVAILABLE, "worker_silent"),
    UnknownEvent: (HTTPStatus.SERVICE_UNAVAILABLE, "newer_release_needed"),
}

# What the framework refuses with only a status. Its 400 is always a form that it could not parse.
FRAMEWORK: dict[int, tuple[HTTPStatus, str]] = {
    400: (HTTPStatus.UNPROCESSABLE_ENTITY, "malformed_body"),
    401: (HTTPStatus.UNAUTHORIZED, "unauthenticated"),
    403: (HTTPStatus.FORBIDDEN, "not_permitted"),
    404: (HTTPStatus.NOT_FOUND, "unknown_route"),
    405: (HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed"),
    406: (HTTPStatus.NOT_ACCEPTABLE, "not_acceptable"),
    413: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large"),
    415: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
    429: (HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests"),
    503: (HTTPStatus.SERVICE_UNAVAILABLE, "store_unavailable"),
}

RETRYABLE = frozenset({"idempotency_in_flight", "request_timeout"})  # besides every 429 and 503


class Problem(NamedTuple):
    status: int
    code: str
    details: Mapping[str, object] = {}
    errors: Sequence[Invalid] = ()
    headers: Mapping[str, str] = {}
    members: Mapping[str, object] = {}

    @property
    def retryable(self) -> bool:
        return self.status in (429, 503) or self.code in RETRYABLE


def problem_response(
    request: Request,
    status: int,
    code: str,
    details: Mapping[str, object] | None = None,
    *,
    errors: Sequence[Invalid] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> Response:
    """In the caller's language. `members` are added to the body."""
    return _render(
        request, Problem(status, code, details or {}, errors, headers or {}, members or {})
    )


def _render(request: Request, problem: Problem) -> Response:
    language = preferred_language(request.headers.get("accept-language"))
    request_id = current_request_id()
    text = text_of(problem.code)
    status = int(problem.status)
    body = {
        "type": f"/problems/{problem.code}",
        "title": text.title(language),
        "status": status,
        "detail": text.detail(language, {"request_id": request_id, **problem.details}),
        "instance": quote(request.scope["path"][:500]),
        "code": problem.code,
        "errors": [_error(one, language) for one in problem.errors],
        "retryable": problem.retryable,
        "request_id": request_id,
        **problem.members,
    }
    headers = {
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **({"Retry-After": "1"} if problem.retryable else {}),
        **problem.headers,
    }
    return Response(orjson.dumps(body), status, headers, media_type=MEDIA_TYPE)


def _error(invalid: Invalid, language: Language) -> dict[str, str]:
    message = text_of(invalid.code).detail(language, invalid.details)
    return {"pointer": invalid.pointer, "code": invalid.code, "message": message}


def problem_of(error: Exception) -> Problem:
    """Status, code and headers of a refusal."""
    for kind in type(error).__mro__:
        if kind in BELOW:
            status, code = BELOW[kind]
            challenge = _challenge(code) if status == HTTPStatus.UNAUTHORIZED else {}
            return Problem(status, code, headers=challenge)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if isinstance(error, VersionMismatch):
        return _mismatch(status, error.actual)
    assert isinstance(error, domain.DomainError | refusals.Refusal)  # noqa: S101 - see STATUS
    errors = [Invalid(error.pointer, error.code, error.details)] if error.pointer else ()
    # For machines: who has it, which limit, which items. Details never hold personal data.
    members = {"details": error.details} if error.details else {}
    return Problem(status, error.code, error.details, errors, _headers(error), members)


def _mismatch(status: HTTPStatus, actual: int) -> Problem:
    return Problem(
        status,
        "version_mismatch",
        {"actual_version": actual},
        headers={"ETag": f'"v{actual}"'},
        members={"actual_version": actual},
    )


def _headers(error: domain.DomainError | refusals.Refusal) -> Mapping[str, str]:
    match error:
        case refusals.Unauthenticated() | domain.Withdrawn():
            return _challenge(error.code)
        case refusals.TooLarge() | refusals.RequestTimeout():
            return {"Connection": "close"}  # the rest of the body is not read
        case refusals.TooManyRequests() | refusals.Overloaded():
            return {"Retry-After": str(error.retry_after)}
        case _:
            return {}


def _challenge(code: str) -> Mapping[str, str]:
    """RFC 6750 §3.1: without credentials the challenge names no error."""
    error = "" if code == "unauthenticated" else ', error="invalid_token"'
    return {"WWW-Authenticate": f'Bearer realm="suyuan"{error}'}


async def answer_refusal(request: Request, error: Exception) -> Response:
    return _render(request, problem_of(error))


async def answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as it was registered
    invalid = invalid_values(error)
    if any(one.code == "not_an_id" and one.pointer.startswith("path:") for one in invalid):
        # A malformed id in the path is answered like an unknown one.
        return problem_response(request, HTTPStatus.NOT_FOUND, "not_found")
    return problem_response(
        request, 422, "validation_failed", {"count": len(invalid)}, errors=invalid
    )


async def answer_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as it was registered
    headers = dict(error.headers or {})
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=headers)
    unknown = (HTTPStatus(error.status_code), "bad_request")
    status, code = FRAMEWORK.get(error.status_code, unknown)
    match status:
        case HTTPStatus.UNAUTHORIZED:
            headers = {**_challenge(code), **headers}
        case HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_methods_at(request)) or headers.get("Allow", "")
    return problem_response(request, status, code, headers=headers)


def _methods_at(request: Request) -> list[str]:
    """Of every route that matches the path; the framework names those of the first only."""
    path = get_route_path(request.scope)
    methods = {
        method
        for route in iter_route_contexts(request.app.routes)
        if (pattern := getattr(route, "path_regex", None)) and pattern.match(path)
        for method in route.methods or ()
    }
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


async def answer_unexpected(request: Request, error: Exception) -> Response:
    route = route_template(request.scope)
    if isinstance(error, ResponseValidationError):  # its text quotes personal data
        wrong = [(one["type"], one["loc"]) for one in error.errors()]
        log.error("answer_does_not_fit_its_schema", route=route, wrong=wrong)
    else:
        log.error("unforeseen", route=route, exc_info=error)
    return problem_response(request, 500, "internal_error")


async def answer_nobody(_request: Request, _error: Exception) -> Response:
    """The client left while it was sending the body."""
    return Response(status_code=CLIENT_CLOSED)


def install_problems(app: FastAPI) -> None:
    for kind in (*STATUS, *BELOW):
        app.add_exception_handler(kind, answer_refusal)
    handlers: dict[Any, Any] = {
        RequestValidationError: answer_invalid,
        HTTPException: answer_framework,
        ClientDisconnect: answer_nobody,
        Exception: answer_unexpected,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
