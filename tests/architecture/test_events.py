"""Events say what happened, hold only what canonical JSON can, and no fold forgets one."""

import ast
import importlib
import inspect
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec.structs import fields

from app.domain.deciders import DECIDERS
from app.event_store.codec import decode_state, encode_state
from app.events.base import SYSTEM, Fact, Integer, Value
from app.events.registry import EVENTS
from tests.events.examples import EXAMPLES
from tests.events.test_registry import events_of

ATOMS = {str, Integer, bool, NoneType, datetime, date}
CLASSES = pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)


@CLASSES
def test_every_event_says_in_one_line_what_happened(event: type[Any]) -> None:
    written = ast.get_docstring(_class_of(event))
    assert written is not None
    assert "\n" not in written
    assert written.endswith(".")


@CLASSES
def test_a_field_holds_only_what_canonical_json_can(event: type[Any]) -> None:
    assert list(_strange_types(event, event)) == []


@CLASSES
def test_an_event_says_nothing_that_its_header_says(event: type[Any]) -> None:
    header = {"occurred_at", "recorded_at", "actor", "channel", "command_id", "event_id"}
    assert not header & {field.name for field in fields(event)}


@pytest.mark.parametrize("category", DECIDERS)
def test_the_fold_names_every_event_of_its_category(category: str) -> None:
    forgotten = {event.__name__ for event in events_of(category)} - _named_in_evolve(category)
    assert forgotten == set()


@pytest.mark.parametrize("category", DECIDERS)
def test_a_fold_comes_back_as_it_was_stored(category: str) -> None:
    decider = DECIDERS[category]
    state = decider.initial
    for name, event in EXAMPLES.items():
        if EVENTS[name] in events_of(category):
            state = decider.evolve(state, Fact(event, datetime(2024, 3, 5, tzinfo=UTC), SYSTEM))
            assert decode_state(decider.state_type, encode_state(state)) == state


def _class_of(event: type[Any]) -> ast.ClassDef:
    """Parsed: a class without a docstring would answer its base's."""
    module = importlib.import_module(event.__module__)
    tree = ast.parse(inspect.getsource(module))
    return next(
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == event.__name__
    )


def _strange_types(kind: Any, event: type[Any]) -> Any:
    if kind in ATOMS:
        return
    if get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _strange_types(one, event)
    elif get_origin(kind) is tuple and get_args(kind)[1:] == (...,):
        yield from _strange_types(get_args(kind)[0], event)
    elif isinstance(kind, type) and issubclass(kind, Value) and kind.__module__ == event.__module__:
        for hint in get_type_hints(kind, include_extras=True).values():
            yield from _strange_types(hint, event)
    else:
        yield kind


def _named_in_evolve(category: str) -> set[str]:
    """The classes that `evolve`, and what stands in its module beside it, match on; and those of
    the table there."""
    module = inspect.getmodule(DECIDERS[category].evolve)
    assert module is not None
    tree = ast.parse(inspect.getsource(module))
    return {event.__name__ for event in getattr(module, "FOLD", ())} | {
        node.cls.id
        for node in ast.walk(tree)
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)
    }
