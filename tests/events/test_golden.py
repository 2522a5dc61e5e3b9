"""What was once stored decodes for ever, and what is stored today is byte for byte as before."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.event_store.codec import decode, encode_content
from app.events.base import Value
from app.events.registry import EVENTS, SCHEMA_VERSION
from tests.events.examples import EXAMPLES, GOLDEN, golden_file

STORED = sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_has_an_example_full_in_every_field(name: str) -> None:
    assert list(_empty(EXAMPLES[name], name)) == []


def _empty(value: Any, path: str) -> Iterator[str]:
    match value:
        case None | "" | ():
            yield path
        case Value():
            for field in value.__struct_fields__:
                yield from _empty(getattr(value, field), f"{path}.{field}")
        case tuple():
            for inner in value:
                yield from _empty(inner, f"{path}[]")


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_comes_back_as_it_was_stored(name: str) -> None:
    event = EXAMPLES[name]
    back = decode(name, SCHEMA_VERSION[name], encode_content(event))
    assert back == event


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_stored_as_the_golden_file_says(name: str) -> None:
    assert golden_file(name).read_bytes() == encode_content(EXAMPLES[name]).encode() + b"\n"


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_every_shape_ever_stored_decodes(path: Any) -> None:
    name, version, _ = path.name.split(".")
    event = decode(name, int(version.removeprefix("v")), path.read_text(encoding="utf-8"))
    assert type(event) is EVENTS[name]


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_a_golden_file_has_no_floats(path: Any) -> None:
    def refuse(number: str) -> float:
        raise AssertionError(f"{path.name}: {number}")

    json.loads(path.read_text(encoding="utf-8"), parse_float=refuse)
