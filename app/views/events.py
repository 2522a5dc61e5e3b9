"""Renders events (docs/api.md §3)."""

from typing import Any

from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.viewer import Viewer
from app.views.redaction import redact_event


def render_event(event: Recorded[Any]) -> dict[str, Any]:
    """Unredacted: the caller has to redact it."""
    return {
        "position": event.position,
        "stream_id": event.stream_id,
        "version": event.version,
        "id": event.event_id,
        "type": event.type,
        "schema_version": event.schema_version,
        "data": event.data,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "actor": {"subject": event.actor.subject, "role": event.actor.role},
        "channel": event.channel,
        "command_id": event.command_id,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "leaf_hash": event.leaf.hex(),
    }


def render_ticket_event(
    viewer: Viewer, event: Recorded[Any], ticket: Ticket
) -> dict[str, Any] | None:
    """An event of `ticket` as the viewer may see it; None if they may not."""
    return redact_event(viewer, ticket, render_event(event))
