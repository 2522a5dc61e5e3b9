"""The privacy class of every string field of every event.

Nothing is encrypted by these classes yet. They are fixed in advance, and a field without a class
fails a test, because what was once stored in the clear can never be erased.
"""

from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

PrivacyClass = Literal[
    "none",  # not personal: ids, codes, enums, names of things
    "place_key",  # a hash of a place, which can be guessed: shown under an alias
    "reporter_contact",  # who reports a matter, and where to reach them
    "ticket_text",  # free text about a ticket: it may name anyone
    "staff_identity",  # the people behind staff pseudonyms
    "household_contact",  # the members of a household, and what is known about them
]

Classes = dict[str, PrivacyClass]


def _nested(path: str, classes: Classes) -> Classes:
    """The same classes for a value that is nested in an event under `path`."""
    return {f"{path}.{inner}": each for inner, each in classes.items()}


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
    **_nested("target", TARGET),
    "policy_id": "none",
    "calendar_id": "none",
    "pausable_reasons[]": "none",
    **_nested("escalations[]", STEP),
    "quiet.start": "none",
    "quiet.end": "none",
    "quiet.zone": "none",
}
PROMISE: Classes = {"promise_id": "none"}
PROMISE_TERMS: Classes = _nested("terms", {"count_rule": "none"})
PROMISE_PENALTY: Classes = _nested("penalty", {"per": "none", "benefit": "none"})
PROMISE_SCOPE: Classes = {"zone": "none", "household_id": "none", "community": "none"}
SELECTOR: Classes = {
    "kind": "none",
    "service_class": "none",
    "category": "none",
    "community": "none",
    "tier": "none",  # a tag shared by many households
}
POLICY_CLOCK: Classes = {
    "clock": "none",
    **TARGET,
    "calendar_id": "none",
    "pausable_reasons[]": "none",
    **_nested("escalations[]", STEP),
    "source": "none",  # a document
}
LOCATION: Classes = {
    "community": "none",  # hundreds of households
    "building": "reporter_contact",  # a villa's number alone is an address
    "unit": "reporter_contact",
    "component": "none",  # a code: `kitchen.drain`
}
COMPENSATION: Classes = {"compensation_id": "none"}
BENEFIT: Classes = {"benefit": "none", "household_id": "none"}
COMPENSATED: Classes = {
    **COMPENSATION,
    "ticket_id": "none",
    **BENEFIT,
    "community": "none",
    "currency": "none",
    "month": "none",
    "rule_id": "none",
}
GRACE: Classes = {
    **COMPENSATION,
    "ticket_id": "none",
    "rule_id": "none",
    **CLOCK,
}
BY_AUTHORITY: Classes = _nested("authority", {"role": "none", "delegated_by": "none"})
FEE_CREDIT: Classes = {**COMPENSATION, "household_id": "none", "currency": "none"}
BUDGETED: Classes = {**COMPENSATION, "rule_id": "none"}

SURVEY: Classes = {
    "survey_id": "none",
    "kind": "none",
    "scale_id": "none",
    "ticket_id": "none",
    "campaign_id": "none",
    "household_id": "none",
    "community": "none",
    "rated": "none",  # a pseudonym
}

WHY: Classes = {
    "why_id": "none",
    "parents[]": "none",
    "answer": "ticket_text",
    "category": "none",
    "controllable_by": "ticket_text",
    "evidence[].type": "none",
    "evidence[].ref": "ticket_text",
    **NOTE,
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
        **_nested("location", LOCATION),
        "household_id": "none",
        "reporter.name": "reporter_contact",
        "reporter.phone": "reporter_contact",
        **_nested("photos[]", PHOTO),
        **_nested("quiet_hours[]", QUIET_HOURS),
        **_nested("checklist[]", CHECKLIST_ITEM),
        **NOTE,
        "status": "none",
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
    "engineer_arrived": {"engineer": "none", **_nested("photos[]", PHOTO), **NOTE},
    "access_failed": {"call_log": "ticket_text", **_nested("photos[]", PHOTO), **NOTE},
    "solution_proposed": {"plan": "ticket_text", "needs[]": "none", **NOTE},
    "solution_consent_given": {"party": "none", **NOTE},
    "solution_accepted": NOTE,
    "solution_declined": {"party": "none", "reason": "ticket_text", **NOTE},
    "ticket_held": {"reason": "none", **NOTE},
    "ticket_resumed": NOTE,
    "delay_declared": {"reason": "ticket_text", **NOTE},
    "progress_updated": {"text": "ticket_text", **_nested("photos[]", PHOTO), **NOTE},
    "cost_line_added": {**COST_LINE, **NOTE},
    "checklist_item_checked": {"item": "none", **NOTE},
    "work_completed": {
        "engineer": "none",
        "summary": "ticket_text",
        **_nested("photos[]", PHOTO),
        **NOTE,
    },
    "completion_form_issued": {
        "form_hash": "none",
        "form.number": "none",
        "form.nonce": "none",
        **_nested("form.location", LOCATION),
        **_nested("form", ENGINEER),
        "form.summary": "ticket_text",
        **_nested("form.photos[]", PHOTO),
        **_nested("form.lines[]", COST_LINE),
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
    "escalation_raised": {"reason": "ticket_text", **NOTE, **CLOCK, "audience": "none"},
    "authority_exercised": {
        "kind": "none",
        "measure": "none",
        "role": "none",
        "delegated_by": "none",
        "reason": "ticket_text",
        **NOTE,
    },
    "evidence_given": {"photo_id": "none"},
    "suggestion_accepted": NOTE,
    "suggestion_declined": {"reason": "ticket_text", **NOTE},
    "suggestion_completed": {"summary": "ticket_text", **_nested("photos[]", PHOTO), **NOTE},
    "complaint_lodged": {"subject_of_complaint": "none"},
    "complaint_supported": {"household_id": "none", **NOTE},
    "investigation_started": {
        "investigator": "none",
        "investigator_name": "staff_identity",
        **NOTE,
    },
    "answer_proposed": {"plan": "ticket_text", **NOTE},
    "remedy_started": NOTE,
    "complaint_responded": {"facts": "ticket_text", "measure": "ticket_text", **NOTE},
    "complaint_satisfied": NOTE,
    "complaint_disputed": {"reason": "ticket_text", **NOTE},
    "complaint_withdrawn": {
        "confirmed_by": "none",
        "confirmed_by_name": "staff_identity",
        **NOTE,
    },
    "complaint_filed": {"ticket_id": "none", "category": "none"},
    "first_time_fix_confirmed": {},
    "first_time_fix_refuted": {"cause": "none", "by_ticket": "none"},
    "sla_clock_started": {**CLOCK, **TERMS},
    "sla_clock_paused": {
        **CLOCK,
        "reason": "none",
        "ends_by": "none",
        **_nested("then.escalations[]", STEP),
    },
    "sla_clock_resumed": {**CLOCK, "cause": "none", **_nested("escalations[]", STEP)},
    "sla_clock_met": {**CLOCK, "result": "none"},
    "sla_warning_raised": CLOCK,
    "sla_warning_skipped": CLOCK,
    "sla_breached": CLOCK,
    "sla_clock_cancelled": {**CLOCK, "reason": "none"},
    "sla_clock_retargeted": {
        **CLOCK,
        "mode": "none",
        "reason": "none",
        **_nested("old_target", TARGET),
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
    "promise_made": {
        **PROMISE,
        "kind": "none",
        **PROMISE_TERMS,
        "calendar_id": "none",
        "source": "none",  # agent | policy
        **PROMISE_SCOPE,
        **PROMISE_PENALTY,
        "tighter_than": "none",
        "authority.role": "none",
        **NOTE,
    },
    "promise_kept": PROMISE,
    "promise_broken": {**PROMISE, "kind": "none", **PROMISE_SCOPE, **PROMISE_PENALTY},
    "promise_settled": {**PROMISE, "kind": "none", "ended_by": "none"},
    "promise_revised": {
        **PROMISE,
        **PROMISE_TERMS,
        "consent_by": "ticket_text",
        "tighter_than": "none",
        **NOTE,
    },
    "promise_excused": {**PROMISE, "reason": "none", **NOTE},
    "promise_withdrawn": {**PROMISE, "reason": "ticket_text", "ended_by": "none", **NOTE},
    "promise_break_retracted": {**PROMISE, "proof": "none", "photo_ids[]": "none"},
    "promise_filed": {"ticket_id": "none"},
    "compensation_deferred": GRACE,
    "compensation_grace_ended": GRACE,
    "compensation_proposed": {
        **COMPENSATED,
        "reason": "ticket_text",
        "cause": "none",
        "idempotency_key": "none",
        "proposed_by": "none",
        "proposed_role": "none",
        "rationale": "ticket_text",
        "accrual.promise_id": "none",
        "accrual.zone": "none",
    },
    "compensation_accrued": {},
    "compensation_settled": {},
    "compensation_approval_requested": {
        "because": "none",
        "approver_roles[]": "none",
        **BY_AUTHORITY,
    },
    "compensation_approval_escalated": {"to": "none"},  # a role
    "compensation_auto_approved": BY_AUTHORITY,
    "compensation_approved": {"by": "none", **BY_AUTHORITY, **NOTE},
    "compensation_rejected": {
        "because": "none",
        "by": "none",
        "reason": "ticket_text",
        "exclusion": "none",
    },
    "compensation_expired": {},
    "compensation_granted": COMPENSATED,
    "fee_credit_exported": FEE_CREDIT,
    "fee_credit_withdrawn": FEE_CREDIT,
    "compensation_fulfilled": {**BENEFIT, "reference": "ticket_text", **NOTE},
    "compensation_fulfilment_failed": {"reason": "ticket_text"},
    "compensation_voided": {
        "because": "none",
        **BENEFIT,
        "by": "none",
        "reason": "ticket_text",
        "exclusion": "none",
    },
    "compensation_reversed": {
        "ground": "none",
        "notice": "ticket_text",
        "by": "none",
        **BENEFIT,
    },
    "compensation_flagged": {"flag": "none", "detail": "none", "subject": "none"},
    "compensation_kept": {"because": "none"},
    "good_faith_recorded": {"subject": "none", "rationale": "ticket_text"},
    "compensation_rule_recorded": {
        "rule_id": "none",
        "trigger.event": "none",
        "trigger.clock": "none",
        "trigger.promise_kind": "none",
        "trigger.service_classes[]": "none",
        "benefit.kind": "none",
        "benefit.currency": "none",
        "benefit.per": "none",
        "scope": "none",
        "on_budget_exceeded": "none",
        "exclusions[]": "none",
        "stack": "none",
        "count_rule": "none",
        "source": "none",  # a document
    },
    "exposure_added": {
        **COMPENSATION,
        "ticket_id": "none",
        **BENEFIT,
        "month": "none",
        "cause": "none",
        "by": "none",
        "rule_id": "none",
    },
    "exposure_released": COMPENSATION,
    "budget_spent": BUDGETED,
    "budget_returned": BUDGETED,
    "budget_alarm_raised": {"community": "none", "month": "none"},
    "compensation_exclusion_recorded": {"exclusion": "none", **NOTE},
    "follow_up_scheduled": {
        "follow_up_id": "none",
        "number": "none",
        "parent_id": "none",
        "parent_number": "none",
        "purpose": "none",
        "executor": "none",
        "series_id": "none",
        "reason": "ticket_text",
    },
    "follow_up_attempted": {"call_id": "none", **NOTE},
    "follow_up_completed": {
        "parent_id": "none",
        "purpose": "none",
        "outcome": "none",
        "text": "ticket_text",
        **NOTE,
    },
    "follow_up_unreachable": {"parent_id": "none", "purpose": "none", **NOTE},
    "follow_up_rescheduled": NOTE,
    "problem_opened": {
        "problem_id": "none",
        "number": "none",
        "source": "none",
        "statement": "ticket_text",
        "ticket_ids[]": "none",
        "place.community": "none",
        "place.building": "reporter_contact",
        "place.component": "none",
        "place.category": "none",
        "metric.metric": "none",
        "fingerprint": "place_key",
        "rollup": "place_key",
    },
    "problem_recurred": {"ticket_id": "none"},
    "problem_reopened": {"ticket_id": "none"},
    "why_added": WHY,
    "why_revised": WHY,
    "why_verified": {"why_id": "none", **NOTE},
    "root_cause_confirmed": {
        "rca_id": "none",
        "roots[]": "none",
        "categories[]": "none",
        "justification": "ticket_text",
        **NOTE,
    },
    "rca_superseded": {"rca_id": "none"},
    "action_planned": {
        "action_id": "none",
        "type": "none",
        "root": "none",
        "owner": "staff_identity",  # a department, or a person
        "description": "ticket_text",
        "metric": "none",
        **NOTE,
    },
    "action_overdue": {"action_id": "none"},
    "action_completed": {"action_id": "none", **NOTE},
    "action_verified": {"action_id": "none", **NOTE},
    "pdca_cycle_started": {
        "hypothesis": "ticket_text",
        "actions[]": "none",
        "pilot_scope[]": "none",  # buildings, communities
        **NOTE,
    },
    "pdca_cycle_checked": {"metric": "none", "better": "none", "verdict": "none", **NOTE},
    "pdca_cycle_acted": {
        "decision": "none",
        "document": "none",  # the title of a standard
        "residual": "ticket_text",
        **NOTE,
    },
    "problem_closed": NOTE,
    "occurrence_recorded": {"ticket_id": "none", "kind": "none"},
    "occurrence_mended": {"ticket_id": "none"},
    "occurrence_dropped": {"ticket_id": "none"},
    "recurrence_detected": {
        "ticket_id": "none",
        "ticket_ids[]": "none",
        "refuted[]": "none",
    },
    "fingerprint_attached": {"problem_id": "none"},
    "unit_affected": {"unit_key": "place_key", "ticket_id": "none"},
    "rollup_attached": {"problem_id": "none"},
    "follow_up_series_started": {
        "series_id": "none",
        "ticket_id": "none",
        "household_id": "none",
        **LOCATION,
        "purpose": "none",
        "cadence": "none",
        "zone": "none",
        "assigned_to": "none",
        "assigned_to_name": "staff_identity",
        "reason": "ticket_text",
        **NOTE,
    },
    "visit_scheduled": {"visit_id": "none"},
    "visit_skipped": {"reason": "ticket_text", **NOTE},
    "follow_up_series_ended": {"reason": "ticket_text", **NOTE},
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
        **_nested("quiet_hours[]", QUIET_HOURS),
        "tags[]": "household_contact",
        "communities[]": "none",
    },
    "preference_recorded": {
        "household_id": "none",
        **_nested("quiet_hours[]", QUIET_HOURS),
        "tags[]": "household_contact",
    },
    "referral_recorded": {
        "household_id": "none",
        "referral_id": "none",
        "friend": "household_contact",
        "note": "household_contact",
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
        **_nested("items[]", CHECKLIST_ITEM),
    },
    "calendar_recorded": {
        "calendar_id": "none",
        "zone": "none",
        **_nested("week[][]", INTERVAL),
        **_nested("exceptions.hours[].intervals[]", INTERVAL),
    },
    "sla_policy_recorded": {
        "policy_id": "none",
        **_nested("rows[].selector", SELECTOR),
        **_nested("rows[].clocks[]", POLICY_CLOCK),
        "quiet.start": "none",
        "quiet.end": "none",
        "source": "none",
    },
    "authority_recorded": {
        "role": "none",
        "rows[].kind": "none",
        "deputies[].subject": "none",
        "deputies[].delegated_by": "none",
        "source": "none",
    },
    "staff_decided": {
        "compensation_id": "none",
        "household_id": "none",
        "ticket_id": "none",
        "benefit": "none",
    },
    "good_faith_loss_recorded": {"compensation_id": "none", "month": "none"},
    "survey_issued": SURVEY,
    "survey_delivered": {"delivery_channel": "none"},
    "survey_bounced": {"cause": "none"},
    "survey_answered": {
        **SURVEY,
        "tags[]": "ticket_text",
        "text": "ticket_text",
        "answer_channel": "none",
        "way": "none",
        "excluded": "none",
    },
    "household_asked": {"survey_id": "none"},
    "household_answered": {"survey_id": "none"},
    "campaign_opened": {
        "campaign_id": "none",
        "kind": "none",
        "scale_id": "none",
        "title": "none",  # of the campaign
        "community": "none",
        "issued_by[].channel": "none",
    },
    "campaign_bounces_counted": {"bounced_by[].channel": "none"},
    "campaign_closed": {},
    "touchpoint_scored": {
        "ticket_id": "none",
        "touchpoint": "none",
        "source": "none",
        "survey_id": "none",
        "community": "none",
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
    "sandbox_clock_moved": {},
    "tenant_suspended": {"reason": "staff_identity"},
    "tenant_resumed": {"reason": "staff_identity"},
    "api_key_issued": {
        "name": "none",
        "scopes[]": "none",
        "role": "none",
        "secret_hash": "none",
    },
    "api_key_revoked": {},
    "session_opened": {
        "subject": "none",
        "role": "none",
        "household_id": "none",
        "communities[]": "none",
        "name": "household_contact",
    },
    "session_refreshed": {},
    "session_ended": {"reason": "none"},
    "access_revoked": {"subject": "none", "reason": "staff_identity"},
}


def personal_fields(name: str) -> dict[str, PrivacyClass]:
    """The string fields of this event that hold personal data."""
    return {path: each for path, each in CATALOGUE[name].items() if each != "none"}


def place_keys(name: str) -> tuple[str, ...]:
    """The fields of this event that are keys of a place."""
    return tuple(path for path, each in CATALOGUE[name].items() if each == "place_key")


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
    if isinstance(kind, type) and issubclass(kind, Struct):
        return [f"{path}.{inner}" for inner in string_fields(kind)]
    return []
