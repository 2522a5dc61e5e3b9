"""Completes the contract that the framework generates: introduction, tags, texts, examples, and
`security: []` for operations without authentication. Nothing else is changed.
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
        if operation["operationId"] in AREA_OF:  # without texts, the code's own stay
            operation["tags"] = [AREA_OF[operation["operationId"]].tag]
            _add_example(operation)
    _add_texts(contract, None)
    return contract


def in_language(contract: dict[str, Any], language: Language) -> dict[str, Any]:
    """A published contract, reduced to one language."""
    translated = deepcopy(contract)
    _add_texts(translated, language)
    return translated


def operations_of(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in contract["paths"].values():
        yield from (each for method, each in methods.items() if method in METHODS)


def _add_example(operation: dict[str, Any]) -> None:
    """Examples of the body and of required parameters."""
    example = AREA_OF[operation["operationId"]].operations[operation["operationId"]].example
    if example is not None:
        operation["requestBody"]["content"][JSON]["example"] = example
    for parameter in operation.get("parameters", ()):
        if parameter.get("required") and parameter["name"] in EXAMPLES:
            parameter["example"] = EXAMPLES[parameter["name"]]


def _add_texts(contract: dict[str, Any], language: Language | None) -> None:
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
