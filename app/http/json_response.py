"""JSON responses with ETags and receipts."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import Request, Response

from app.commands import Outcome

JSON = "application/json"


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(body, status, dict(headers or {}), media_type=JSON)


def etag(version: int) -> str:
    return f'"v{version}"'


def versioned_response(request: Request, value: Any, version: int) -> Response:
    """A resource with its ETag, or 304 where If-None-Match names this version."""
    tag = etag(version)
    if is_not_modified(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return json_response(value, headers={"ETag": tag})


def is_not_modified(request: Request, tag: str) -> bool:
    """Whether If-None-Match names this tag."""
    header = request.headers.get("if-none-match")
    return header is not None and (header.strip() == "*" or tag in _tags(header))


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def outcome_response(
    outcome: Outcome, value: Any, location: Callable[[], str] | None = None
) -> Response:
    """The resource after a command, with the receipt of its last event."""
    headers = {"ETag": etag(outcome.version)}
    if location is not None:
        headers["Location"] = location()
    if outcome.receipt:
        headers["Suyuan-Receipt"] = outcome.receipt
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return json_response(value, outcome.status, headers)
