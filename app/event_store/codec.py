"""Encodes events and folds as stored text, and decodes them. The stored bytes are what is hashed.

The profile of canonical JSON (docs/adr/0004-canonical-events.md): sorted ASCII keys, integers below
2^53, no floats, NFC text without NUL or lone surrogates. On that profile msgspec and RFC 8785 write
the same bytes.

Header format 2 has a `salt`: without it, who reads a masked event could compute the leaf for each
value that the masked field may have (docs/adr/0027-nothing-hashed-can-be-guessed.md).
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from secrets import token_hex
from typing import Any
from uuid import UUID

from msgspec import convert
from msgspec.json import Decoder, Encoder
from msgspec.json import decode as decode_json

from app.event_store.errors import UnknownEvent
from app.events.base import LARGEST_INTEGER, Actor, Fact, Recorded, Value
from app.events.registry import EVENTS, NAME_OF, SCHEMA_VERSION
from app.events.upcasters import upcast

CANONICAL = Encoder(order="sorted")
STATES = Encoder()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEADER_FORMAT = 2
SALT_BYTES = 16
HEADER_NAMES = {
    "subject": "act",
    "role": "rol",
    "causation_id": "cause",
    "channel": "chn",
    "command_id": "cmd",
    "correlation_id": "corr",
    "event_id": "eid",
    "occurred": "occ",
    "stream_id": "str",
    "schema_version": "sv",
    "type": "typ",
    "version": "ver",
}


class NotCanonical(ValueError):
    """A value without canonical JSON: it cannot be stored."""


def canonical(value: Any) -> str:
    """The canonical text of a JSON value. Raises `NotCanonical` for what the profile excludes."""
    _check(value)
    return _encode(value).decode()


def encode_content(event: Any) -> str:
    """The canonical text of an event's fields. It is read back as the event's type, which has the
    last word on integers, floats and what is no JSON.

    Texts are usually checked all at once, and one by one only if something is escaped: it may be a
    NUL.
    """
    written = _encode(event)
    kind: Any = type(event)
    try:
        _decoder(kind).decode(written)
    except ValueError as error:
        raise NotCanonical(str(error)) from error
    text = written.decode()
    if "\\" in text or not _is_normal(text):
        _check(decode_json(written))
    return text


def _is_normal(text: str) -> bool:
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def _encode(value: Any) -> bytes:
    try:
        return CANONICAL.encode(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise NotCanonical(str(error)) from error


def _check(value: Any) -> None:
    """Checks the values, not the text: there an escaped backslash before `u0000` would look like a
    NUL, and a line break before a combining mark like denormalised text."""
    match value:
        case None | bool():
            return
        case str():
            _check_text(value)
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise NotCanonical("an integer of 2^53 or more")
        case dict():
            for key, one in value.items():
                _check_key(key)
                _check(one)
        case list():
            for one in value:
                _check(one)
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical JSON here")


def _check_text(value: str) -> None:
    if "\0" in value:
        raise NotCanonical("text has a NUL")
    if not _is_normal(value):
        raise NotCanonical("text is not in Unicode normal form C")


def _check_key(key: str) -> None:
    if not key.isascii():
        raise NotCanonical("a key is ASCII text")
    _check_text(key)


@cache
def _decoder(of: Any) -> Decoder[Any]:
    return Decoder(of)


def decode(name: str, schema_version: int, content: str) -> Any:
    """The event. Raises `UnknownEvent` for an unknown type or version and `ValueError` for content
    that does not fit it."""
    current = SCHEMA_VERSION.get(name, 0)
    if schema_version > current:
        raise UnknownEvent(name, schema_version)
    kind: Any = EVENTS[name]
    if schema_version == current:
        return _decoder(kind).decode(content)
    return convert(upcast(name, schema_version, decode_json(content)), kind)


def encode_state(state: Any) -> str:
    return STATES.encode(state).decode()


@lru_cache(maxsize=1024)
def decode_state(of: Any, text: str) -> Any:
    """Cached by text: states are immutable, and many commands read the same ones."""
    return _decoder(of).decode(text)


def microseconds(instant: datetime) -> int:
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_microseconds(count: int) -> datetime:
    return EPOCH + timedelta(microseconds=count)


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


class Header(Value, frozen=True, kw_only=True, rename=HEADER_NAMES):
    """What is read of a header; the rest of it is for auditors."""

    subject: str
    role: str
    causation_id: str | None
    channel: str | None
    command_id: str
    correlation_id: str
    event_id: str
    occurred: int
    stream_id: str
    schema_version: int
    type: str
    version: int
    salt: str = ""


_HEADER = Decoder(Header)


def decode_row(row: Mapping[str, Any]) -> Recorded[Any]:
    """Decodes an event row. Reads the hashed header, not the columns that repeat it."""
    header = _HEADER.decode(row["header"])
    content = row["content"]
    return Recorded(
        position=row["position"],
        stream_id=header.stream_id,
        version=header.version,
        event_id=header.event_id,
        type=header.type,
        schema_version=header.schema_version,
        event=decode(header.type, header.schema_version, content),
        content=content,
        occurred_at=from_microseconds(header.occurred),
        recorded_at=row["recorded_at"],
        actor=Actor(subject=header.subject, role=header.role),
        channel=header.channel,
        command_id=header.command_id,
        correlation_id=header.correlation_id,
        causation_id=header.causation_id,
        leaf=bytes(row["leaf"]),
        salted=bool(header.salt),
    )
