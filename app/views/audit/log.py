"""The log of a tenant, in order, redacted for the viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.ticket.decider import TICKET
from app.events.base import Recorded
from app.views.events import render_event, stored_stream_id
from app.views.reader import Reader
from app.views.redaction import is_withheld, withheld
from app.views.tickets.visible import hidden_reporters


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
    if stream_id is not None:
        secret = await reader.store.secret_of(reader.tenant_id)
        stream_id = stored_stream_id(stream_id, secret)
    found = await reader.store.read_all(
        reader.tenant_id, after=after, limit=limit + 1, types=types, stream_id=stream_id
    )
    head = (await reader.read()).position
    page = found[:limit]
    events = await _redact(reader, page)
    if stream_id is not None:  # the filter alone would reveal the stream
        events = [event for event in events if not is_withheld(event)]
    following = page[-1].position if len(found) > limit else None
    return LogPage(events=events, following=following, head=head)


async def _redact(reader: Reader, events: Sequence[Recorded[Any]]) -> list[dict[str, Any]]:
    """Positions stay dense: an event that would identify the reporter of an anonymous complaint to
    its subject, of whatever role, is emptied, not dropped."""
    hidden = await hidden_tickets(reader, events)
    secret = await reader.store.secret_of(reader.tenant_id)
    return [
        withheld(rendered) if ticket_of(event) in hidden else rendered
        for event, rendered in ((event, render_event(event, secret)) for event in events)
    ]


async def hidden_tickets(reader: Reader, events: Sequence[Recorded[Any]]) -> set[str]:
    """The tickets that the events are about and whose reporter the viewer may not know."""
    return await hidden_reporters(reader, filter(None, map(ticket_of, events)))


def ticket_of(event: Recorded[Any]) -> str:
    """The ticket that an event is about, on its own stream or on another; empty if none."""
    category, _, ticket_id = event.stream_id.partition("-")
    named = ticket_id if category == TICKET.category else event.data.get("ticket_id")
    return named if isinstance(named, str) else ""
