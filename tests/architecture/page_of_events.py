"""`docs/events.md`: every event, its fields, and whose secret each text is."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec.structs import fields

from app.domain.deciders import DECIDERS
from app.events.base import Value
from app.events.privacy import CATALOGUE
from app.events.registry import EVENTS, SCHEMA_VERSION
from tests.architecture.page_of_kinds import table
from tests.events.test_registry import events_of

WORDS: dict[Any, str] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    datetime: "instant",
    date: "date",
}
HEAD = """\
# Events
<!-- Written by `python -m tests.architecture.generated_pages`. Edit the classes in app/events. -->

Every event that a stream may hold, by the category of its stream (`ticket` of `ticket-<id>`). Who,
when, on which stream and why stand in the header (`docs/adr/0004-canonical-events.md`); here are
the data. A field with `?` may be null, `[]` is a list, `a.b` a field of a nested value. Instants
are UTC with microseconds, money is fen, coordinates are millionths of a degree. The schema version
is 1 where none is named.

Every text has a class of personal data: `none`, `place_key`, `reporter_contact`, `ticket_text`,
`staff_identity` or `household_contact`. What is no text (a number, an instant) has none. Nothing is
encrypted by these classes yet. A `place_key` is shown under an alias (docs/adr/0027).
"""


def page() -> str:
    return "\n".join([HEAD, *_index(), *_chapters()]) + "\n"


def _categories(event: type[Any]) -> list[str]:
    return [category for category in DECIDERS if event in events_of(category)]


def _of(category: str) -> list[str]:
    """Those that have their place in this chapter: the first category that has them."""
    return [name for name, event in EVENTS.items() if _categories(event)[0] == category]


def _index() -> Iterator[str]:
    rows = ((f"[`{c}`](#{c})", str(len(_of(c)))) for c in DECIDERS if _of(c))
    yield table(("category", "events"), rows)
    yield f"\n{len(EVENTS)} events of {len(DECIDERS)} categories.\n"


def _chapters() -> Iterator[str]:
    for category in DECIDERS:
        if names := _of(category):
            yield f"## {category}\n"
            for name in names:
                yield from _event(name, category)


def _event(name: str, category: str) -> Iterator[str]:
    event = EVENTS[name]
    yield f"### {name}\n"
    yield f"{_docstring(event)} `{event.__name__}`{_notes(name, category)}\n"
    rows = [(f"`{path}`", kind, _class(name, path)) for path, kind in _paths(event)]
    if rows:
        yield table(("field", "type", "personal data"), iter(rows)) + "\n"


def _notes(name: str, category: str) -> str:
    event, version = EVENTS[name], SCHEMA_VERSION[name]
    also = [f"`{each}`" for each in _categories(event) if each != category]
    notes = f", also on {', '.join(also)}" if also else ""
    return f"{notes}, schema version {version}" if version > 1 else notes


def _docstring(event: type[Any]) -> str:
    """Parsed: a class without a docstring would answer its base's."""
    return _docstrings(event.__module__)[event.__name__]


@cache
def _docstrings(module: str) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: ast.get_docstring(node) or "" for node in classes}


def _class(name: str, path: str) -> str:
    return CATALOGUE[name].get(path.replace("?", ""), "")


def _paths(event: type[Any], before: str = "") -> Iterator[tuple[str, str]]:
    hints = get_type_hints(event)
    for field in fields(event):
        yield from _path(hints[field.name], f"{before}{field.name}")


def _path(kind: Any, path: str) -> Iterator[tuple[str, str]]:
    if get_origin(kind) in (Union, UnionType):
        [inner] = [one for one in get_args(kind) if one is not NoneType]
        yield from _path(inner, f"{path}?")
    elif get_origin(kind) is tuple:
        yield from _path(get_args(kind)[0], f"{path}[]")
    elif isinstance(kind, type) and issubclass(kind, Value):
        yield from _paths(kind, f"{path}.")
    else:
        yield path, WORDS[kind]
