"""Adds problem+json responses to every operation of the contract, and serves `/problems/{code}`."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.domain.errors import NotFound
from app.http.problem_json import MEDIA_TYPE
from app.texts.catalogue import CATALOGUE
from app.texts.language import preferred_language

PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}

PROBLEM_SCHEMAS: dict[str, Any] = {
    "Problem": {
        "title": "Problem",
        "description": "RFC 9457. `code` never changes; the texts follow Accept-Language.",
        "type": "object",
        "required": [
            *("type", "title", "status", "detail", "instance", "code", "errors"),
            *("retryable", "request_id"),
        ],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "instance": {"type": "string", "format": "uri-reference"},
            "code": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
            "retryable": {
                "type": "boolean",
                "description": "Whether the same request may succeed a little later.",
            },
            "request_id": {"type": "string"},
            "details": {
                "type": "object",
                "description": "What the code is about, for machines: who has it, which limit.",
            },
            "actual_version": {
                "type": "integer",
                "description": "On 412: the version that the resource is at.",
            },
        },
    },
    "ProblemError": {
        "title": "ProblemError",
        "type": "object",
        "required": ["pointer", "code", "message"],
        "properties": {
            "pointer": {
                "type": "string",
                "description": "A JSON pointer into the body, or `query:limit`, `path:id`, "
                "`header:if-match`.",
            },
            "code": {"type": "string"},
            "message": {"type": "string"},
        },
    },
}

METHODS = frozenset({"get", "put", "post", "delete", "patch"})


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: these statuses are problem+json."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}},
        }
        for status in statuses
    }


def with_problems(contract: dict[str, Any]) -> dict[str, Any]:
    """Adds to every operation the problems that the edge may respond with before the route runs."""
    schemas = contract.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas.update(PROBLEM_SCHEMAS)
    for path, operations in contract.get("paths", {}).items():
        for method, operation in operations.items():
            if method in METHODS:
                _add_problems(
                    operation,
                    versioned=path.startswith("/v1/"),
                    has_body=method in ("put", "post", "patch"),
                )
    return contract


def _add_problems(operation: dict[str, Any], *, versioned: bool, has_body: bool) -> None:
    responses: dict[str, Any] = operation.setdefault("responses", {})
    responses.pop("422", None)  # FastAPI's own schema
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    expected = {
        401: "security" in operation,
        403: "security" in operation,
        404: "path" in places,
        413: has_body,  # the edge limits bodies before it knows the route
        415: "requestBody" in operation,
        422: True,
        429: "security" in operation,  # too many wrong credentials, or a limit of the route
        503: versioned,
    }
    statuses = (status for status, applies in expected.items() if applies)
    for status, response in problem_responses(*statuses).items():
        responses.setdefault(str(status), response)
    operation["responses"] = dict(sorted(responses.items()))


def install_problem_pages(app: FastAPI) -> None:
    """Adds `/problems/{code}`, the target of a problem's `type`."""
    app.add_api_route("/problems/{code}", read_problem, methods=["GET"], include_in_schema=False)


async def read_problem(request: Request, code: str) -> Response:
    if code not in CATALOGUE:
        raise NotFound("not_found")
    language = preferred_language(request.headers.get("accept-language"))
    text = CATALOGUE[code]
    template = text.zh_detail if language == "zh-CN" else text.en_detail
    return JSONResponse(
        {"code": code, "title": text.title(language), "detail": template},
        headers={"Content-Language": language, "Vary": "Accept-Language"},
    )
