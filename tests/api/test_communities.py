"""The `communities` of a token hold for every route: what belongs to another community is neither
found, counted nor changed (docs/api.md §1). Every operation of the contract is in one of four
tables: it names something by its id, it reads without one, it writes without one, or it is not
limited, for the reason given here."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.web import create_app
from tests.running import Sandbox

NEAR, FAR = "jinxiu", "binjiang"
ROLES = (
    *("csr", "dispatcher", "engineer", "security", "supervisor"),
    *("manager", "finance", "auditor", "admin"),
)
HOUSEHOLD, NAME = "h-far-0901", "周阿姨"
MARKS = (HOUSEHOLD, NAME, FAR, "远处", "13911112222")

COMPANY = "a setting of the whole company; the role decides"
NOT_LIMITED = {
    **dict.fromkeys(
        (
            *("get_policies", "get_policy", "put_policy", "get_authorities", "get_authority"),
            *("put_authority", "get_calendar", "put_calendar", "get_rules", "get_rule"),
            *("put_rule", "get_checklist", "put_checklist", "get_category", "put_category"),
        ),
        COMPANY,
    ),
    "compute_time": "arithmetic, reads no records",
    "get_events": "shows the positions of other communities' events, to keep them dense: see below",
    "upload_photo": "a photo is seen with the ticket that it is linked to",
    "open_survey_link": "the holder of a link has no token",
    "answer_survey": "the holder of a link has no token",
    **dict.fromkeys(
        ("open_tenant", "get_tenants", "suspend_tenant", "resume_tenant"), "the operator's"
    ),
    "refresh_session": "the holder of a refresh token",
    "get_sandbox_clock": "the tenant's time",
    "move_sandbox_clock": "the tenant's time",
    "get_api_key": "names, scopes; nothing of a community",
    "check_health": "the process",
    "check_readiness": "the process",
    "get_metrics": "the process",
}
IDS = frozenset(
    {
        *("ticket_id", "promise_id", "attachment_id", "series_id", "compensation_id"),
        *("household_id", "subject", "survey_id", "campaign_id", "problem_id"),
    }
)
PLACE = {"community": FAR, "building": "9", "unit": "0901"}
WRITES: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "report_ticket": (
        "csr",
        {
            "kind": "repair",
            "category": "leak",
            "description": "漏水",
            "channel": "phone",
            "location": PLACE,
            "reporter": {"name": NAME},
        },
        {"community_not_permitted"},
    ),
    "start_series": (
        "csr",
        {
            "household_id": HOUSEHOLD,
            "purpose": "care",
            "until": "2024-05-01",
            "assigned_to": "near-csr",
        },
        {"household_unknown"},
    ),
    "open_campaign": (
        "csr",
        {
            "kind": "nps",
            "scale_id": "nps_0_10",
            "name": "w",
            "issued": 9,
            "from": "2024-03-01",
            "to": "2024-03-31",
            "community": FAR,
        },
        {"community_not_permitted"},
    ),
    "record_response": (
        "csr",
        {
            "kind": "nps",
            "scale_id": "nps_0_10",
            "score": 9,
            "channel": "phone",
            "household_id": HOUSEHOLD,
        },
        {"household_unknown"},
    ),
    "open_problem": (
        "supervisor",
        {"phenomenon": "漏水", "community": FAR},
        {"community_not_permitted"},
    ),
    "make_sandbox_token": (
        "admin",
        {"role": "csr", "subject": "near-csr", "communities": [NEAR, FAR]},
        {"beyond_your_communities"},
    ),
    "issue_api_key": ("admin", {"name": "k", "scopes": ["tickets:read"]}, {"whole_company_only"}),
    "revoke_api_key": ("admin", {}, {"whole_company_only"}),
    "revoke_session": ("manager", {"subject": "far-csr"}, {"not_your_staff"}),
    "migrate_clocks": ("manager", {"dry_run": True}, set()),
    "simulate_policy": ("manager", {}, set()),
    "try_rule": ("manager", {}, set()),
}
"""Who sends what, and with which codes it is refused. Those that refuse nothing answer as if there
were no other community."""


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    paths = create_app(Settings(database_url=None, data_dir=None)).openapi()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            if method in ("get", "put", "post"):
                yield operation["operationId"], method.upper(), path, operation


def names_one(path: str) -> bool:
    return any(f"{{{name}}}" in path for name in IDS)


OPERATIONS = list(operations())
BY_ID = [each for each in OPERATIONS if names_one(each[2]) and each[0] not in NOT_LIMITED]
READS = [
    each
    for each in OPERATIONS
    if each[1] == "GET" and not names_one(each[2]) and each[0] not in NOT_LIMITED
]


def test_every_operation_is_in_a_table() -> None:
    known = {each[0] for each in BY_ID + READS} | set(WRITES) | set(NOT_LIMITED)
    assert {each[0] for each in OPERATIONS} == known
    assert not set(WRITES) & set(NOT_LIMITED)
    assert all(NOT_LIMITED.values())


class World:
    """A company that is looked at from one community, before and after the other exists."""

    def __init__(self, client: httpx.Client) -> None:
        self.sandbox = sandbox = Sandbox.open(client)
        for role in ROLES:
            sandbox.person(role, f"near-{role}", communities=[NEAR])
            sandbox.person(role, f"everywhere-{role}")
        sandbox.owner("zhang", "h-near", communities=[NEAR])
        sandbox.report("zhang")
        self.before = dict(self.read_everything())
        self.previews = dict(self.preview())
        self.ids = self.build_far()
        self.after = dict(self.read_everything())

    def near(self, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        return self.sandbox.call(f"near-{role}", method, path, **more)

    def read_everything(self) -> Iterator[tuple[tuple[str, str], httpx.Response]]:
        for operation_id, _, path, operation in READS:
            for role in sorted(set(operation["x-roles"]) & set(ROLES)):
                yield (operation_id, role), self.near(role, "GET", path)

    def preview(self) -> Iterator[tuple[str, Any]]:
        for operation_id, method, path, operation in OPERATIONS:
            if operation_id in WRITES and not WRITES[operation_id][2]:
                role, body, _ = WRITES[operation_id]
                example = operation["requestBody"]["content"]["application/json"]["example"]
                filled = path.replace("{rule_id}", "R-ARRIVE-LATE")
                answer = self.near(role, method, filled, json=example | body)
                yield operation_id, (answer.status_code, answer.json())

    def build_far(self) -> dict[str, str]:
        sandbox = self.sandbox
        sandbox.owner("zhou", HOUSEHOLD, name=NAME, communities=[FAR])
        for role in ("csr", "engineer"):
            sandbox.person(role, f"far-{role}", name="远处", communities=[FAR])
        csr, manager = "everywhere-csr", "everywhere-manager"
        reporter = {"name": NAME, "phone": "13911112222"}
        photo = sandbox.photo("zhou", "report")
        ticket = sandbox.report("zhou", location=PLACE, reporter=reporter, photo_ids=[photo])
        sandbox.give(csr, ticket, "acknowledge")
        sandbox.give("everywhere-dispatcher", ticket, "assign", engineer="far-engineer")
        promise = sandbox.tries(csr, ticket, "promises", kind="completion", due={"days": 5}).json()
        sandbox.give("far-engineer", ticket, "accept")
        sandbox.work("far-engineer", ticket)
        given = sandbox.tries(
            csr, ticket, "compensations", benefit="fee_credit", amount_fen=2000, reason="致歉"
        ).json()
        survey = sandbox.read(csr, "/v1/surveys", ticket_id=ticket["id"])["items"][0]
        wave = {"kind": "nps", "scale_id": "nps_0_10", "name": "远处", "issued": 9}
        wave |= {"from": "2024-03-01", "to": "2024-03-31", "community": FAR}
        campaign = sandbox.call(csr, "POST", "/v1/surveys/campaigns", json=wave).json()
        opened = {"phenomenon": "远处漏水", "ticket_ids": [ticket["id"]]}
        problem = sandbox.call(manager, "POST", "/v1/problems", json=opened).json()
        planned = {"household_id": HOUSEHOLD, "purpose": "care", "until": "2024-05-01"}
        planned |= {"assigned_to": csr}
        series = sandbox.call(csr, "POST", "/v1/follow-up-series", json=planned).json()
        path = f"/v1/households/{HOUSEHOLD}/referrals"
        assert sandbox.call("zhou", "POST", path, json={}).status_code == 201
        for role, subject in (("csr", "far-csr"), ("owner", "zhou")):
            session: dict[str, Any] = {"role": role, "subject": subject, "refresh": True}
            session |= {"household_id": HOUSEHOLD} if role == "owner" else {"communities": [FAR]}
            answer = sandbox.call("admin", "POST", "/v1/sandbox/tokens", json=session)
            assert answer.status_code == 200, answer.text
            answer = sandbox.call(manager, "POST", "/v1/auth/revoke", json={"subject": subject})
            assert answer.status_code == 200, answer.text
        return {
            "ticket_id": ticket["id"],
            "promise_id": promise["id"],
            "attachment_id": photo,
            "series_id": series["id"],
            "compensation_id": given["id"],
            "household_id": HOUSEHOLD,
            "subject": "far-csr",
            "survey_id": survey["id"],
            "campaign_id": campaign["id"],
            "problem_id": problem["id"],
            "why_id": "n1",
            "action_id": "A1",
            "cycle": "1",
            "kind": "acknowledge",
        }


@pytest.fixture(scope="module")
def world(base_url: str) -> Iterator[World]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield World(client)


def test_nothing_of_another_community_is_found_by_its_id(world: World) -> None:
    found = []
    for operation_id, method, path, operation in BY_ID:
        filled = path
        for name, value in world.ids.items():
            filled = filled.replace(f"{{{name}}}", value)
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        sent = {"json": content["example"]} if "example" in content else {}
        if operation_id == "get_ticket_diff":
            sent = {"params": {"from": 1, "to": 2}}
        if operation_id == "put_staff":  # else it is refused for what it is to be
            sent["json"]["communities"] = [NEAR]
        may = sorted(set(operation["x-roles"]) & set(ROLES))
        for role in may if method == "GET" else may[-1:]:
            answer = world.near(role, method, filled, **sent)
            if answer.status_code != 404 and not (
                role in ("engineer", "security") and answer.status_code == 403
            ):
                found.append((operation_id, role, answer.status_code, answer.text[:80]))
    assert found == []


def test_whoever_reads_sees_what_they_saw_before_the_other_community_was(world: World) -> None:
    changed = [
        (key, answer.text[:200])
        for key, answer in world.after.items()
        if answer.status_code != 200 or answer.json() != world.before[key].json()
    ]
    assert changed == []
    assert len(world.after) > 150


def test_those_of_the_whole_company_see_it(world: World) -> None:
    """Else the test above would find nothing in nothing."""
    unchanged = set()
    for operation_id, _, path, operation in READS:
        for role in sorted(set(operation["x-roles"]) & set(ROLES)):
            answer = world.sandbox.call(f"everywhere-{role}", "GET", path)
            if answer.json() != world.before[operation_id, role].json():
                break
        else:
            unchanged.add(operation_id)
    assert unchanged <= {"get_breaches", "get_flags", "get_keywords", "get_servqual", "get_ces"} | {
        "get_root_causes",
        "get_budgets",
        "get_nps",
        "get_csat",
        "get_approval_waits",
        "get_kept_rate",
        "get_journey",
        "get_api_keys",
    }


@pytest.mark.parametrize("operation_id", [each for each, (_, _, codes) in WRITES.items() if codes])
def test_nothing_is_written_beyond_ones_communities(world: World, operation_id: str) -> None:
    role, body, codes = WRITES[operation_id]
    [(_, method, path, _)] = [each for each in OPERATIONS if each[0] == operation_id]
    path = path.replace("{key_id}", "0190d000-0000-7000-8000-0000000000f9")
    answer = world.near(role, method, path, json=body or None)
    assert answer.json()["code"] in codes, answer.text


def test_previews_are_of_ones_communities(world: World) -> None:
    assert dict(world.preview()) == world.previews
    assert {status for status, _ in world.previews.values()} == {200}


@pytest.mark.parametrize("kind", ["staff", "households"])
def test_nobody_is_given_more_communities_than_one_has(world: World, kind: str) -> None:
    path = f"/v1/{kind}/new-one"
    body: dict[str, Any] = {"name": "新人"} if kind == "staff" else {}
    for communities in ([], [FAR], [NEAR, FAR]):
        answer = world.near("manager", "PUT", path, json=body | {"communities": communities})
        assert answer.json().get("code") == "beyond_your_communities", answer.text
    put = world.near("manager", "PUT", path, json=body | {"communities": [NEAR]})
    assert put.status_code == 200, put.text
    # Who works everywhere is seen, and kept by those of the whole company.
    everywhere = world.near("manager", "GET", "/v1/staff/everywhere-csr")
    assert everywhere.status_code == 200
    put = world.near("manager", "PUT", "/v1/staff/everywhere-csr", json={"name": "小林"})
    assert put.json()["code"] == "beyond_your_communities"


def test_the_log_shows_that_something_happened_there_and_no_more(world: World) -> None:
    for role in ("manager", "auditor", "admin"):
        page = world.near(role, "GET", "/v1/events", params={"limit": 100}).json()
        items = page["items"]
        while page["next_cursor"]:
            asked = {"limit": 100, "after": page["next_cursor"]}
            page = world.near(role, "GET", "/v1/events", params=asked).json()
            items += page["items"]
        assert [each["position"] for each in items] == list(range(1, page["head"] + 1))
        told = str(items)
        marks = (*MARKS, world.ids["ticket_id"], "zhou", "far-csr")
        shown = [mark for mark in marks if mark in told]
        assert shown == []
        assert any(set(each) == {"position"} for each in items)
        for stream in (f"ticket-{world.ids['ticket_id']}", f"household-{HOUSEHOLD}"):
            asked = {"stream_id": stream, "limit": 1}
            one = world.near(role, "GET", "/v1/events", params=asked).json()
            assert (one["items"], one["next_cursor"]) == ([], None)
