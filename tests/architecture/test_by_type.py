"""Tables from a type to its function: each function takes the type that it stands for."""

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pytest

from app.domain.decider import Given
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact, Recorded, Value
from app.events.by_type import by_type, unchanged
from app.events.fingerprint import FingerprintAttached, OccurrenceDropped
from tests.architecture.test_layers import ROOT, modules

Table = Mapping[type[Any], Callable[..., Any]]


def tables() -> Iterator[tuple[str, Table]]:
    for path in modules("domain", "projections"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name)
        for known_as, value in vars(module).items():
            if isinstance(value, Mapping) and value and all(map(_is_entry, value.items())):
                yield f"{name.removeprefix('app.')}.{known_as}", value


def _is_entry(entry: tuple[Any, Any]) -> bool:
    kind, function = entry
    return isinstance(kind, type) and issubclass(kind, Value) and callable(function)


TABLES = dict(tables())


def taken(function: Callable[..., Any]) -> set[Any]:
    """The types of what the function is called for: a command comes first, an event second."""
    first, *rest = (hint for name, hint in get_type_hints(function).items() if name != "return")
    kind = first if is_decided(function) else rest[0]
    if get_origin(kind) in (Fact, Recorded):
        [kind] = get_args(kind)
    return set(get_args(kind)) if get_origin(kind) in (Union, UnionType) else {kind}


def is_decided(function: Callable[..., Any]) -> bool:
    """`decided_by` wraps the function."""
    return hasattr(function, "__wrapped__")


DECIDING = {"ticket": Ticket, "given": Given, "streams": TicketStreams}


@pytest.mark.parametrize("name", [name for name in TABLES if name.endswith("DECIDES")])
def test_what_decides_a_command_asks_for_what_there_is(name: str) -> None:
    for function in TABLES[name].values():
        _, *asked = inspect.signature(function).parameters
        hints = get_type_hints(function)
        assert asked == [each for each in DECIDING if each in asked]
        assert all(hints[each] == DECIDING[each] for each in asked), function.__name__


@pytest.mark.parametrize("name", TABLES)
def test_a_function_takes_the_type_that_it_stands_for(name: str) -> None:
    for kind, function in TABLES[name].items():
        types = taken(function)
        assert Any in types or kind in types, (kind.__name__, function.__name__)


def test_the_tables_are_found() -> None:
    of_the_ticket = TABLES["domain.ticket.fold.evolve.FOLD"]
    entries = sum(map(len, TABLES.values()))
    assert len(of_the_ticket) > 60
    assert entries > 200
    print(f"{len(TABLES)} tables with {entries} entries")


TWO = OccurrenceDropped | FingerprintAttached


def test_a_table_names_every_type_and_no_other() -> None:
    whole: Table = {OccurrenceDropped: unchanged, FingerprintAttached: unchanged}
    assert by_type(TWO, whole) is whole
    with pytest.raises(TypeError, match="FingerprintAttached"):
        by_type(TWO, {OccurrenceDropped: unchanged})
    with pytest.raises(TypeError, match="Fact"):
        by_type(TWO, {**whole, Fact: unchanged})


def test_a_union_of_one_is_a_class() -> None:
    assert by_type(OccurrenceDropped, {OccurrenceDropped: unchanged})


S = TypeVar("S")


def test_a_function_for_another_type_is_found() -> None:
    def other(state: S, _fact: Fact[FingerprintAttached]) -> S:
        return state

    assert OccurrenceDropped not in taken(other)
    assert taken(other) == {FingerprintAttached}
