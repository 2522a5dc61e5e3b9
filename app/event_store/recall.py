"""Which streams were loaded for decisions on a stream, so that the next has them loaded ahead.

A ticket's category and household never appear in its commands. Nothing depends on what is recalled:
a decision reads it or leaves it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.domain.decider import Stream

STREAMS = 16_384
EACH = 4  # streams that are recalled for one: the latest

Streams = tuple[Stream[Any, Any], ...]


class Recall:
    def __init__(self, *, streams: int = STREAMS) -> None:
        self._limit = streams
        self._known: dict[tuple[UUID, str], Streams] = {}

    def of(self, tenant_id: UUID, stream_id: str) -> Streams:
        return self._known.get((tenant_id, stream_id), ())

    def add(self, tenant_id: UUID, stream_id: str, read: Sequence[Stream[Any, Any]]) -> None:
        if not read:
            return
        key = tenant_id, stream_id
        distinct = {each.id: each for each in (*self._known.pop(key, ()), *read)}
        self._known[key] = tuple(distinct.values())[-EACH:]
        if len(self._known) > self._limit:
            del self._known[next(iter(self._known))]
