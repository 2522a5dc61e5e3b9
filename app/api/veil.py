"""Whose a complaint is, kept from those who are not to know: in every answer that tells of it.

Who that is, `knows_reporter` says, by the ticket as it now is: what was told before somebody was to
stay unnamed is hidden too.
"""

from typing import Any

from app.domain.ticket.access.visibility import Viewer, knows_reporter, sees_confidential_links
from app.domain.ticket.state.ticket import Ticket

UNNAMED = "anonymous"
NOBODY = {"name": None, "phone": None}
PLACE = ("building", "unit", "geo", "lat_e6", "lon_e6")  # the community is everybody's

# Where it happened as a device says, and what it has to do with: a repair leads to a door.
TELLING = frozenset({"evidence_given", "ticket_linked", "duplicate_absorbed"})
HIDDEN_LISTS = frozenset({"links", "follow_ups", "quiet_hours", "photos", "photo_ids"})


def veiled_ticket(viewer: Viewer, present: Ticket, view: dict[str, Any]) -> dict[str, Any]:
    """The view of `present`, or of what it once was."""
    return view if knows_reporter(viewer, present) else _masked(view)


def veiled_event(viewer: Viewer, present: Ticket, event: dict[str, Any]) -> dict[str, Any] | None:
    """The event as it is told; None where it is not."""
    hidden_link = event["type"] == "ticket_linked" and event["data"].get("confidential")
    if hidden_link and not sees_confidential_links(viewer, present):
        return None
    if knows_reporter(viewer, present):
        return event
    if event["type"] in TELLING:
        return None
    by_owner = event["actor"]["role"] == "owner"
    actor = {**event["actor"], "subject": UNNAMED} if by_owner else event["actor"]
    data = _masked(event["data"])
    if by_owner and "note" in data:
        data["note"] = None
    return {**event, "actor": actor, "data": data}


def withheld(event: dict[str, Any]) -> dict[str, Any]:
    """That something happened, and when; not what, nor to whom."""
    category, _, _ = event["stream_id"].partition("-")
    actor = event["actor"]
    if actor["role"] == "owner":
        actor = {**actor, "subject": UNNAMED}
    return {**event, "stream_id": f"{category}-{UNNAMED}", "data": {}, "actor": actor}


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
        case list() | tuple() if key in HIDDEN_LISTS:
            return []
        case list() | tuple():
            return [_masked(each) for each in value]
        case _:
            return None if key == "household_id" else value
