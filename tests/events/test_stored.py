"""What an older release stored is read, and written again byte for byte: events and states.

The texts and the hashes were written by the release that had dataclasses, pydantic and orjson. So
two releases may run beside each other on one database: each writes what the other writes.
"""

import json
from itertools import groupby
from typing import Any

import pytest

from app.domain.deciders import DECIDERS
from app.event_store.codec import decode, decode_state
from app.events.registry import EVENTS, SCHEMA_VERSION
from tests.events.random_values import EVERY, HASHES, TEXTS, hash_of, values_of

CHANGED: frozenset[str] = frozenset()
"""Classes that have a new field since: what was stored is read, but no longer written."""

ROWS: list[tuple[str, str]] = [
    (name, text) for name, text in map(json.loads, TEXTS.read_text(encoding="utf-8").splitlines())
]
STORED = {name: [text for _, text in rows] for name, rows in groupby(ROWS, key=lambda row: row[0])}
WRITTEN: dict[str, str] = json.loads(HASHES.read_text(encoding="utf-8"))


def read(name: str, text: str) -> Any:
    if name.startswith("state:"):
        return decode_state(DECIDERS[name.removeprefix("state:")].state_type, text)
    return decode(name, SCHEMA_VERSION[name], text)


@pytest.mark.parametrize("name", STORED)
def test_a_stored_text_is_read_and_written_the_same(name: str) -> None:
    kind, encoded, _ = EVERY[name]
    for text, value in zip(STORED[name], values_of(name), strict=False):
        again = read(name, text)
        assert type(again) is kind
        if name not in CHANGED:
            assert again == value
            assert encoded(again) == text


@pytest.mark.parametrize("name", WRITTEN)
def test_random_values_are_written_as_the_older_release_wrote_them(name: str) -> None:
    if name not in CHANGED:
        assert hash_of(name) == WRITTEN[name], f"{name}: has it a new field? Then it is CHANGED"


def test_there_are_texts_of_every_event_and_state() -> None:
    """Of those that the older release had."""
    assert STORED.keys() == WRITTEN.keys()
    assert STORED.keys() <= EVENTS.keys() | {f"state:{category}" for category in DECIDERS}
    print(f"{len(ROWS)} texts read and written; {len(WRITTEN) * 320} values by their hash")
