"""Canonical JSON of the restricted profile (docs/adr/0004-canonical-events.md).
Standard library only.

For this profile the text equals RFC 8785 and what the event store writes, byte for byte.
"""

import json
import unicodedata
from datetime import UTC, datetime

LARGEST_INT = 2**53 - 1


def canonical_json(value: object) -> str:
    """Raises `ValueError` for values outside the profile."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    match value:
        case None | bool():
            return value
        case int():
            return _integer(value)
        case str():
            return _text(value)
        case datetime():
            return _instant(value)
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict():
            return {_key(key): _plain(one) for key, one in value.items()}
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical JSON")


def _integer(value: int) -> int:
    if abs(value) > LARGEST_INT:
        raise ValueError("an integer of 2^53 or more")
    return value


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError("text has a NUL")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("text has a lone surrogate")
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("text is not in Unicode normal form C")
    return value


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise ValueError("a key is ASCII text")
    return _text(key)


def _instant(value: datetime) -> str:
    """RFC 3339 in UTC; with a fraction of a second only if there is one."""
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
