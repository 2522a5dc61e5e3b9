"""Reads a tenant's events by position, a page at a time. They are decoded one by one, so that an
unreadable event does not stop those before it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.event_store.codec import decode_row
from app.event_store.errors import UnknownEvent
from app.event_store.store import EventStore
from app.events.base import Recorded
from app.events.registry import EVENTS
from app.subscriptions.failures import Cause

# Events of other types come without their texts: only their positions are needed.
_PAGE = """
select position, stream_id, type, recorded_at, leaf,
       case when $4::text[] is null or type = any($4) then header end as header,
       case when $4::text[] is null or type = any($4) then content end as content
from event
where tenant_id = $1 and position > $2 and position <= $3
order by position limit $5
"""

_STREAM = """
select position, stream_id, type, recorded_at, leaf, header, content
from event
where tenant_id = $1 and position >= $2 and position <= $3 and stream_id = $4
order by version limit $5
"""

NO_END = 2**62


Rows = Sequence[Mapping[str, Any]]
"""Events as they are stored: position, stream_id, type, recorded_at, leaf, header, content."""


class PositionGap(Exception):
    """A position is missing. They are dense, so history was tampered with."""


class Unreadable(Exception):
    """An event of an unknown type, or whose content does not fit its type."""

    def __init__(self, row: Mapping[str, Any], cause: Cause) -> None:
        super().__init__(cause.error)
        self.row = row
        self.cause = cause


async def read_page(
    store: EventStore,
    tenant_id: UUID,
    *,
    after: int,
    limit: int,
    types: Collection[str] | None,
    up_to: int = NO_END,
) -> Rows:
    """Raises `PositionGap`."""
    wanted = None if types is None else list(types)
    rows = await store.fetch(tenant_id, _PAGE, after, up_to, wanted, limit)
    check_dense(tenant_id, rows, after=after)
    return rows


def check_dense(tenant_id: UUID, rows: Rows, *, after: int) -> None:
    for expected, row in enumerate(rows, after + 1):
        if row["position"] != expected:
            raise PositionGap(f"tenant {tenant_id}: {row['position']} stands where {expected} was")


async def read_stream_page(
    store: EventStore, tenant_id: UUID, stream_id: str, *, since: int, up_to: int, limit: int
) -> Rows:
    return await store.fetch(tenant_id, _STREAM, since, up_to, stream_id, limit)


def decode_page(
    rows: Rows, *, types: Collection[str] | None, parked: Collection[str]
) -> list[Recorded[Any]]:
    """The events of a page that are to be handled. Raises `Unreadable` at the first that cannot be
    decoded."""
    events = []
    for row in rows:
        if row["stream_id"] in parked:
            continue
        if is_wanted(row["type"], types):
            events.append(decode_event(row))
    return events


def is_wanted(name: str, types: Collection[str] | None) -> bool:
    """Whether `types` have it. An unknown one is never skipped, whatever they say: newer code wrote
    it."""
    return types is None or name in types or name not in EVENTS


def decode_event(row: Mapping[str, Any]) -> Recorded[Any]:
    """Raises `Unreadable`."""
    if row["type"] not in EVENTS:
        raise _unknown(row, UnknownEvent(row["type"]))
    try:
        return decode_row(row)
    except UnknownEvent as unknown:
        raise _unknown(row, unknown) from unknown
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        cause = Cause("undecodable", f"undecodable: {type(error).__name__}")
        raise Unreadable(row, cause) from error


def _unknown(row: Mapping[str, Any], unknown: UnknownEvent) -> Unreadable:
    return Unreadable(row, Cause("unknown", str(unknown), (unknown.name, unknown.version)))
