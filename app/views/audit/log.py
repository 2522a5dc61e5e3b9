"""The log of a tenant, in order, redacted for the viewer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.events.base import Recorded
from app.views.audit.sight import out_of_sight
from app.views.events import render_event, stored_stream_id
from app.views.reader import Reader
from app.views.redaction import withheld, within_communities

FETCHED = 101  # events at once


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """`following` is the position to continue after, None at the end; `head` is the position of the
    newest event."""

    events: list[dict[str, Any]]
    following: int | None
    head: int


async def read_log(
    reader: Reader,
    *,
    after: int,
    limit: int,
    types: Sequence[str] | None = None,
    stream_id: str | None = None,
) -> LogPage:
    """Positions stay dense: of an event that the viewer may not see the position is shown. Of one
    stream or of some types it is dropped, since the filter alone would tell these."""
    secret = await reader.store.secret_of(reader.tenant_id)
    stored_id = None if stream_id is None else stored_stream_id(stream_id, secret)

    async def fetch(after: int, limit: int) -> Sequence[Recorded[Any]]:
        return await reader.store.read_all(
            reader.tenant_id, after=after, limit=limit, types=types, stream_id=stored_id
        )

    if stream_id is None and types is None:
        found = await fetch(after, limit + 1)
        hidden = await out_of_sight(reader, found)
    else:
        found, hidden = await visible_page(reader, fetch, after=after, limit=limit + 1), set()
    head = (await reader.read()).position
    page = found[:limit]
    events = [
        withheld(rendered)
        if event.position in hidden
        else within_communities(reader.viewer, rendered)
        for event, rendered in ((event, render_event(event, secret)) for event in page)
    ]
    following = page[-1].position if len(found) > limit else None
    return LogPage(events=events, following=following, head=head)


Fetch = Callable[[int, int], Awaitable[Sequence[Recorded[Any]]]]
"""Events after a position, and how many at most."""


async def visible_page(
    reader: Reader, fetch: Fetch, *, after: int, limit: int
) -> Sequence[Recorded[Any]]:
    """The first `limit` events that the viewer may see. What they may not see makes no page shorter
    and leaves no cursor behind it."""
    visible: list[Recorded[Any]] = []
    while len(visible) < limit:
        found = await fetch(after, FETCHED)
        hidden = await out_of_sight(reader, found)
        visible += [event for event in found if event.position not in hidden]
        if len(found) < FETCHED:
            break
        after = found[-1].position
    return visible[:limit]
