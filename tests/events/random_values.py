"""Random values of every event and every state, from a seed.

`python -m tests.events.random_values` writes their texts, as the code of that moment stores them,
and a hash over 60,000 of them. What is written down was written by the code of release 0.1.0 that
had dataclasses and pydantic; run it again only for a class that has a new field.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.domain.deciders import DECIDERS
from app.event_store.codec import encode_content, encode_state
from app.events.registry import EVENTS

STORED = Path(__file__).parent / "stored"
TEXTS = STORED / "texts.jsonl"
HASHES = STORED / "hashes.json"
OF_EACH = 320  # 190 classes: 60,000 values
KEPT_OF_AN_EVENT, KEPT_OF_A_STATE = 4, 8

LETTERS = (
    "a",
    "Z",
    " ",
    "7",
    "/",
    '"',
    "\\",
    "\n",
    "\t",
    "\x01",
    "\x7f",
    "漏",
    "水",
    "é",
    "\U0001f6b0",
)
ZONES = (UTC, UTC, UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5, minutes=-45)))
LARGEST = 2**53 - 1


def _text(random: Random) -> str:
    return "".join(random.choices(LETTERS, k=random.choice((0, 1, 5, 12))))


def _integer(random: Random) -> int:
    return random.choice((0, 1, -1, LARGEST, -LARGEST, random.randint(-(10**6), 10**6)))


def _instant(random: Random) -> datetime:
    micro = random.choice((0, 0, 1, 120_000, random.randrange(10**6)))
    at = datetime(random.choice((1, 1969, 2024, 9998)), 3, 5, 23, 59, 59, micro, tzinfo=UTC)
    return at.astimezone(random.choice(ZONES)) if at.year == 2024 else at


ATOMS: dict[Any, Callable[[Random], Any]] = {
    str: _text,
    int: _integer,
    bool: lambda random: random.random() < 0.5,
    NoneType: lambda _random: None,
    datetime: _instant,
    date: lambda random: date(2024, 1, 1) + timedelta(days=random.randrange(-9999, 9999)),
}


def a_value(kind: Any, random: Random) -> Any:
    """A value of an annotated type: any instance, also one that no rule would make."""
    if kind in ATOMS:
        return ATOMS[kind](random)
    if get_origin(kind) in (Union, UnionType):
        return a_value(random.choice(get_args(kind)), random)
    if get_origin(kind) is tuple:
        of, rest = get_args(kind)
        assert rest is ...
        return tuple(a_value(of, random) for _ in range(random.choice((0, 1, 2))))
    hints = sorted(get_type_hints(kind).items())
    return kind(**{name: a_value(hint, random) for name, hint in hints})


def _state(decider: Any) -> Any:
    """Its class, where the initial state is None."""
    return next(one for one in get_args(decider.state_type) or (decider.state_type,) if one)


EVERY: dict[str, tuple[Any, Callable[[Any], str], int]] = {
    **{name: (event, encode_content, KEPT_OF_AN_EVENT) for name, event in EVENTS.items()},
    **{
        f"state:{category}": (_state(decider), encode_state, KEPT_OF_A_STATE)
        for category, decider in DECIDERS.items()
    },
}
"""Stored name, or category of a state -> its class, how it is stored, how many texts are kept."""


def values_of(name: str, number: int = OF_EACH) -> Iterator[Any]:
    kind, _, _ = EVERY[name]
    random = Random(name)
    return (a_value(kind, random) for _ in range(number))


def hash_of(name: str) -> str:
    _, encoded, _ = EVERY[name]
    texts = "\n".join(encoded(value) for value in values_of(name))
    return hashlib.sha256(texts.encode()).hexdigest()


def write() -> None:
    STORED.mkdir(exist_ok=True)
    with TEXTS.open("w", encoding="utf-8") as file:
        for name, (_, encoded, kept) in EVERY.items():
            for value in values_of(name, kept):
                file.write(json.dumps([name, encoded(value)], ensure_ascii=False) + "\n")
    hashes = {name: hash_of(name) for name in EVERY}
    HASHES.write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
