"""The last word on the contract: introduction, areas, texts, examples, and what needs no identity.

What the framework makes of routes and schemas is not changed otherwise.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from app.pages.contract.access import access_text
from app.pages.contract.areas import AREA_OF, AREAS, Area
from app.pages.contract.described import describe
from app.pages.contract.parameters import EXAMPLES
from app.pages.guide import introduction
from app.texts.language import Language

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
JSON = "application/json"
LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def published(contract: dict[str, Any]) -> dict[str, Any]:
    """In both languages."""
    contract["info"]["license"] = LICENCE
    contract["servers"] = [{"url": "/"}]
    for operation in operations_of(contract):
        operation.setdefault("security", [])
        if operation["operationId"] in AREA_OF:  # one without texts stays as the code says it
            operation["tags"] = [AREA_OF[operation["operationId"]].tag]
            _show(operation)
    _tell(contract, None)
    return contract


def in_language(contract: dict[str, Any], language: Language) -> dict[str, Any]:
    """A published contract again, in one language."""
    told = deepcopy(contract)
    _tell(told, language)
    return told


def operations_of(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in contract["paths"].values():
        yield from (each for method, each in methods.items() if method in METHODS)


def _show(operation: dict[str, Any]) -> None:
    """Examples where a sender has to fill something in."""
    example = AREA_OF[operation["operationId"]].operations[operation["operationId"]].example
    if example is not None:
        operation["requestBody"]["content"][JSON]["example"] = example
    for parameter in operation.get("parameters", ()):
        if parameter.get("required") and parameter["name"] in EXAMPLES:
            parameter["example"] = EXAMPLES[parameter["name"]]


def _tell(contract: dict[str, Any], language: Language | None) -> None:
    describe(contract["components"], language)
    describe(contract["paths"], language)
    contract["info"]["description"] = introduction(language)
    contract["tags"] = [_tag(area, language) for area in AREAS]
    for operation in operations_of(contract):
        name = operation["operationId"]
        area = AREA_OF.get(name)
        if area is None:
            continue
        operation["summary"] = area.operations[name].summary(language)
        texts = (area.operations[name].description(language), access_text(operation, language))
        operation["description"] = "\n\n".join(text for text in texts if text)


def _tag(area: Area, language: Language | None) -> dict[str, Any]:
    title, about = area.words(language)
    return {"name": area.tag, "x-displayName": title, "description": f"**{title}** {about}"}
