"""Redacts rendered tickets and events: the reporter of a complaint, and what is internal to staff.

`knows_reporter` is always given the present ticket: once a complaint is anonymous, its earlier
events are redacted too.
"""

from dataclasses import replace
from typing import Any

from app.domain.ticket.access.visibility import knows_reporter, sees_confidential_links
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer

UNNAMED = "anonymous"
NOBODY = {"name": None, "phone": None}
PLACE = (
    "building",
    "unit",
    "geo",
    "lat_e6",
    "lon_e6",
)  # the community may be known

HIDING = frozenset({"household_id", "nonce"})  # with its nonce the hash of a form can be guessed

# These have a device's position, or link to a ticket that has the address.
IDENTIFYING_EVENTS = frozenset({"evidence_given", "ticket_linked", "duplicate_absorbed"})
IDENTIFYING_LISTS = frozenset({"links", "follow_ups", "quiet_hours", "photos", "photo_ids"})

# Internal to staff.
INTERNAL_EVENTS = frozenset(
    {"escalation_raised", "hand_over_offered", "authority_exercised", "first_time_fix_refuted"}
)
INTERNAL_FIELDS = ("note", "call_log", "geo", "device_time", "authority")


def without_internals(viewer: Viewer, ticket: Ticket) -> Ticket:
    """Without the notes of staff for owners, and without confidential links that the viewer may not
    see."""
    if any(link.confidential for link in ticket.links) and not sees_confidential_links(
        viewer, ticket
    ):
        links = tuple(link for link in ticket.links if not link.confidential)
        ticket = replace(ticket, links=links)
    if viewer.role != "owner" or ticket.hold is None or ticket.hold.note is None:
        return ticket
    return replace(ticket, hold=replace(ticket.hold, note=None))


def redact_ticket(viewer: Viewer, present: Ticket, rendered: dict[str, Any]) -> dict[str, Any]:
    """`rendered` is a rendering of `present` or of an earlier state of it."""
    return rendered if knows_reporter(viewer, present) else _masked(rendered)


def redact_event(viewer: Viewer, present: Ticket, event: dict[str, Any]) -> dict[str, Any] | None:
    """An event of the ticket `present`; None if the viewer may not see it at all.

    Where anything was masked, its hash is left out too: whoever guesses what was masked could tell
    by the hash whether the guess is right."""
    visible = _without_internals(viewer, event)
    masked = visible and without_reporter(viewer, present, visible)
    return masked if masked is None or masked == event else _without_traces(masked)


def _without_internals(viewer: Viewer, event: dict[str, Any]) -> dict[str, Any] | None:
    if viewer.role != "owner":
        return event
    data = event["data"]
    if event["type"] in INTERNAL_EVENTS or data.get("visibility") == "internal":
        return None
    if event["type"] == "notification_queued" and data.get("audience") != "owner":
        return None
    if event["actor"]["role"] != "owner":
        return {**event, "data": {k: v for k, v in data.items() if k not in INTERNAL_FIELDS}}
    return event


def without_reporter(
    viewer: Viewer, present: Ticket, event: dict[str, Any]
) -> dict[str, Any] | None:
    hidden_link = event["type"] == "ticket_linked" and event["data"].get("confidential")
    if hidden_link and not sees_confidential_links(viewer, present):
        return None
    if knows_reporter(viewer, present):
        return event
    if event["type"] in IDENTIFYING_EVENTS:
        return None
    by_owner = event["actor"]["role"] == "owner"
    actor = {**event["actor"], "subject": UNNAMED} if by_owner else event["actor"]
    data = _masked(event["data"])
    if by_owner and "note" in data:
        data["note"] = None
    return {**event, "actor": actor, "data": data}


def withheld(event: dict[str, Any]) -> dict[str, Any]:
    """The event with only its type and times: without data and stream, without the actor if that is
    an owner, and without what joins it to events on other streams (command, cause, request)."""
    category, _, _ = event["stream_id"].partition("-")
    actor = event["actor"]
    if actor["role"] == "owner":
        actor = {**actor, "subject": UNNAMED}
    return _without_traces(
        {**event, "stream_id": f"{category}-{UNNAMED}", "data": {}, "actor": actor}
    ) | {"command_id": None, "correlation_id": None, "causation_id": None}


def _without_traces(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "leaf_hash"}


def is_withheld(event: dict[str, Any]) -> bool:
    return str(event["stream_id"]).endswith(f"-{UNNAMED}")


def _masked(value: Any, key: str = "") -> Any:
    match value:
        case dict() if key == "reporter":
            return dict(NOBODY)
        case dict() if key == "location":
            return {name: None if name in PLACE else each for name, each in value.items()}
        case dict():
            return {name: _masked(each, name) for name, each in value.items()}
        case list() | tuple() if key in IDENTIFYING_LISTS:
            return []
        case list() | tuple():
            return [_masked(each) for each in value]
        case _:
            return None if key in HIDING else value
