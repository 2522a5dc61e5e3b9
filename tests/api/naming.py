"""The texts of the contract that name something, what names nothing, and how each is sent."""

from collections.abc import Iterator
from typing import Any

from app.config import Settings
from app.web import create_app
from tests.api.test_communities import NEAR, OPERATIONS

NOWHERE = "nowhere"
NOTHING = {
    "ticket": "0190d000-0000-7000-8000-00000000abc1",
    "photo": "0190d000-0000-7000-8000-00000000abc2",
    "campaign": "0190d000-0000-7000-8000-00000000abc3",
    "household": "h-nowhere-1",
    "staff": "nobody-there",
    "community": NOWHERE,
    "compensation": "0190d000-0000-7000-8000-00000000abc4",
}
KINDS = {
    **dict.fromkeys(("ticket_id", "ticket_ids", "parent_id", "into", "quotes"), "ticket"),
    **dict.fromkeys(("photo_ids", "photo_id"), "photo"),
    **dict.fromkeys(("household_id", "household_ids"), "household"),
    **dict.fromkeys(("campaign_id", "against"), "campaign"),
    **dict.fromkeys(("engineer", "to", "investigator", "confirmed_by", "assignee"), "staff"),
    **dict.fromkeys(("subject_of_complaint", "assigned_to", "subject"), "staff"),
    **dict.fromkeys(("community", "communities"), "community"),
    "compensation_id": "compensation",
}
WORDS = frozenset(
    (
        *(
            "answer",
            "audience",
            "batch",
            "building",
            "calendar_id",
            "call_id",
            "call_log",
            "category",
        ),
        *("certifications", "code", "component", "consent_by", "cursor", "cut_off", "description"),
        *(
            "document",
            "end",
            "facts",
            "form_hash",
            "friend",
            "hypothesis",
            "id",
            "idempotency",
            "item",
        ),
        *(
            "justification",
            "label",
            "measure",
            "method",
            "metric",
            "name",
            "note",
            "notice",
            "phone",
        ),
        *("pain_points", "phenomenon", "pilot_scope", "plan", "policy_id", "rationale", "reason"),
        *("reference", "referred_to", "residual", "rule_id", "skill", "skills", "source", "start"),
        *(
            "summary",
            "tags",
            "target",
            "text",
            "tier",
            "timezone",
            "touchpoint",
            "type",
            "unit",
            "zone",
        ),
        *(
            "controllable_by",
            "parents",
            "roots",
            "root",
            "actions",
            "items",
            "roles",
            "refresh_token",
        ),
        *(
            "issued_by_channel{key}",
            "bounced_by_channel{key}",
            "after",
            "as_of",
            "fingerprint",
            "q",
        ),
        *("group_by", "types", "from", "flag", "state", "due_before", "month", "clock", "status"),
        *("from", "reported_from", "reported_to", "stream_id", "now", "scale_id"),
    )
)
"""Name nothing that is in a community: texts, words, settings of the company, parts of the path's
own resource. `stream_id` is tried in test_communities."""
FREE = {
    ("plan_action", "owner"): "a text that is looked up nowhere",
    ("add_why", "evidence[].ref"): "a text that is looked up nowhere",
    ("revise_why", "evidence[].ref"): "a text that is looked up nowhere",
    ("put_household", "members[].subject"): "kept; who works elsewhere is like no staff there: "
    "tried in test_shared_records",
    ("withdraw_complaint", "confirmed_by"): "only owners, who are limited to their household",
    ("put_policy", "rows[].selector.community"): "a setting of the company",
    ("simulate_policy", "draft_policy.rows[].selector.community"): "a draft; nothing is looked up",
    ("put_authority", "deputies[].subject"): "a setting of the company; nothing is looked up",
    ("put_authority", "deputies[].delegated_by"): "a setting of the company; nothing is looked up",
}

SOON = {"first_at": "2024-03-08T10:00:00+08:00", "until": "2024-05-01"}
SERIES = {"purpose": "care", "cadence": "weekly", "assigned_to": "near-csr", **SOON}
COMPLAINT = {"kind": "complaint", "reporter": {"name": "张阿姨"}, "channel": "phone"}
NPS = {"kind": "nps", "scale_id": "nps_0_10", "score": 9, "channel": "phone"}
STAFF_TOKEN = {"role": "csr", "communities": [NEAR]}
OWNER = {"role": "owner", "subject": "eve", "communities": [NEAR]}

Far = dict[str, list[str]]
Row = tuple[str, str, dict[str, Any], str]
SENT: dict[tuple[str, str], Row] = {
    ("report_ticket", "household_id"): ("csr", "", {}, "household_unknown"),
    ("report_ticket", "parent_id"): ("csr", "", {}, "unknown_ticket"),
    ("report_ticket", "photo_ids[]"): ("csr", "", {}, "unknown_photo"),
    ("report_ticket", "quotes[]"): ("csr", "", COMPLAINT, "unknown_ticket"),
    ("report_ticket", "subject_of_complaint"): ("csr", "", COMPLAINT, "unknown_staff"),
    ("report_ticket", "evidence.photo_id"): ("csr", "", {}, "unknown_photo"),
    ("report_ticket", "location.community"): ("csr", "", {}, "community_not_permitted"),
    ("start_series", "ticket_id"): ("csr", "", SERIES, "unknown_ticket"),
    ("start_series", "household_id"): ("csr", "", SERIES, "household_unknown"),
    ("start_series", "assigned_to"): ("csr", "", SERIES, "unknown_staff"),
    ("start_series", "location.community"): ("csr", "", SERIES, "community_not_permitted"),
    ("assign_ticket", "engineer"): ("dispatcher", "fresh", {}, "unknown_engineer"),
    ("transfer_ticket", "engineer"): ("engineer", "held", {}, "unknown_engineer"),
    ("merge_ticket", "into"): ("csr", "fresh", {}, "unknown_ticket"),
    ("link_ticket", "ticket_id"): ("csr", "fresh", {}, "unknown_ticket"),
    ("hand_over_ticket", "to"): ("csr", "fresh", {}, "unknown_staff"),
    ("arrive_at_ticket", "photo_ids[]"): ("engineer", "going", {}, "unknown_photo"),
    ("update_progress", "photo_ids[]"): ("engineer", "there", {}, "unknown_photo"),
    ("complete_work", "photo_ids[]"): ("engineer", "there", {}, "unknown_photo"),
    ("investigate_complaint", "investigator"): ("supervisor", "complaint", {}, "unknown_staff"),
    ("support_complaint", "household_id"): ("csr", "complaint", {}, "household_unknown"),
    ("open_problem", "ticket_ids[]"): ("supervisor", "", {}, "unknown_ticket"),
    ("open_problem", "community"): ("supervisor", "", {}, "community_not_permitted"),
    ("open_campaign", "community"): ("csr", "", {}, "community_not_permitted"),
    ("record_response", "ticket_id"): ("csr", "", NPS, "ticket_not_found"),
    ("record_response", "household_id"): ("csr", "", NPS, "household_unknown"),
    ("record_response", "campaign_id"): ("csr", "", NPS, "campaign_unknown"),
    ("record_response", "evidence.photo_id"): ("csr", "", NPS, "unknown_photo"),
    ("invite_households", "household_ids[]"): ("csr", "campaign", {}, "household_unknown"),
    ("put_staff", "communities[]"): ("manager", "staff", {}, "beyond_your_communities"),
    ("put_household", "communities[]"): ("csr", "household", {}, "beyond_your_communities"),
    ("make_sandbox_token", "communities[]"): ("admin", "", {}, "beyond_your_communities"),
    ("make_sandbox_token", "subject"): ("admin", "", STAFF_TOKEN, "staff_unknown"),
    ("make_sandbox_token", "household_id"): ("admin", "", OWNER, "household_unknown"),
    ("simulate_policy", "filter.household_id"): ("manager", "", {}, ""),
    ("simulate_policy", "filter.community"): ("manager", "", {}, ""),
    ("revoke_session", "subject"): ("manager", "", {}, "not_your_staff"),
    # On every command of a ticket: one of each kind of route.
    ("acknowledge_ticket", "evidence.photo_id"): ("csr", "new", {}, "unknown_photo"),
    ("make_promise", "evidence.photo_id"): ("csr", "fresh", {}, "unknown_photo"),
    ("score_touchpoint", "evidence.photo_id"): ("csr", "held", {}, "unknown_photo"),
}
"""Who sends it, about which resource, what beside the example of the contract, and how it is
refused (empty: answered as if there were nothing)."""


def body_fields(schema: dict[str, Any], parts: dict[str, Any], path: str = "") -> Iterator[str]:
    """Paths of the texts that are no instants and no closed words."""
    if "$ref" in schema:
        schema = parts[schema["$ref"].split("/")[-1]]
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from body_fields(each, parts, path)
    if schema.get("type") == "array":
        yield from body_fields(schema.get("items", {}), parts, path + "[]")
    is_text = schema.get("type") == "string" and schema.get("format", "uuid") == "uuid"
    if is_text and not {"enum", "const"} & set(schema):
        yield path
    for name, each in schema.get("properties", {}).items():
        yield from body_fields(each, parts, f"{path}.{name}" if path else name)
    if isinstance(schema.get("additionalProperties"), dict):
        yield path + "{key}"


def contract() -> dict[str, Any]:
    return create_app(Settings(database_url=None, data_dir=None)).openapi()


CONTRACT = contract()
FIELDS = sorted(
    {
        (operation_id, field)
        for operation_id, _, _, operation in OPERATIONS
        for schema in [
            operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        ]
        for field in body_fields(schema.get("schema", {}), CONTRACT["components"]["schemas"])
    }
)
PARAMETERS = [
    (operation_id, path, operation, each["name"])
    for operation_id, _, path, operation in OPERATIONS
    for each in operation.get("parameters", ())
    if each["in"] == "query"
]


def kind_of(field: str) -> str | None:
    return KINDS.get(last(field))


def last(field: str) -> str:
    return field.rpartition(".")[2].removesuffix("[]")


NAMING = [each for each in FIELDS if kind_of(each[1]) and each not in FREE]
EVIDENCE = [each for each in NAMING if each[1] == "evidence.photo_id"]
IN_QUERIES = [
    each for each in PARAMETERS if each[3] in KINDS and each[3] != "to" and "{" not in each[1]
]
