"""Translates pydantic's validation errors into our codes. Never quotes the input."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError

from app.texts.values import VALUES

MAX_ERRORS = 50

# pydantic's error type -> our code. Types from `app/http/fields.py` are codes in VALUES already.
CODES: dict[str, str] = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "string_too_long": "too_long",
    "bytes_too_long": "too_long",
    "string_too_short": "too_short",
    "string_type": "not_text",
    "string_unicode": "invalid_text",
    "string_pattern_mismatch": "malformed",
    "literal_error": "not_one_of",
    "enum": "not_one_of",
    "union_tag_invalid": "not_one_of",
    "union_tag_not_found": "required",
    "int_type": "not_an_integer",
    "int_parsing": "not_an_integer",
    "int_from_float": "not_an_integer",
    "int_parsing_size": "unsafe_integer",
    "float_type": "not_a_number",
    "float_parsing": "not_a_number",
    "finite_number": "not_a_number",
    "bool_type": "not_a_boolean",
    "bool_parsing": "not_a_boolean",
    "none_required": "not_null",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_great",
    "less_than_equal": "too_great",
    "too_long": "too_many",
    "too_short": "too_few",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
    "set_type": "not_a_list",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "dataclass_type": "not_an_object",
    "uuid_type": "not_an_id",
    "uuid_parsing": "not_an_id",
    "is_instance_of": "invalid",
}

_DETAILS = {
    "max_length": "max",
    "min_length": "min",
    "le": "max",
    "lt": "max",
    "ge": "min",
    "gt": "min",
}


class Invalid(NamedTuple):
    pointer: str
    code: str
    details: Mapping[str, object] = {}


def invalid_values(error: RequestValidationError) -> list[Invalid]:
    """One per pointer and code: the branches of a union often report the same error."""
    found = (_invalid(one, error.body) for one in error.errors())
    return list({(one.pointer, one.code): one for one in found}.values())[:MAX_ERRORS]


def _invalid(error: Mapping[str, Any], body: object) -> Invalid:
    kind, context = error["type"], error.get("ctx", {})
    code = _code(kind, context)
    details = {ours: context[theirs] for theirs, ours in _DETAILS.items() if theirs in context}
    if code == "not_one_of":
        expected = context.get("expected") or context.get("expected_tags") or ""
        details["allowed"] = re.findall(r"'([^']*)'", expected)
    return Invalid(pointer_to(error["loc"], body), code, {**context, **details})


def _code(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "string_too_short" and context.get("min_length") == 1:
        return "blank"
    if kind in CODES:
        return CODES[kind]
    return kind if kind in VALUES else "invalid"


def pointer_to(location: Sequence[str | int], body: object) -> str:
    """`/location/unit` (RFC 6901) into the body, `query:limit` for anything else."""
    where, *path = location
    if where != "body":
        return f"{where}:{'.'.join(str(step) for step in path)}"
    return json_pointer(_real_steps(path, body))


def json_pointer(steps: Iterable[str | int]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _real_steps(path: Sequence[str | int], body: object) -> list[str | int]:
    """Without the names of union branches, which pydantic inserts."""
    steps: list[str | int] = []
    here: object = body
    for n, step in enumerate(path, 1):
        match here:
            case dict() if step in here:
                here = here[step]
            case list() | tuple() if isinstance(step, int) and step < len(here):
                here = here[step]
            case dict() if n == len(path):  # the value that is missing
                pass
            case _ if not isinstance(body, dict | list):  # a form: its steps are all real
                pass
            case _:
                continue
        steps.append(step)
    return steps
