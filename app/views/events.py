"""Renders events (docs/api.md §3)."""

from collections.abc import Iterator
from typing import Any

from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.rollup import ROLLUP
from app.domain.ticket.state.ticket import Ticket
from app.event_store.tenant_secret import TenantSecret
from app.events.base import Recorded
from app.events.privacy import place_keys
from app.viewer import Viewer
from app.views.redaction import redact_event

STREAMS_OF_PLACES = frozenset({FINGERPRINT.category, ROLLUP.category})


def render_event(event: Recorded[Any], secret: TenantSecret) -> dict[str, Any]:
    """Unredacted, but for the keys of places, which have aliases: the caller has to redact it."""
    return _with_aliases(_render(event), secret, salted=event.salted)


def _render(event: Recorded[Any]) -> dict[str, Any]:
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


def _with_aliases(event: dict[str, Any], secret: TenantSecret, *, salted: bool) -> dict[str, Any]:
    """Without the leaf of an event from before salts: it would confirm a guessed key."""
    category, _, key = event["stream_id"].partition("-")
    data = event["data"]
    named = {path: data[path] for path in place_keys(event["type"]) if data.get(path)}
    of_place = category in STREAMS_OF_PLACES
    if not named and not of_place:
        return event
    aliases = {path: secret.alias_of(each) for path, each in named.items()}
    shown = {**event, "data": {**data, **aliases}}
    if of_place:
        shown["stream_id"] = f"{category}-{secret.alias_of(key)}"
    if not salted:
        del shown["leaf_hash"]
    return shown


def stored_stream_id(shown: str, secret: TenantSecret) -> str:
    """The stream that is shown as `shown`."""
    category, _, alias = shown.partition("-")
    if category not in STREAMS_OF_PLACES:
        return shown
    return f"{category}-{secret.place_key_of(alias) or ''}"


def render_ticket_event(
    viewer: Viewer, event: Recorded[Any], ticket: Ticket
) -> dict[str, Any] | None:
    """An event on the stream of `ticket` as the viewer may see it; None if they may not."""
    return redact_event(viewer, ticket, _render(event))


def strings_of(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts in the data of an event, each with the name of its field."""
    match value:
        case str():
            yield name, value
        case dict():
            for key, each in value.items():
                yield from strings_of(each, key)
        case list() | tuple():
            for each in value:
                yield from strings_of(each, name)
