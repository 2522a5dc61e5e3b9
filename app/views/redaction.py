"""Redacts rendered tickets and events: the reporter of a complaint, and what is internal to staff.

`knows_reporter` is always given the present ticket: once a complaint is anonymous, its earlier
events are redacted too.
"""

from typing import Any

from msgspec.structs import replace

from app.domain.roles import AUTOMATIC
from app.domain.ticket.access.conflict import is_complained_about
from app.domain.ticket.access.visibility import knows_reporter, sees_confidential_links
from app.domain.ticket.state.ticket import Ticket
from app.events.privacy import personal_fields
from app.viewer import NARROWED_BY_ROLE, Viewer

UNNAMED = "anonymous"
NOBODY = {"name": None, "phone": None}
PLACE = (
    "building",
    "unit",
    "geo",
    "lat_e6",
    "lon_e6",
)  # the community may be known

HIDING = frozenset({"household_id", "nonce", "repeat", "merged_into", "into", "into_number"})
"""With its nonce the hash of a form can be guessed; how often the household complained of the same
can be counted among the complaints that have a name. Earlier releases merged anonymous complaints
into named ones."""

# These have a device's position, or link to a ticket that has the address.
IDENTIFYING_EVENTS = frozenset({"evidence_given", "ticket_linked", "duplicate_absorbed"})
NOTES_ON_ANOTHER = frozenset({"ticket_merged"})
IDENTIFYING_LISTS = frozenset({"links", "follow_ups", "quiet_hours", "photos", "photo_ids"})

# Internal to staff.
INTERNAL_EVENTS = frozenset(
    {
        "escalation_raised",
        "hand_over_offered",
        "authority_exercised",
        "first_time_fix_refuted",
        "compensation_exclusion_recorded",
    }
)
INTERNAL_FIELDS = frozenset({"note", "geo", "device_time", "authority"})
TOLD_TO_OWNERS = frozenset(
    {
        ("bill_settled", "method"),
        ("bill_settled", "reference"),
        ("comment_added", "text"),
        ("complaint_disputed", "reason"),
        ("complaint_responded", "facts"),
        ("complaint_responded", "measure"),
        ("completion_disputed", "reason"),
        ("completion_form_issued", "form"),
        ("cost_line_added", "description"),
        ("delay_declared", "reason"),
        ("follow_up_completed", "text"),
        ("progress_updated", "text"),
        ("promise_revised", "consent_by"),
        ("solution_proposed", "plan"),
        ("suggestion_completed", "summary"),
        ("suggestion_declined", "reason"),
        ("ticket_rejected", "reason"),
        ("ticket_rejected", "referred_to"),
        ("ticket_reported", "description"),
        ("work_completed", "summary"),
    }
)
"""Texts that staff write to the owner. All other texts in their events are written to each other:
why they cancelled, declined, transferred or waived, and what they plan to answer."""

# Who gave an offered ticket back, and why, is between them and the office.
DECLINES = frozenset({"assignment_returned"})
OF_A_COMPLAINT = "complaint"


def without_internals(viewer: Viewer, ticket: Ticket, present: Ticket) -> Ticket:
    """Without what staff write to each other for owners, and without links and merges that the
    viewer may not see. `present` was loaded for the viewer."""
    ticket = _as_present_shows(viewer, ticket, present)
    return ticket if viewer.role != "owner" else _as_owners_see(ticket)


def _as_present_shows(viewer: Viewer, ticket: Ticket, present: Ticket) -> Ticket:
    """A ticket keeps its links, and what it was merged into: what it lacks was left out."""
    links = ticket.links
    if ticket is not present:
        seen = {(link.ticket_id, link.kind) for link in present.links}
        links = tuple(link for link in links if (link.ticket_id, link.kind) in seen)
    if any(link.confidential for link in links) and not sees_confidential_links(viewer, present):
        links = tuple(link for link in links if not link.confidential)
    merged_into = ticket.merged_into and present.merged_into
    if (links, merged_into) == (ticket.links, ticket.merged_into):
        return ticket
    return replace(ticket, links=links, merged_into=merged_into)


def _as_owners_see(ticket: Ticket) -> Ticket:
    if ticket.hold is not None and ticket.hold.note is not None:
        ticket = replace(ticket, hold=replace(ticket.hold, note=None))
    if ticket.hand_over is not None:
        ticket = replace(ticket, hand_over=None)
    if ticket.complaint is not None and ticket.complaint.plan is not None:
        ticket = replace(ticket, complaint=replace(ticket.complaint, plan=None))
    if ticket.follow_up is not None and ticket.description:  # why somebody is to call
        ticket = replace(ticket, description="")
    return ticket


def redact_ticket(viewer: Viewer, present: Ticket, rendered: dict[str, Any]) -> dict[str, Any]:
    """`rendered` is a rendering of `present` or of an earlier state of it."""
    return rendered if knows_reporter(viewer, present) else _masked(rendered)


def redact_event(viewer: Viewer, present: Ticket, event: dict[str, Any]) -> dict[str, Any] | None:
    """An event of the ticket `present`; None if the viewer may not see it at all.

    Where anything was masked, its hash is left out too: whoever guesses what was masked could tell
    by the hash whether the guess is right."""
    masked: dict[str, Any] | None = event
    for redact in (_for_their_work, _without_internals, _without_supporters, without_reporter):
        masked = masked and redact(viewer, present, masked)
    return masked if masked is None or masked == event else _without_traces(masked)


def _for_their_work(
    viewer: Viewer, _present: Ticket, event: dict[str, Any]
) -> dict[str, Any] | None:
    """Without the declines of others; and without what a complaint did to a repair, unless the
    viewer may know which complaint: its time alone would tell."""
    data = event["data"]
    of_another = data.get("engineer") != viewer.subject
    if event["type"] in DECLINES and viewer.role in NARROWED_BY_ROLE and of_another:
        return None
    refuted = event["type"] == "first_time_fix_refuted" and data.get("cause") == OF_A_COMPLAINT
    return None if refuted and viewer.role not in AUTOMATIC else event


def _without_internals(
    viewer: Viewer, present: Ticket, event: dict[str, Any]
) -> dict[str, Any] | None:
    if viewer.role != "owner":
        return event
    data = event["data"]
    if event["type"] in INTERNAL_EVENTS or data.get("visibility") == "internal":
        return None
    if event["type"] == "notification_queued" and data.get("audience") != "owner":
        return None
    if event["actor"]["role"] == "owner":
        return event
    internal = INTERNAL_FIELDS | _internal_texts(event["type"], is_call=bool(present.follow_up))
    return {**event, "data": {k: v for k, v in data.items() if k not in internal}}


def _internal_texts(kind: str, *, is_call: bool) -> set[str]:
    """The first names of the texts that are not told to owners. The description of a follow-up
    says why somebody is to call."""
    found = {
        path.partition(".")[0]
        for path, privacy in personal_fields(kind).items()
        if privacy == "ticket_text"
    }
    return {
        name
        for name in found
        if (kind, name) not in TOLD_TO_OWNERS or (is_call and name == "description")
    }


def _without_supporters(
    viewer: Viewer, present: Ticket, event: dict[str, Any]
) -> dict[str, Any] | None:
    """How many support a complaint is for all; who, for the office. A household sees itself."""
    if event["type"] != "complaint_supported":
        return event
    narrowed = viewer.role in NARROWED_BY_ROLE or is_complained_about(viewer.subject, present)
    supporter = event["data"].get("household_id")
    if not narrowed or (supporter is not None and supporter == viewer.household_id):
        return event
    actor = {**event["actor"], "subject": UNNAMED}
    return {
        **event,
        "actor": actor if actor["role"] == "owner" else event["actor"],
        "data": {**event["data"], "household_id": None, "note": None},
    }


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
    if "note" in data and (by_owner or event["type"] in NOTES_ON_ANOTHER):
        data["note"] = None
    return {**event, "actor": actor, "data": data}


def withheld(event: dict[str, Any]) -> dict[str, Any]:
    """What is left of an event that the viewer may not see: that there is one. Its type, version,
    times or actor would tell what happened there, when, and who did it."""
    return {"position": event["position"]}


def within_communities(viewer: Viewer, event: dict[str, Any]) -> dict[str, Any]:
    """An event of a record that is in several communities names only those of the viewer."""
    named = event["data"].get("communities")
    shown = viewer.among_theirs(named or ())
    if not named or len(shown) == len(named):
        return event
    return _without_traces({**event, "data": {**event["data"], "communities": shown}})


def _without_traces(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "leaf_hash"}


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
