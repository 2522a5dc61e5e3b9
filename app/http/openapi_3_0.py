"""The contract for a reader that knows OpenAPI 3.0 alone, as the packaged page for reading it does.

Only what pydantic writes is turned back; the published contract is 3.1 and stays so.
"""

from typing import Any

NULL = {"type": "null"}


def in_openapi_3_0(contract: dict[str, Any]) -> dict[str, Any]:
    rewritten: dict[str, Any] = _rewritten(contract)
    return {**rewritten, "openapi": "3.0.3"}


def _rewritten(node: Any) -> Any:
    match node:
        case dict():
            return {name: _rewritten(value) for name, value in _one_step(node).items()}
        case list():
            return [_rewritten(one) for one in node]
        case _:
            return node


def _one_step(schema: dict[str, Any]) -> dict[str, Any]:
    found = dict(schema)
    if isinstance(found.get("anyOf"), list) and NULL in found["anyOf"]:
        found |= _nullable([one for one in found.pop("anyOf") if one != NULL])
    if isinstance(found.get("const"), str | int):
        found["enum"] = [found.pop("const")]
    if isinstance(found.get("prefixItems"), list):
        found["items"] = {"anyOf": found.pop("prefixItems")}
    if isinstance(found.get("examples"), list):
        found["example"] = found.pop("examples")[0]
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if type(found.get(exclusive)) in (int, float):
            found |= {inclusive: found[exclusive], exclusive: True}
    return found


def _nullable(others: list[dict[str, Any]]) -> dict[str, Any]:
    match others:
        case [{"$ref": _} as reference]:
            return {"allOf": [reference], "nullable": True}
        case [only]:
            return {**only, "nullable": True}
        case _:
            return {"anyOf": others, "nullable": True}
