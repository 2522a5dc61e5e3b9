"""Whose secret each string of each event is: the closed catalogue that erasure works by.

Fields are encrypted by their class with keys that can be destroyed. A string that is missing here
fails a test, for what was once stored in the clear can never be erased.
"""

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

PrivacyClass = Literal[
    "none",  # ids, codes, enums, names of things
    "reporter_contact",  # who reports a matter, and where to reach them
    "ticket_text",  # free words about one matter: they may name anyone
    "staff_identity",  # the people behind the staff's pseudonyms
    "household_contact",  # the people of a household, and what is known of them
]

Classes = dict[str, PrivacyClass]


def _of(path: str, classes: Classes) -> Classes:
    """The same classes for a value that is nested in an event under this path."""
    return {f"{path}.{inner}": whose for inner, whose in classes.items()}


NOTE: Classes = {"note": "ticket_text"}
ENGINEER: Classes = {"engineer": "none", "engineer_name": "staff_identity"}
PHOTO: Classes = {"id": "none", "sha256": "none", "stage": "none"}
QUIET_HOURS: Classes = {"start": "none", "end": "none"}
INTERVAL: Classes = {"start": "none", "end": "none"}
CHECKLIST_ITEM: Classes = {"item": "none", "label": "none"}
COST_LINE: Classes = {"kind": "none", "description": "ticket_text", "batch": "none"}
CLOCK: Classes = {"clock": "none"}
TARGET: Classes = {"count_rule": "none", "cut_off": "none"}
STEP: Classes = {"audience": "none"}  # a role
TERMS: Classes = {
    **_of("target", TARGET),
    "policy_id": "none",
    "calendar_id": "none",
    "pausable_reasons[]": "none",
    **_of("escalations[]", STEP),
    "quiet.start": "none",
    "quiet.end": "none",
    "quiet.zone": "none",
}
SELECTOR: Classes = {
    "kind": "none",
    "service_class": "none",
    "category": "none",
    "community": "none",
    "tier": "none",  # a word for many households
}
POLICY_CLOCK: Classes = {
    "clock": "none",
    **TARGET,
    "calendar_id": "none",
    "pausable_reasons[]": "none",
    **_of("escalations[]", STEP),
    "source": "none",  # a document
}
LOCATION: Classes = {
    "community": "none",  # hundreds of households
    "building": "reporter_contact",  # a villa's number is an address already
    "unit": "reporter_contact",
    "component": "none",  # a code: `kitchen.drain`
}

CATALOGUE: dict[str, Classes] = {
    "ticket_reported": {
        "ticket_id": "none",
        "number": "none",
        "kind": "none",
        "category": "none",
        "service_class": "none",
        "description": "ticket_text",
        "intake_channel": "none",
        **_of("location", LOCATION),
        "household_id": "none",
        "reporter.name": "reporter_contact",
        "reporter.phone": "reporter_contact",
        **_of("photos[]", PHOTO),
        **_of("quiet_hours[]", QUIET_HOURS),
        **_of("checklist[]", CHECKLIST_ITEM),
        **NOTE,
    },
    "ticket_acknowledged": NOTE,
    "first_responsible_set": {"subject": "none", "name": "staff_identity"},
    "ticket_rejected": {"reason": "ticket_text", "referred_to": "ticket_text", **NOTE},
    "ticket_reclassified": {
        "service_class": "none",
        "previous": "none",
        "reason": "ticket_text",
        **NOTE,
    },
    "ticket_cancelled": {"reason": "ticket_text", **NOTE},
    "offered_to_pool": NOTE,
    "ticket_assigned": {**ENGINEER, **NOTE},
    "ticket_claimed": {**ENGINEER, **NOTE},
    "assignment_accepted": {**ENGINEER, **NOTE},
    "assignment_returned": {
        "engineer": "none",
        "reason": "ticket_text",
        "returned_to": "none",
        **NOTE,
    },
    "assignment_transferred": {"from_engineer": "none", **ENGINEER, **NOTE},
    "engineer_departed": {"engineer": "none", **NOTE},
    "engineer_arrived": {"engineer": "none", **_of("photos[]", PHOTO), **NOTE},
    "access_failed": {"call_log": "ticket_text", **_of("photos[]", PHOTO), **NOTE},
    "solution_proposed": {"plan": "ticket_text", "needs[]": "none", **NOTE},
    "solution_consent_given": {"party": "none", **NOTE},
    "solution_accepted": NOTE,
    "solution_declined": {"party": "none", "reason": "ticket_text", **NOTE},
    "ticket_held": {"reason": "none", **NOTE},
    "ticket_resumed": NOTE,
    "delay_declared": {"reason": "ticket_text", **NOTE},
    "progress_updated": {"text": "ticket_text", **_of("photos[]", PHOTO), **NOTE},
    "cost_line_added": {**COST_LINE, **NOTE},
    "checklist_item_checked": {"item": "none", **NOTE},
    "work_completed": {
        "engineer": "none",
        "summary": "ticket_text",
        **_of("photos[]", PHOTO),
        **NOTE,
    },
    "completion_form_issued": {
        "form_hash": "none",
        "form.number": "none",
        **_of("form.location", LOCATION),
        **_of("form", ENGINEER),
        "form.summary": "ticket_text",
        **_of("form.photos[]", PHOTO),
        **_of("form.lines[]", COST_LINE),
    },
    "work_verified": NOTE,
    "completion_signed": {"form_hash": "none", **NOTE},
    "completion_disputed": {"reason": "ticket_text", **NOTE},
    "ticket_closed": NOTE,
    "ticket_reopened": {"reason": "ticket_text", **NOTE},
    "bill_settled": {"method": "ticket_text", "reference": "ticket_text", **NOTE},
    "bill_waived": {"reason": "ticket_text", **NOTE},
    "ticket_merged": {"into": "none", "into_number": "none", **NOTE},
    "duplicate_absorbed": {"ticket_id": "none", "number": "none"},
    "ticket_linked": {"ticket_id": "none", "number": "none", "kind": "none", **NOTE},
    "hand_over_offered": {"to": "none", "to_name": "staff_identity", **NOTE},
    "first_responsible_handed_over": {
        "to": "none",
        "to_name": "staff_identity",
        "previous": "none",
        **NOTE,
    },
    "ticket_urged": NOTE,
    "comment_added": {"text": "ticket_text", "visibility": "none", **NOTE},
    "escalation_raised": {"reason": "ticket_text", **NOTE, **CLOCK},
    "evidence_given": {"photo_id": "none"},
    "sla_clock_started": {**CLOCK, **TERMS},
    "sla_clock_paused": {
        **CLOCK,
        "reason": "none",
        "ends_by": "none",
        **_of("then.escalations[]", STEP),
    },
    "sla_clock_resumed": {**CLOCK, "cause": "none", **_of("escalations[]", STEP)},
    "sla_clock_met": {**CLOCK, "result": "none"},
    "sla_warning_raised": CLOCK,
    "sla_warning_skipped": CLOCK,
    "sla_breached": CLOCK,
    "sla_clock_cancelled": {**CLOCK, "reason": "none"},
    "sla_clock_retargeted": {
        **CLOCK,
        "mode": "none",
        "reason": "none",
        **_of("old_target", TARGET),
        **TERMS,
    },
    "sla_breach_retracted": {**CLOCK, "proof": "none", "photo_ids[]": "none"},
    "sla_breach_waived": {**CLOCK, "reason": "ticket_text", **NOTE},
    "notification_queued": {
        "template": "none",
        "audience": "none",  # a role, or a pseudonym
        **CLOCK,
        "person": "none",
        "person_name": "staff_identity",
    },
    "load_taken": {"ticket_id": "none"},
    "load_released": {"ticket_id": "none"},
    "staff_recorded": {
        "subject": "none",
        "name": "staff_identity",
        "phone": "staff_identity",
        "roles[]": "none",
        "skills[]": "none",
        "certifications[].code": "none",
        "communities[]": "none",
    },
    "household_recorded": {
        "household_id": "none",
        "members[].subject": "none",
        "members[].name": "household_contact",
        "members[].phone": "household_contact",
        "phone": "household_contact",
        **_of("quiet_hours[]", QUIET_HOURS),
        "tags[]": "household_contact",
        "communities[]": "none",
    },
    "preference_recorded": {
        "household_id": "none",
        **_of("quiet_hours[]", QUIET_HOURS),
        "tags[]": "household_contact",
    },
    "category_recorded": {
        "category": "none",
        "label": "none",
        "service_class": "none",
        "skill": "none",
        "certifications[]": "none",
    },
    "checklist_recorded": {
        "category": "none",
        **_of("items[]", CHECKLIST_ITEM),
    },
    "calendar_recorded": {
        "calendar_id": "none",
        "zone": "none",
        **_of("week[][]", INTERVAL),
        **_of("exceptions.hours[].intervals[]", INTERVAL),
    },
    "sla_policy_recorded": {
        "policy_id": "none",
        **_of("rows[].selector", SELECTOR),
        **_of("rows[].clocks[]", POLICY_CLOCK),
        "quiet.start": "none",
        "quiet.end": "none",
        "source": "none",
    },
    "attachment_stored": {
        "attachment_id": "none",
        "sha256": "none",
        "content_type": "none",
        "stage": "none",
        "ticket_id": "none",
    },
    "attachment_linked": {"ticket_id": "none"},
    "tenant_opened": {"name": "none", "timezone": "none"},
    "api_key_issued": {
        "name": "none",
        "scopes[]": "none",
        "role": "none",
        "secret_hash": "none",
    },
    "api_key_revoked": {},
}


def personal_fields(name: str) -> dict[str, PrivacyClass]:
    """The fields of the event of this stored name that are to be encrypted."""
    return {path: whose for path, whose in CATALOGUE[name].items() if whose != "none"}


def string_fields(event: type[Any]) -> list[str]:
    """The JSON path of every field that can hold a string: `reporter.phone`, `skills[]`."""
    hints = get_type_hints(event)
    return [path for field in fields(event) for path in _paths(hints[field.name], field.name)]


def _paths(kind: Any, path: str) -> list[str]:
    if kind is str:
        return [path]
    if get_origin(kind) in (Union, UnionType):
        return [each for one in get_args(kind) for each in _paths(one, path)]
    if get_origin(kind) is tuple:
        return _paths(get_args(kind)[0], f"{path}[]")
    if is_dataclass(kind) and isinstance(kind, type):
        return [f"{path}.{inner}" for inner in string_fields(kind)]
    return []
