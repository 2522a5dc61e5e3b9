"""States are values all the way down: a decoded one is shared by all who ask for it."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct

from app.domain.deciders import DECIDERS

VALUES = (tuple, frozenset, Union, UnionType)


def changeable(of: Any, path: str, seen: set[Any]) -> Iterator[str]:
    """What of a state could be changed in its place."""
    origin = get_origin(of)
    if origin is Literal or of is Ellipsis or of in seen:
        return
    if origin in VALUES:
        for part in get_args(of):
            yield from changeable(part, path, seen)
    elif origin is not None or of in (dict, list, set):
        yield f"{path}: {of}"
    elif isinstance(of, type) and issubclass(of, Struct):
        seen.add(of)
        if not of.__struct_config__.frozen:
            yield f"{path}: {of}"
        for name, kind in get_type_hints(of).items():
            yield from changeable(kind, f"{path}.{name}", seen)


@pytest.mark.parametrize("category", DECIDERS)
def test_nobody_can_change_a_state_that_another_reads(category: str) -> None:
    assert list(changeable(DECIDERS[category].state_type, category, set())) == []
