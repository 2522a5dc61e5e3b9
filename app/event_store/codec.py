"""Events and folds as stored text, and back. What is hashed is exactly what is stored.

The profile of canonical JSON (audit.md §1): sorted ASCII keys, integers below 2^53, no floats, NFC
text without NUL or lone surrogates. On that profile orjson and RFC 8785 write the same bytes.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from app.events.base import Actor, Fact, Recorded
from app.events.registry import EVENTS, NAME_OF, SCHEMA_VERSION
from app.events.upcasters import upcast

CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_UTC_Z
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEADER_FORMAT = 1


class NotCanonical(ValueError):
    """A value that has no canonical JSON: it must not be stored."""


def canonical(value: Any) -> str:
    """The one text of a JSON value. Raises `NotCanonical` for what the profile leaves out."""
    _check(value)
    return _dump(value, CANONICAL).decode()


def _canonical_quickly(value: Any) -> str:
    """For the fields of an event or a header, whose keys are names of ours: one look at the whole
    text will mostly do. With an escape in it, which may be a NUL, or what looks like the end of a
    float, every value is looked at, which takes far longer."""
    text = _dump(value, CANONICAL).decode()
    plainly = text.isascii() or unicodedata.is_normalized("NFC", text)
    if not plainly or "\\" in text or _FLOAT.search(text):
        _check(value)
    return text


_FLOAT = re.compile(r"[.eE][+-]?[0-9]+[,}\]]")


def plain(event: Any) -> Any:
    """An event's fields as JSON values: what its content says."""
    return orjson.loads(_dump(event, orjson.OPT_UTC_Z))


def _dump(value: Any, option: int) -> bytes:
    try:
        return orjson.dumps(value, option=option)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(str(error)) from error


def _check(value: Any) -> None:
    """What orjson would write. The values are looked at, not the text: in it, a backslash before
    `u0000` or a line break before a combining mark looks like what it is not."""
    if isinstance(value, str):
        if "\0" in value:
            raise NotCanonical("text has a NUL")
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
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


def encode_content(event: Any) -> str:
    return _canonical_quickly(plain(event))


@cache
def _adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)


def decode(name: str, schema_version: int, content: str) -> tuple[Any, dict[str, Any]]:
    """The event and its data as stored. Raises `LookupError` for a type nobody knows and
    `ValueError` for content that is not such an event."""
    data = orjson.loads(content)
    current = upcast(name, schema_version, data)
    of: Any = EVENTS[name]
    return _adapter(of).validate_python(current, strict=False), data


def encode_state(state: Any) -> str:
    return orjson.dumps(state, option=orjson.OPT_UTC_Z).decode()


def decode_state(of: Any, text: str) -> Any:
    return _adapter(of).validate_json(text)


def microseconds(instant: datetime) -> int:
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_microseconds(count: int) -> datetime:
    return EPOCH.fromtimestamp(count // 1_000_000, UTC).replace(microsecond=count % 1_000_000)


def content_hash(content: str) -> str:
    return hashlib.sha256(b"suyuan-content/v1\n" + content.encode()).hexdigest()


def leaf_hash(position: int, recorded_at: datetime, header: str) -> bytes:
    """What the append function computes, for whoever checks it (audit.md §1.3)."""
    prefix = f"suyuan-event/v1\n{position}\n{microseconds(recorded_at)}\n"
    return hashlib.sha256(b"\x00" + prefix.encode() + header.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the events of one command share."""

    tenant_id: UUID
    log: str
    build: str
    command_id: UUID
    correlation_id: str
    causation_id: str | None
    channel: str | None


@dataclass(frozen=True, slots=True)
class Encoded:
    """An event as it goes into the store."""

    stream_id: str
    version: int
    type: str
    header: str
    content: str


def encode(
    origin: Origin, stream_id: str, version: int, event_id: UUID, fact: Fact[Any]
) -> Encoded:
    name = NAME_OF[type(fact.event)]
    content = encode_content(fact.event)
    header: dict[str, Any] = {
        "act": fact.actor.subject,
        "app": origin.build,
        "cause": origin.causation_id,
        "ch": content_hash(content),
        "chn": origin.channel,
        "cl": len(content.encode()),
        "cmd": str(origin.command_id),
        "corr": origin.correlation_id,
        "eid": str(event_id),
        "log": f"{origin.log}/{origin.tenant_id}",
        "occ": microseconds(fact.occurred_at),
        "rol": fact.actor.role,
        "str": stream_id,
        "sub": [],
        "sv": SCHEMA_VERSION.get(name, 1),
        "ten": str(origin.tenant_id),
        "typ": name,
        "v": HEADER_FORMAT,
        "ver": version,
    }
    return Encoded(stream_id, version, name, _canonical_quickly(header), content)


def recorded(row: Mapping[str, Any]) -> Recorded[Any]:
    """An event row, decoded. The header is the authority, the columns are shadows of it."""
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
    )
