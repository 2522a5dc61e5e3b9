"""Paths and queries that are not text: the framework would read them as other characters."""

import re
from urllib.parse import unquote, unquote_to_bytes

from starlette.types import Scope

from app.http.validation import Invalid

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def invalid_text(scope: Scope) -> Invalid | None:
    """Where percent-encoding is broken or not of UTF-8 (`invalid_encoding`), or has a NUL, which
    PostgreSQL cannot store (`invalid_text`)."""
    path, query = scope.get("raw_path") or b"", scope["query_string"]
    if b"%" in path and (code := _fault(path)):
        return Invalid("path", code)
    if b"%" in query:
        for parameter in query.split(b"&"):
            if code := _fault(parameter):
                name = unquote(parameter.partition(b"=")[0].decode("latin-1"), errors="replace")
                return Invalid(f"query:{name}".replace("\0", ""), code)
    return None


def _fault(text: bytes) -> str | None:
    if _BROKEN.search(text):
        return "invalid_encoding"
    try:
        plain = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return "invalid_encoding"
    return "invalid_text" if "\0" in plain else None
