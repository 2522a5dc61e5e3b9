"""The history of a ticket: its events, the ticket as it was, and what changed between two points.

All of it is redacted by the present ticket.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.errors import NotFound
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.views.events import render_ticket_event
from app.views.history import Difference, FieldChange, Moment, Point, difference, moment
from app.views.reader import Reader
from app.views.tickets.beyond import events_in_reach, unseen_beside, without_unseen
from app.views.tickets.render import render_ticket
from app.views.tickets.visible import hidden_reporters, render_one

NAMING = {
    "ticket_linked": "ticket_id",
    "duplicate_absorbed": "ticket_id",
    "ticket_merged": "into",
    "first_time_fix_refuted": "by_ticket",
}
"""Events on a ticket that may name a complaint, and the field that does."""

CAUSE = ("position", "version", "type", "actor", "occurred_at", "recorded_at")


async def render_past(
    reader: Reader, ticket: Ticket, version: int, point: Point, now: datetime
) -> tuple[dict[str, Any], int]:
    """`ticket`, now at `version`, as it was at `point`, and its version then. Raises `NotFound`."""
    if isinstance(point, int) and point > version:
        raise NotFound("version_not_found")
    then = await moment(reader, TICKET.stream(ticket.id), point)
    if then.state is None:
        raise NotFound("version_not_found")
    at = min(point, now) if isinstance(point, datetime) else then.at or now
    return await render_one(reader, then.state, then.version, at, present=ticket), then.version


async def load_events(
    reader: Reader, ticket: Ticket, *, after: int, limit: int
) -> Sequence[Recorded[Any]]:
    """After a version, in order."""
    return await reader.store.read_page(
        reader.tenant_id, TICKET.stream(ticket.id).id, after=after, limit=limit
    )


async def render_events(
    reader: Reader, ticket: Ticket, events: Sequence[Recorded[Any]]
) -> list[dict[str, Any]]:
    """Without those that the viewer may not see."""
    unseen = await _naming_unseen(reader, events)
    rendered = (
        render_ticket_event(reader.viewer, event, ticket)
        for event in events
        if event.version not in unseen
    )
    return [event for event in rendered if event is not None]


async def _naming_unseen(reader: Reader, events: Sequence[Recorded[Any]]) -> set[int]:
    """The versions of events that name a complaint whose reporter the viewer may not know. Earlier
    releases recorded such."""
    named = {
        event.version: ticket_id
        for event in events
        if (ticket_id := event.data.get(NAMING.get(event.type, "")))
    }
    hidden = await hidden_reporters(reader, named.values()) if named else ()
    return {version for version, ticket_id in named.items() if ticket_id in hidden}


async def load_difference(reader: Reader, ticket: Ticket, start: Point, end: Point) -> Difference:
    unseen = await unseen_beside(reader, [ticket])

    def render(state: Ticket, version: int) -> dict[str, Any]:
        shown = without_unseen(state, unseen)
        return render_ticket(reader.viewer, shown, version, present=ticket)

    found = await difference(reader, TICKET.stream(ticket.id), render, start, end)
    return replace(found, events=await events_in_reach(reader, ticket, found.events))


async def render_difference(reader: Reader, ticket: Ticket, found: Difference) -> dict[str, Any]:
    """Without the events that the viewer may not see, and without what these changed."""
    events = {each["version"]: each for each in await render_events(reader, ticket, found.events)}
    return {
        "from": _moment(found.before),
        "to": _moment(found.after),
        "events": [*events.values()],
        "changes": [
            _change(change, events[change.event.version])
            for change in found.changes
            if change.event.version in events
        ],
    }


def _moment(at: Moment) -> dict[str, Any]:
    return {"version": at.version, "position": at.position, "recorded_at": at.at}


def _change(change: FieldChange, event: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": change.path,
        "from": change.before,
        "to": change.after,
        "event": {name: event[name] for name in CAUSE},
        "delay_seconds": round(change.delay.total_seconds(), 6),
    }
