"""Finds closed sets of words: in the source, and in the shapes of the running application."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

import app

SOURCES = Path(app.__file__).parent
Words = frozenset[str]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def literals(tree: ast.AST) -> Iterator[ast.Subscript]:
    """Every `Literal[...]` of two members or more, whether words or other aliases."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Subscript)
            and ast.unparse(node.value).split(".")[-1] == "Literal"
            and isinstance(node.slice, ast.Tuple)
        ):
            yield node


def collections_of_words(tree: ast.AST) -> Iterator[tuple[int, Words]]:
    """Tuples, lists and sets of three words or more that are not the members of a `Literal`."""
    members = {id(node.slice) for node in literals(tree)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Tuple | ast.List | ast.Set)
            and id(node) not in members
            and len(node.elts) > 2
        ):
            words = [each.value for each in node.elts if isinstance(each, ast.Constant)]
            if len(words) == len(node.elts) and all(isinstance(word, str) for word in words):
                yield node.lineno, frozenset(map(str, words))


def module_of(path: Path) -> ModuleType:
    dotted = path.relative_to(SOURCES.parent).with_suffix("").as_posix().replace("/", ".")
    return importlib.import_module(dotted.removesuffix(".__init__"))


def aliases_of(path: Path) -> Iterator[tuple[str, Words]]:
    """`Name = Literal[...]` at the top of a module."""
    for node in parsed(path).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Subscript)
            and ast.unparse(node.value.value) == "Literal"
            and isinstance(name := node.targets[0], ast.Name)
        ):
            yield name.id, frozenset(get_args(getattr(module_of(path), name.id)))


def aliases_in(*folders: str) -> dict[str, Words]:
    return {
        f"{path.relative_to(SOURCES).as_posix()}: {name}": words
        for folder in folders
        for path in sorted((SOURCES / folder).rglob("*.py"))
        for name, words in aliases_of(path)
    }


def words_of_route(route: APIRoute) -> Iterator[tuple[str, Words]]:
    """Of its parameters, its body and its answers."""
    for where, annotation in _annotations(route):
        yield from words_in(annotation, f"{route.path} {where}", frozenset())


def _annotations(route: APIRoute) -> Iterator[tuple[str, Any]]:
    for dependant in _dependants(route.dependant):
        for params in (
            dependant.path_params,
            dependant.query_params,
            dependant.header_params,
            dependant.body_params,
        ):
            for field in params:
                yield field.alias, field.field_info.annotation
    for status, described in route.responses.items():
        yield str(status), described.get("model")


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _dependants(inner)


def words_in(annotation: Any, where: str, inside: frozenset[type]) -> Iterator[tuple[str, Words]]:
    if get_origin(annotation) is Literal:
        yield where, frozenset(get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in inside:
            for name, field in annotation.model_fields.items():
                named = f"{annotation.__name__}.{name}"
                yield from words_in(field.annotation, named, inside | {annotation})
    else:
        for each in get_args(annotation):
            yield from words_in(each, where, inside)


def enums_in(schema: Any) -> Iterator[Words]:
    """Those of a contract, also where its schema was written by hand."""
    if isinstance(schema, dict):
        if isinstance(values := schema.get("enum"), list):
            yield frozenset(values)
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from enums_in(each)
