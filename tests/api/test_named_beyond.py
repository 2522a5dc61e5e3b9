"""Whatever a request names beside its own resource is held to the communities of its token, too: a
name out of reach is answered like one that was never given to anything (docs/api.md §1, ADR 0033).

Every field and query parameter of the contract that holds a text is in a table here."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.web import create_app
from tests.api.test_communities import FAR, HOUSEHOLD, NEAR, OPERATIONS, ROLES, World

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
    ("put_household", "members[].subject"): "kept, and looked up nowhere before it is a token's",
    ("make_sandbox_token", "subject"): "makes the record that it names; see below",
    ("make_sandbox_token", "household_id"): "makes the record that it names; see below",
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


def test_every_text_of_the_contract_is_classified() -> None:
    words = {last(field) for _, field in FIELDS} | {name for *_, name in PARAMETERS}
    known = {last(field) for _, field in FREE} | set(KINDS) | WORDS
    numbers = {"limit", "version", "cycle"}
    words_of_queries = {"sort", "kind", "service_class", "on_hold", "breached", "active"}
    retraction = {"retracted", "benefit", "role"}
    assert words - known - numbers - words_of_queries - retraction == set()
    assert set(FREE) <= set(FIELDS)


def test_every_field_that_names_something_is_tried() -> None:
    assert {each for each in NAMING if each not in EVIDENCE} <= set(SENT)
    assert set(SENT) <= set(NAMING)


class Near:
    """Resources of the near community, each where a command reaches the look-up of its names."""

    def __init__(self, world: World) -> None:
        sandbox = self.sandbox = world.sandbox
        self.tickets = {
            name: sandbox.report("near-csr", reporter={"name": "张阿姨"}, household_id="h-near")
            for name in ("new", "fresh", "held", "going", "there")
        }
        now = sandbox.read("admin", "/v1/sandbox/clock")["now"]
        for name in ("fresh", "held", "going", "there"):
            sandbox.give("near-csr", self.tickets[name], "acknowledge")
        for name in ("held", "going", "there"):
            sandbox.give("near-dispatcher", self.tickets[name], "assign", engineer="near-engineer")
            sandbox.give("near-engineer", self.tickets[name], "accept")
        for name in ("going", "there"):
            sandbox.give("near-engineer", self.tickets[name], "depart", eta=now)
        photo = sandbox.photo("near-engineer", "on_site")
        sandbox.give("near-engineer", self.tickets["there"], "arrive", photo_ids=[photo])
        for check in self.tickets["there"]["checklist"]:
            sandbox.give("near-engineer", self.tickets["there"], "check-item", item=check["item"])
        self.tickets["complaint"] = sandbox.report("near-csr", **COMPLAINT)
        sandbox.give("near-csr", self.tickets["complaint"], "acknowledge")
        wave = {"kind": "nps", "scale_id": "nps_0_10", "name": "w", "issued": 9, "community": NEAR}
        wave |= {"from": "2024-03-01", "to": "2024-03-31"}
        answer = sandbox.call("near-csr", "POST", "/v1/surveys/campaigns", json=wave)
        assert answer.status_code == 201, answer.text
        self.campaign = answer.json()["id"]

    def path(self, path: str, target: str) -> str:
        for name, value in (
            ("ticket_id", self.tickets.get(target or "fresh", {}).get("id", "")),
            ("campaign_id", self.campaign),
            ("household_id", "h-near"),
            ("subject", "near-csr"),
        ):
            path = path.replace(f"{{{name}}}", value)
        return path


@pytest.fixture(scope="module")
def world(base_url: str) -> Iterator[World]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield World(client)


@pytest.fixture(scope="module")
def near(world: World) -> Near:
    return Near(world)


@pytest.fixture(scope="module")
def far(world: World) -> Far:
    """Names of every kind in the other community; a photo with a ticket, and one without."""
    return {
        "ticket": [world.ids["ticket_id"]],
        "photo": [world.ids["attachment_id"], world.sandbox.photo("far-engineer", "report")],
        "campaign": [world.ids["campaign_id"]],
        "household": [HOUSEHOLD],
        "staff": ["far-csr", "far-engineer"],
        "community": [FAR],
        "compensation": [world.ids["compensation_id"]],
    }


def naming(body: dict[str, Any], field: str, name: str) -> dict[str, Any]:
    first, _, rest = field.partition(".")
    if rest:
        return body | {first: naming(body.get(first) or {}, rest, name)}
    return body | ({first.removesuffix("[]"): [name]} if first.endswith("[]") else {first: name})


def told(answer: httpx.Response, name: str) -> tuple[int, Any]:
    value = json.loads(answer.text.replace(name, "NAME"))
    value.pop("request_id", None)
    return answer.status_code, value


def example_of(operation: dict[str, Any]) -> dict[str, Any]:
    example: dict[str, Any] = dict(
        operation["requestBody"]["content"]["application/json"].get("example", {})
    )
    return {k: v for k, v in example.items() if k not in ("household_id", "location")}


def send(near: Near, key: tuple[str, str], name: str, row: Row) -> httpx.Response:
    operation_id, field = key
    role, target, more, _ = row
    [(_, method, path, operation)] = [each for each in OPERATIONS if each[0] == operation_id]
    body = example_of(operation) | more
    if operation_id in ("report_ticket", "start_series") and field != "ticket_id":
        body |= {"location": {"community": NEAR}}
    if operation_id in ("put_household", "put_staff") and field != "communities[]":
        body |= {"communities": [NEAR]}
    if operation_id == "record_response" and field == "evidence.photo_id":
        body |= {"household_id": "h-near"}
    body = naming(body, field, name)
    return near.sandbox.call(f"near-{role}", method, near.path(path, target), json=body)


@pytest.mark.parametrize("key", SENT, ids=".".join)
def test_a_name_out_of_reach_is_answered_like_no_name(
    far: Far, near: Near, key: tuple[str, str]
) -> None:
    kind = kind_of(key[1]) or ""
    for name in far[kind]:
        there = told(send(near, key, name, SENT[key]), name)
        nothing = told(send(near, key, NOTHING[kind], SENT[key]), NOTHING[kind])
        assert there == nothing
        assert there[1].get("code", "") == SENT[key][3]


@pytest.mark.parametrize("key", [each for each in EVIDENCE if each not in SENT], ids=".".join)
def test_a_photo_out_of_reach_proves_nothing(far: Far, near: Near, key: tuple[str, str]) -> None:
    """Of every command; whether it is refused for the photo or for something else before that."""
    [operation] = [each[3] for each in OPERATIONS if each[0] == key[0]]
    role = sorted(set(operation["x-roles"]) & set(ROLES))[-1:]
    for name in far["photo"]:
        target = "going" if key[0] == "arrive_at_ticket" else "there"
        row: Row = ((role or ["csr"])[0], target, {}, "")
        there = told(send(near, key, name, row), name)
        assert there == told(send(near, key, NOTHING["photo"], row), NOTHING["photo"])
        assert there[0] >= 400


@pytest.mark.parametrize("key", IN_QUERIES, ids=lambda key: f"{key[0]}.{key[3]}")
def test_a_filter_finds_what_is_out_of_reach_as_little_as_nothing(
    world: World, far: Far, key: tuple[str, str, dict[str, Any], str]
) -> None:
    _, path, operation, parameter = key
    needed = {"campaign_id": NOTHING["campaign"]} if parameter == "against" else {}
    for role in sorted(set(operation["x-roles"]) & set(ROLES)):
        for name in far[KINDS[parameter]]:
            there, nothing = (
                world.near(role, "GET", path, params=needed | {parameter: each})
                for each in (name, NOTHING[KINDS[parameter]])
            )
            assert told(there, name) == told(nothing, NOTHING[KINDS[parameter]])


def test_two_names_out_of_reach_are_two(world: World, near: Near) -> None:
    """Else `distinct` would tell that there is something."""
    key, far = ("open_problem", "ticket_ids[]"), world.ids["ticket_id"]
    for other in (NOTHING["ticket"], near.tickets["fresh"]["id"]):
        body = {"phenomenon": "漏水", "ticket_ids": [other, far]}
        answer = near.sandbox.call("near-supervisor", "POST", "/v1/problems", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_ticket"), key


def test_a_token_is_made_for_nobody_of_another_community(world: World) -> None:
    for body, code in (
        ({"role": "csr", "subject": "far-csr"}, "staff_unknown"),
        ({"role": "owner", "subject": "eve", "household_id": HOUSEHOLD}, "household_unknown"),
    ):
        sent = body | {"communities": [NEAR]}
        answer = world.near("admin", "POST", "/v1/sandbox/tokens", json=sent)
        assert answer.json().get("code") == code, answer.text


def test_who_works_everywhere_and_whoever_works_here_too_are_named(
    world: World, near: Near
) -> None:
    world.sandbox.person("csr", "both-csr", communities=[NEAR, FAR])
    for name in ("everywhere-csr", "both-csr", "near-dispatcher"):
        ticket = near.sandbox.report("near-csr", reporter={"name": "张阿姨"})
        near.sandbox.give("near-csr", ticket, "acknowledge")
        answer = near.sandbox.give("near-csr", ticket, "hand-over", to=name)
        assert answer["hand_over"]["subject"] == name


def test_the_whole_company_names_what_it_likes(world: World, near: Near) -> None:
    reporter = {"name": "张阿姨"}
    for household_id in (HOUSEHOLD, NOTHING["household"]):
        near.sandbox.report("everywhere-csr", reporter=reporter, household_id=household_id)


def test_a_household_that_moved_away_is_named_no_more(world: World, near: Near) -> None:
    sandbox, said = near.sandbox, {"name": "新住户", "communities": [NEAR]}
    household = "/v1/households/h-moving"
    assert world.near("csr", "PUT", household, json={"communities": [NEAR]}).status_code == 200
    ticket = sandbox.report("near-csr", reporter={"name": said["name"]}, household_id="h-moving")
    moved = sandbox.call("everywhere-csr", "PUT", household, json={"communities": [FAR]})
    assert moved.status_code == 200, moved.text
    body = {"kind": "repair", "category": "leak", "description": "漏水", "channel": "phone"}
    body |= {"location": {"community": NEAR}, "reporter": {"name": "新住户"}}
    answer = world.near("csr", "POST", "/v1/tickets", json=body | {"household_id": "h-moving"})
    assert answer.json()["code"] == "household_unknown", answer.text
    # Its ticket stays where it was reported, and answers about it are still taken down.
    response = {**NPS, "ticket_id": ticket["id"]}
    answer = world.near("csr", "POST", "/v1/surveys/responses", json=response)
    assert answer.status_code == 201, answer.text
