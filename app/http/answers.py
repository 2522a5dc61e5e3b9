"""Outcomes and events as the JSON of the contract."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import Request, Response

from app.command_handler import Outcome
from app.events.base import Recorded

JSON = "application/json"


def json_answer(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(body, status, dict(headers or {}), media_type=JSON)


def etag(version: int) -> str:
    return f'"v{version}"'


def versioned(request: Request, value: Any, version: int) -> Response:
    """A resource with its ETag; 304 to who has this version already."""
    tag = etag(version)
    if named_in(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return json_answer(value, headers={"ETag": tag})


def named_in(request: Request, tag: str) -> bool:
    """Whether If-None-Match says that the caller has this already."""
    asked = request.headers.get("if-none-match")
    return asked is not None and (asked.strip() == "*" or tag in _tags(asked))


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def outcome_answer(
    outcome: Outcome, value: Any, location: Callable[[], str] | None = None
) -> Response:
    """What a command did: the resource as it now stands, and the receipt of its last event."""
    headers = {"ETag": etag(outcome.version)}
    if location is not None:
        headers["Location"] = location()
    if outcome.receipt:
        headers["Suyuan-Receipt"] = outcome.receipt
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return json_answer(value, outcome.status, headers)


def event_answer(event: Recorded[Any]) -> dict[str, Any]:
    return {
        "position": event.position,
        "stream_id": event.stream_id,
        "version": event.version,
        "id": event.event_id,
        "type": event.type,
        "schema_version": event.schema_version,
        "data": event.data,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "actor": {"subject": event.actor.subject, "role": event.actor.role},
        "channel": event.channel,
        "command_id": event.command_id,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "leaf_hash": event.leaf.hex(),
    }
