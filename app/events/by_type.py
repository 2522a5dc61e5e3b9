"""Tables from a type to its function: one look-up, where a chain of `case` asks about each type."""

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, TypeVar, get_args

S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., Any])


def types_of(union: Any) -> frozenset[type[Any]]:
    return frozenset(get_args(union) if isinstance(union, UnionType) else (union,))


def by_type(union: Any, table: Mapping[type[Any], F]) -> Mapping[type[Any], F]:
    """The table, if it names every type of the union and no other; else `TypeError`, on import."""
    types = types_of(union)
    if table.keys() != types:
        named = sorted(one.__name__ for one in table.keys() ^ types)
        raise TypeError(f"missing from the table, or too much in it: {', '.join(named)}")
    return table


def unchanged(state: S, _event: Any) -> S:
    """For what has no effect on a state."""
    return state
