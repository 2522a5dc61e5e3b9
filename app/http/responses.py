"""The documented responses of a route: shapes, headers and problems. They only describe; nothing is
validated at run time. The contract tests hold the running server to them."""

from typing import Any

from app.http.contract import problem_responses
from app.views.shape import Shape

VERSION_HEADER = {"ETag": {"schema": {"type": "string"}, "description": '`"v<version>"`'}}

COMMAND_HEADERS = VERSION_HEADER | {
    "Suyuan-Receipt": {
        "schema": {"type": "string"},
        "description": "`<position>:<leaf>` of the last event: keep it, it proves what was said.",
    },
    "Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]}},
}

LOCATION = {"Location": {"schema": {"type": "string"}}}


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        _header(
            "Idempotency-Key",
            "The same key and body give back the stored answer.",
            minLength=1,
            maxLength=255,
            pattern="^[!-~]+$",
        ),
        _header("Accept-Language", "zh-CN or en."),
    ]
}

VERSIONED: dict[str, Any] = {
    "parameters": [
        *IDEMPOTENT["parameters"],
        _header(
            "If-Match",
            '`"v<version>"`: only if the resource is still at this version.',
            pattern=r'^(\*|"v[0-9]{1,9}")$',
        ),
    ]
}

READ: dict[str, Any] = {
    "parameters": [_header("If-None-Match", '`"v<version>"`: 304 if it is still at this version.')]
}

Responses = dict[int | str, dict[str, Any]]

NOT_MODIFIED: Responses = {304: {"description": "Not Modified", "headers": VERSION_HEADER}}


def responses(
    good: dict[int, type[Shape]], *problems: int, headers: dict[str, Any] | None = None
) -> Responses:
    described: Responses = {
        status: {"model": model, **({"headers": headers} if headers else {})}
        for status, model in good.items()
    }
    return described | problem_responses(*problems)


def read_responses(model: type[Shape]) -> Responses:
    """Of reading a versioned resource: the resource, or 304."""
    return responses({200: model}, 401, 403, 404, 422, 503, headers=VERSION_HEADER) | NOT_MODIFIED


def command_responses(model: type[Shape]) -> Responses:
    """Of a command on an existing resource, or a PUT."""
    return responses({200: model}, 401, 403, 404, 409, 412, 422, 503, headers=COMMAND_HEADERS)
