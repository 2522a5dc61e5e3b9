"""Encodes events and folds as stored text, and decodes them. The stored bytes are what is hashed.

The profile of canonical JSON (docs/adr/0004-canonical-events.md): sorted ASCII keys, integers below
2^53, no floats, NFC text without NUL or lone surrogates. On that profile orjson and RFC 8785 write
the same bytes.

Header format 2 has a `salt`: without it, who reads a masked event could compute the leaf for each
value that the masked field may have (docs/adr/0027-nothing-hashed-can-be-guessed.md).
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import attrgetter
from secrets import token_hex
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from app.events.base import Actor, Fact, Recorded
from app.events.registry import EVENTS, NAME_OF, SCHEMA_VERSION
from app.events.upcasters import upcast

CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_UTC_Z
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEADER_FORMAT = 2
SALT_BYTES = 16


class NotCanonical(ValueError):
    """A value without canonical JSON: it cannot be stored."""


def canonical(value: Any) -> str:
    """The canonical text of a JSON value. Raises `NotCanonical` for what the profile excludes."""
    _check(value)
    return _dump(value, CANONICAL).decode()


# The end of a float. Two patterns, because a search for a fixed first character is far quicker.
_FRACTION, _EXPONENT = re.compile(r"\.[0-9]+[,}\]e]"), re.compile(r"e[-+]?[0-9]+[,}\]]")


def encode_content(event: Any) -> str:
    """The canonical text of an event's fields.

    Usually a check of the whole text is enough. Each value is checked, far more slowly, only if the
    text has an escape (it may be a NUL) or something that looks like a float.
    """
    text = _dump(event, CANONICAL | orjson.OPT_PASSTHROUGH_DATACLASS, _fields).decode()
    if "\\" in text or not _is_normal(text) or _FRACTION.search(text) or _EXPONENT.search(text):
        _check(orjson.loads(text))
    return text


def _fields(value: Any) -> dict[str, Any]:
    """A dataclass as a dict with sorted keys: orjson does not sort the fields of dataclasses."""
    of: Any = type(value)
    names, read = _reader(of)
    return dict(zip(names, read(value), strict=True))


@cache
def _reader(of: Any) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    """Raises `TypeError` for anything but a dataclass; orjson then reports it as not encodable."""
    names = sorted(field.name for field in fields(of))
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda value: tuple(getattr(value, name) for name in names)


def _is_normal(text: str) -> bool:
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def _dump(value: Any, option: int, default: Callable[[Any], Any] | None = None) -> bytes:
    try:
        return orjson.dumps(value, default, option)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(str(error)) from error


def _check(value: Any) -> None:
    """Checks the values, not the text: there an escaped backslash before `u0000` would look like a
    NUL, and a line break before a combining mark like denormalised text."""
    if isinstance(value, str):
        if "\0" in value:
            raise NotCanonical("text has a NUL")
        if not _is_normal(value):
            raise NotCanonical("text is not in Unicode normal form C")
    elif isinstance(value, float):
        raise NotCanonical("a float has no canonical JSON here")
    elif isinstance(value, dict):
        for key, one in value.items():
            if not key.isascii():
                raise NotCanonical("a key is ASCII text")
            _check(key)
            _check(one)
    elif isinstance(value, list):
        for one in value:
            _check(one)


@cache
def _adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)


def decode(name: str, schema_version: int, content: str) -> tuple[Any, dict[str, Any]]:
    """The event and its data as stored. Raises `LookupError` for an unknown type and `ValueError`
    for content that does not fit it."""
    data = orjson.loads(content)
    current = upcast(name, schema_version, data)
    of: Any = EVENTS[name]
    return _adapter(of).validate_python(current, strict=False), data


def encode_state(state: Any) -> str:
    return orjson.dumps(state, option=orjson.OPT_UTC_Z).decode()


@lru_cache(maxsize=1024)
def decode_state(of: Any, text: str) -> Any:
    """Cached by text: states are immutable, and many commands read the same ones."""
    return _adapter(of).validate_json(text)


def microseconds(instant: datetime) -> int:
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_microseconds(count: int) -> datetime:
    return EPOCH.fromtimestamp(count // 1_000_000, UTC).replace(microsecond=count % 1_000_000)


def content_hash(content: str) -> str:
    return _hash(content.encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(b"suyuan-content/v1\n" + content).hexdigest()


def leaf_hash(position: int, recorded_at: datetime, header: str) -> bytes:
    """The same hash as the append function computes (docs/adr/0004-canonical-events.md)."""
    prefix = f"suyuan-event/v1\n{position}\n{microseconds(recorded_at)}\n"
    return hashlib.sha256(b"\x00" + prefix.encode() + header.encode()).digest()


@dataclass(slots=True, kw_only=True)
class Origin:
    """What the events of one command share; `header_parts` is their part of the header text."""

    tenant_id: UUID
    log: str
    build: str
    command_id: UUID
    correlation_id: str
    causation_id: str | None
    channel: str | None
    header_parts: tuple[str, str, str, str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        log = f"{self.log}/{self.tenant_id}"
        self.header_parts = (
            f'"app":{_json(self.build)},"cause":{_json(self.causation_id)}',
            f'"chn":{_json(self.channel)}',
            f'"cmd":"{self.command_id}","corr":{_json(self.correlation_id)}',
            f'"log":{_json(log)}',
            f'"ten":"{self.tenant_id}"',
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """An event as it is stored."""

    stream_id: str
    version: int
    type: str
    header: str
    content: str


def encode(
    origin: Origin, stream_id: str, version: int, event_id: UUID, fact: Fact[Any]
) -> Encoded:
    """The header is built as canonical text: keep its names in sorted order. Each call draws a new
    salt."""
    name = NAME_OF[type(fact.event)]
    content = encode_content(fact.event)
    stored = content.encode()
    by, channel, command, log, tenant = origin.header_parts
    header = (
        f'{{"act":{_json(fact.actor.subject)},{by},"ch":"{_hash(stored)}",{channel},'
        f'"cl":{len(stored)},{command},"eid":"{event_id}",{log},'
        f'"occ":{microseconds(fact.occurred_at)},"rol":{_json(fact.actor.role)},'
        f'"salt":"{token_hex(SALT_BYTES)}","str":{_json(stream_id)},"sub":[],'
        f'"sv":{SCHEMA_VERSION.get(name, 1)},{tenant},'
        f'"typ":"{name}","v":{HEADER_FORMAT},"ver":{version}}}'
    )
    return Encoded(stream_id, version, name, header, content)


@lru_cache(maxsize=1024)
def _json(value: str | None) -> str:
    """Cached: many headers name the same streams and people."""
    return canonical(value)


def decode_row(row: Mapping[str, Any]) -> Recorded[Any]:
    """Decodes an event row. Reads the hashed header, not the columns that repeat it."""
    header: dict[str, Any] = orjson.loads(row["header"])
    event, data = decode(header["typ"], header["sv"], row["content"])
    return Recorded(
        position=row["position"],
        stream_id=header["str"],
        version=header["ver"],
        event_id=header["eid"],
        type=header["typ"],
        schema_version=header["sv"],
        event=event,
        data=data,
        occurred_at=from_microseconds(header["occ"]),
        recorded_at=row["recorded_at"],
        actor=Actor(subject=header["act"], role=header["rol"]),
        channel=header["chn"],
        command_id=header["cmd"],
        correlation_id=header["corr"],
        causation_id=header["cause"],
        leaf=bytes(row["leaf"]),
        salted="salt" in header,
    )
