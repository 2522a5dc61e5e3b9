"""Keyset paging with an opaque cursor: the position of the last row, signed.

The signature covers the scope (list, tenant, filters, order), so a forged cursor, or one of another
query, is refused.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Query

from app.http.refusals import InvalidInput

Row = TypeVar("Row")
Position = Sequence[Any]
Scope = str | Mapping[str, Any]  # which list, of which tenant, with which filters and order

MAC_BYTES = 16
MAX_CURSOR_LENGTH = 1024

Limit = Annotated[
    int, Query(ge=1, le=100, description="How many items a page has at most.", examples=[20])
]
DEFAULT_LIMIT = 20

Cursor = Annotated[
    str | None,
    Query(max_length=MAX_CURSOR_LENGTH, description="`next_cursor` of the page before this one."),
]


class Cursors:
    """The first secret signs, all verify."""

    def __init__(self, *secrets: bytes) -> None:
        self._secrets = secrets

    def write(self, position: Position, scope: Scope) -> str:
        """`position` is the sort key of a page's last row: JSON values, and instants as text."""
        payload = orjson.dumps(list(position), option=orjson.OPT_UTC_Z)
        return (
            urlsafe_b64encode(self._mac(self._secrets[0], payload, scope) + payload)
            .rstrip(b"=")
            .decode()
        )

    def read(self, cursor: str, scope: Scope) -> list[Any]:
        try:
            if len(cursor) > MAX_CURSOR_LENGTH:
                raise ValueError
            signed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError:
            raise InvalidInput("invalid_cursor", pointer="query:cursor") from None
        mac, payload = signed[:MAC_BYTES], signed[MAC_BYTES:]
        made = (self._mac(secret, payload, scope) for secret in self._secrets)
        if not any(hmac.compare_digest(mac, each) for each in made):
            raise InvalidInput("invalid_cursor", pointer="query:cursor")
        position: list[Any] = orjson.loads(payload)
        return position

    def page(
        self,
        rows: Sequence[Row],
        limit: int,
        scope: Scope,
        position: Callable[[Row], Position],
    ) -> tuple[Sequence[Row], str | None]:
        """The first `limit` of up to `limit + 1` rows, and the next cursor if there is one more."""
        if len(rows) <= limit:
            return rows, None
        kept = rows[:limit]
        return kept, self.write(position(kept[-1]), scope)

    def paging(self, scope: Scope, cursor: str | None, limit: int) -> "Paging":
        return Paging(self, scope, self.read(cursor, scope) if cursor else None, limit)

    @staticmethod
    def _mac(secret: bytes, payload: bytes, scope: Scope) -> bytes:
        query = orjson.dumps(scope, default=str, option=orjson.OPT_SORT_KEYS)
        message = hashlib.sha256(query).digest() + payload
        return hmac.digest(secret, message, "sha256")[:MAC_BYTES]


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list. `after` is the position that the cursor named, None on the first page."""

    cursors: Cursors
    scope: Scope
    after: list[Any] | None
    limit: int

    @property
    def fetch(self) -> int:
        """How many rows to ask for: one more than the page has, to know whether it is the last."""
        return self.limit + 1

    def cut(
        self, rows: Sequence[Row], position: Callable[[Row], Position]
    ) -> tuple[Sequence[Row], str | None]:
        """The rows of this page, and the cursor of the next if there is one."""
        return self.cursors.page(rows, self.limit, self.scope, position)
