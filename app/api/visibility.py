"""What of the history each role is shown."""

from typing import Any

from app.api.veil import veiled_event
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.http.answers import event_answer
from app.http.callers import Caller
from app.projections.ticket_search import Viewer

READERS = frozenset(
    {
        "owner",
        "csr",
        "dispatcher",
        "engineer",
        "security",
        "supervisor",
        "manager",
        "finance",
        "auditor",
        "admin",
        "integration",
    }
)

STAFF = READERS - {"owner"}

# What staff say among themselves, and whom they call in.
HIDDEN_FROM_OWNERS = frozenset(
    {"escalation_raised", "hand_over_offered", "authority_exercised", "first_time_fix_refuted"}
)
HIDDEN_FIELDS = ("note", "call_log", "geo", "device_time", "authority")


def viewer_of(caller: Caller) -> Viewer:
    """Who looks, as read models ask."""
    return Viewer(
        role=caller.role,
        subject=caller.actor.subject,
        household_id=caller.household_id,
        communities=caller.communities,
    )


def event_for(caller: Caller, event: Recorded[Any], ticket: Ticket) -> dict[str, Any] | None:
    """The event of `ticket` as the caller may read it; None where it is not for the caller's
    eyes."""
    shown = _told(caller, event)
    return shown and veiled_event(caller, ticket, shown)


def _told(caller: Caller, event: Recorded[Any]) -> dict[str, Any] | None:
    shown = event_answer(event)
    if caller.role != "owner":
        return shown
    if event.type in HIDDEN_FROM_OWNERS or event.data.get("visibility") == "internal":
        return None
    if event.type == "notification_queued" and event.data.get("audience") != "owner":
        return None
    if event.actor.role != "owner":
        shown["data"] = {k: v for k, v in event.data.items() if k not in HIDDEN_FIELDS}
    return shown
