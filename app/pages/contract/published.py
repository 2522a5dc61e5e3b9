"""The last word on the contract: introduction, areas, texts, examples, and what needs no identity.

What the framework makes of routes and schemas is not changed otherwise.
"""

from collections.abc import Iterator
from typing import Any

from app.pages.contract.areas import AREA_OF, AREAS
from app.pages.contract.parameters import EXAMPLES
from app.pages.contract.ticket_commands import command_description
from app.pages.guide import introduction

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
JSON = "application/json"


def published(contract: dict[str, Any]) -> dict[str, Any]:
    contract["info"] |= {"description": introduction(), "license": LICENCE}
    contract["servers"] = [{"url": "/"}]
    contract["tags"] = [
        {
            "name": area.tag,
            "x-displayName": f"{area.zh} · {area.en}",
            "description": f"**{area.zh} · {area.en}** {area.zh_about} {area.en_about}",
        }
        for area in AREAS
    ]
    for operation in operations_of(contract):
        _tell(operation)
        _show(operation)
        operation.setdefault("security", [])
    return contract


LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def operations_of(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in contract["paths"].values():
        yield from (each for method, each in methods.items() if method in METHODS)


def _tell(operation: dict[str, Any]) -> None:
    area = AREA_OF[operation["operationId"]]
    told = area.operations[operation["operationId"]]
    commands = area.tag == "ticket-commands"
    operation["tags"] = [area.tag]
    operation["summary"] = told.summary
    operation["description"] = (
        command_description(operation["operationId"]) if commands else told.description
    )


def _show(operation: dict[str, Any]) -> None:
    """Examples where a sender has to fill something in."""
    told = AREA_OF[operation["operationId"]].operations[operation["operationId"]]
    content = operation.get("requestBody", {}).get("content", {})
    if told.example is not None:
        content[JSON]["example"] = told.example
    for parameter in operation.get("parameters", ()):
        if parameter.get("required") and parameter["name"] in EXAMPLES:
            parameter["example"] = EXAMPLES[parameter["name"]]
