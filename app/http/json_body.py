"""Parses JSON bodies strictly, so that every reader understands the same.

What passes is in NFC, of usable characters (app/domain/characters.py), has no integer beyond 2^53
or duplicate key, and is at most `MAX_DEPTH` levels deep.
"""

import json
import re
from collections.abc import Callable, Coroutine
from itertools import accumulate
from typing import Any
from unicodedata import is_normalized

import orjson
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute

from app.domain.characters import is_usable
from app.domain.unicode_text import InvalidText, canonical_text, has_long_run_of_marks
from app.http.callers import Guard, guard_of
from app.http.direct_call import DirectCall, direct_call
from app.http.refusals import ForeignCharset, InvalidInput, UnsupportedMediaType
from app.http.validation import json_pointer

MAX_DEPTH = 32
MAX_SAFE_INTEGER = 2**53 - 1
FORM = "multipart/form-data"

Handle = Callable[[Request], Coroutine[Any, Any, Response]]

# Escapes of unusable characters and of a carriage return, and numbers of sixteen digits or more:
# only then the parsed value has to be walked.
_ESCAPE = re.compile(rb"\\[ubfr]")
_DIGITS_AS_ZEROS = bytes(ord("0") if chr(byte).isdigit() else ord(" ") for byte in range(128)) + (
    b" " * 128
)
_LONG_NUMBER = b"0" * 16
# An unterminated string matches too, so each byte is scanned once.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = [{"[": 1, "{": 1, "]": -1, "}": -1}.get(chr(byte), 0) for byte in range(256)]
_NESTING = (dict, list)
_JSON_TYPE = re.compile(r"application/(?:[\w.+-]+\+)?json\s*(?:;|$)", re.IGNORECASE)

_CHARSET = re.compile(r"""charset\s*=\s*["']?([^"';,\s]*)""", re.IGNORECASE)
_OURS = frozenset({"utf-8", "utf8", "us-ascii"})


def check_charset(content_type: str) -> None:
    """Text in another one would be read as other characters. Raises `ForeignCharset`."""
    if not all(each.lower() in _OURS for each in _CHARSET.findall(content_type)):
        raise ForeignCharset


def read_json(body: bytes) -> Any:
    """Raises `InvalidInput`: malformed_json, duplicate_key, invalid_text or unsafe_integer."""
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _too_deep(body):
        raise InvalidInput("malformed_json")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidInput("malformed_json") from None
    text = body.decode()
    if body.count(b":") != _members(value):  # a colon in a string, or a duplicate key
        _DISTINCT_KEYS.decode(text)
    if _is_suspect(body) or not _is_clean(text):
        return _clean(value, ())
    return value


def _is_suspect(body: bytes) -> bool:
    return _LONG_NUMBER in body.translate(_DIGITS_AS_ZEROS) or (
        b"\\" in body and _ESCAPE.search(body) is not None
    )


def _members(value: Any) -> int:
    """Of all objects in a parsed value: fewer than the text has colons if a key was there twice."""
    if type(value) is dict:
        return len(value) + sum(_members(each) for each in value.values() if type(each) in _NESTING)
    if type(value) is list:
        return sum(_members(each) for each in value if type(each) in _NESTING)
    return 0


def _is_clean(text: str) -> bool:
    return is_usable(text) and not has_long_run_of_marks(text) and is_normalized("NFC", text)


def _too_deep(body: bytes) -> bool:
    brackets = _STRING.sub(b"", body).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > MAX_DEPTH


def _check_distinct(pairs: list[tuple[str, Any]]) -> None:
    """Parsers differ in which of two duplicate keys they keep."""
    if len(pairs) < 2 or len({key for key, _ in pairs}) == len(pairs):
        return
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise InvalidInput("duplicate_key", pointer=json_pointer([key]))
        seen.add(key)


def _skip_number(_digits: str) -> None:
    """orjson has parsed the numbers; Python's parser is slow on long ones, then fails."""


_DISTINCT_KEYS = json.JSONDecoder(
    object_pairs_hook=_check_distinct, parse_int=_skip_number, parse_float=_skip_number
)


def _clean(value: Any, path: tuple[str | int, ...]) -> Any:
    match value:
        case str():
            return clean_text(value, path)
        case dict():
            return _clean_object(value, path)
        case list():
            return [_clean(item, (*path, n)) for n, item in enumerate(value)]
        case int() if abs(value) > MAX_SAFE_INTEGER:
            raise InvalidInput("unsafe_integer", pointer=json_pointer(path))
        case _:
            return value


def _clean_object(value: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for key, item in value.items():
        name = clean_text(key, path)
        if name in clean:  # equal once normalised
            raise InvalidInput("duplicate_key", pointer=json_pointer((*path, name)))
        clean[name] = _clean(item, (*path, key))
    return clean


def clean_text(value: str, path: tuple[str | int, ...]) -> str:
    """In NFC, as canonical events require."""
    try:
        return canonical_text(value)
    except InvalidText:
        raise InvalidInput("invalid_text", pointer=json_pointer(path)) from None


class JsonRequest(Request):
    """Refuses bodies whose headers do not say plain JSON; parses the others with `read_json`."""

    async def body(self) -> bytes:
        if not hasattr(self, "_plain"):
            body = await super().body()
            if body and not self._is_plain_json():
                raise UnsupportedMediaType("application/json")
            if body:
                check_charset(self.headers["content-type"])
            self._plain = body
        return self._plain

    def _is_plain_json(self) -> bool:
        return (
            _JSON_TYPE.match(self.headers.get("content-type", "")) is not None
            and self.headers.get("content-encoding", "identity") == "identity"
        )

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json


def guards_of(dependant: Dependant) -> tuple[Guard, ...]:
    """What admits a caller to a route, asked before the body is parsed: a stranger cannot make us
    parse anything."""
    guards = (guard_of(each.call) for each in dependant.dependencies)
    return tuple(guard for guard in guards if guard is not None)


class JsonRoute(APIRoute):
    """The `route_class` of every router. Routes with a form body accept only a form.

    An endpoint is called directly where that is possible (app/http/direct_call.py); the framework's
    own handler does the rest: it refuses, and explains."""

    def get_route_handler(self) -> Handle:
        handle = super().get_route_handler()
        body = self.body_field
        if body is not None and isinstance(body.field_info, Form):
            return _of_form(handle)
        guards = () if body is None else guards_of(self.dependant)
        direct = self.direct_call()

        async def handle_json(request: Request) -> Response:
            json_request = JsonRequest(request.scope, request.receive)
            for guard in guards:
                await guard(json_request)
            response = None if direct is None else await direct.respond(json_request)
            return response or await handle(json_request)

        return handle_json

    def direct_call(self) -> DirectCall | None:
        return direct_call(self.dependant, self.body_field)


def _of_form(handle: Handle) -> Handle:
    async def handle_form(request: Request) -> Response:
        if not request.headers.get("content-type", "").lower().startswith(FORM):
            raise UnsupportedMediaType(FORM)
        check_charset(request.headers["content-type"])
        return await handle(request)

    return handle_form
