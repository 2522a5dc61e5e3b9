"""One rule for the characters of texts: every text of every body, and every command, follows it."""

import sys
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from app.domain.characters import ONE_LINE, is_name, is_usable
from app.domain.checks import identifier, text
from app.domain.errors import Unacceptable
from app.http.fields import Body
from app.http.json_body import read_json
from app.http.refusals import InvalidInput
from app.web import ROUTERS

NOWHERE = [
    *map(chr, (*range(9), 0xB, 0xC, *range(0xE, 0x20), *range(0x7F, 0xA0))),
    *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    *map(chr, (0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xD800, 0xDFFF)),
]
NOT_IN_NAMES = list("\n\t\u00ad\u200b\u200d\u200e\u2028\u2060\u3164\ufeff\U000e0041")
ANYWHERE = ["张阿姨", "𠮷野家", "O'Brien — №5", "e\ufe0f", "ᠮᠣᠩ\u180b", "\ue000"]


@pytest.mark.parametrize("character", NOWHERE, ids=ascii)
def test_no_text_has_it(character: str) -> None:
    assert not is_usable(f"a{character}b")
    for longest in (64, 4000):
        with pytest.raises(Unacceptable, match="invalid_text"):
            text(f"a{character}b", "/x", longest)
    body = orjson.dumps({"deep": [{"x": "?"}]}).replace(b"?", _escaped(character))
    with pytest.raises(InvalidInput) as refused:
        read_json(body)
    assert refused.value.code in ("invalid_text", "malformed_json")


def _escaped(character: str) -> bytes:
    """As it would be sent: raw where JSON allows it."""
    if character < " " or "\ud800" <= character <= "\udfff":
        return f"\\u{ord(character):04x}".encode()
    return character.encode()


@pytest.mark.parametrize("short", [b"\\b", b"\\f"])
def test_short_escapes_are_no_way_around(short: bytes) -> None:
    with pytest.raises(InvalidInput, match="invalid_text"):
        read_json(b'{"x": "a' + short + b'"}')


@pytest.mark.parametrize("character", NOT_IN_NAMES, ids=ascii)
def test_prose_may_have_it_and_a_name_not(character: str) -> None:
    value = f"a{character}b"
    assert is_usable(value)
    assert not is_name(value)
    assert text(value, "/x", ONE_LINE + 1) == value
    with pytest.raises(Unacceptable, match="invalid_text"):
        text(value, "/x", ONE_LINE)
    assert read_json(orjson.dumps([value])) == [value]


@pytest.mark.parametrize("value", ANYWHERE, ids=ascii)
def test_names_of_people_and_things_are_taken(value: str) -> None:
    assert text(value, "/x") == value
    assert read_json(orjson.dumps([value])) == [value]


def test_line_breaks_are_line_feeds() -> None:
    assert read_json(b'["a\\r\\nb\\rc"]') == ["a\nb\nc"]
    assert text("a\r\nb", "/x", 4000) == "a\nb"


def test_a_printable_character_is_usable() -> None:
    everything = map(chr, range(sys.maxunicode + 1))
    assert all(is_usable(f"\t{each}") for each in everything if each.isprintable())


@pytest.mark.parametrize("character", [*NOWHERE, *NOT_IN_NAMES[:9]], ids=ascii)
def test_an_identifier_has_none_of_them(character: str) -> None:
    if character == "\u3164":
        return  # printable; an identifier is compared by machines
    with pytest.raises(Unacceptable, match="malformed"):
        identifier(f"a{character}b", "/x")


def bodies(of: type[Any] = Body) -> Iterator[type[Any]]:
    for each in of.__subclasses__():
        if each.__module__.startswith("app."):
            yield each
        yield from bodies(each)


def texts_of(annotation: Any, metadata: tuple[Any, ...], path: str) -> Iterator[tuple[str, Any]]:
    """Every place in a field's type that takes a string, with its constraints."""
    origin = get_origin(annotation)
    if annotation is str:
        yield path, Annotated[str, *metadata] if metadata else str
    elif origin is Annotated:
        inner, *more = get_args(annotation)
        yield from texts_of(inner, (*metadata, *more) if inner is str else tuple(more), path)
    elif origin in (Union, UnionType):
        for each in get_args(annotation):
            yield from texts_of(each, metadata, path)
    elif origin is not Literal:
        for each in get_args(annotation):
            yield from texts_of(each, (), f"{path}[]")


FIELDS = sorted(
    {
        f"{body.__module__}.{body.__name__}.{path}": kind
        for body in bodies()
        for name, field in body.model_fields.items()
        for path, kind in texts_of(field.annotation, tuple(field.metadata), name)
    }.items(),
    key=lambda each: each[0],
)


def test_there_are_bodies() -> None:
    assert len(ROUTERS) > 10
    assert len(FIELDS) > 100


@pytest.mark.parametrize(("field", "kind"), FIELDS, ids=[name for name, _ in FIELDS])
def test_every_text_of_every_body_follows_the_rule(field: str, kind: Any) -> None:
    adapter = TypeAdapter(kind)
    for character in ("\u202e", "\x85", "\ufffe", "\x00"):
        with pytest.raises(ValidationError):
            adapter.validate_python(f"a{character}b")
    longest = adapter.json_schema().get("maxLength")
    assert longest is not None, f"{field} is as long as the body"
    for character in ("\u200b", "\n"):
        if longest <= ONE_LINE:
            with pytest.raises(ValidationError):
                adapter.validate_python(f"a{character}b")
