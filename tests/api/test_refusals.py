"""Every route refuses the token of another tenant, a role without permission, and no token."""

import re
from typing import Any

import httpx
import pytest

from tests.api.bodies import GOOD_BODIES
from tests.running import ADMIN_KEY, Sandbox

OPEN = {"/healthz", "/readyz", "/metrics", "/v1/surveys/answers/{token}", "/v1/auth/refresh"}
# What is made beside a ticket, not done to it.
BESIDE = {"promises", "compensations", "experience"}
ROLES = (
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
    "owner",
)
# docs/domain.md §6.1, column "Who", told once more: O owner, C csr, D dispatcher, E engineer,
# S supervisor, M manager, F finance, G security, I integration.
LETTERS = {
    "O": "owner",
    "C": "csr",
    "D": "dispatcher",
    "E": "engineer",
    "S": "supervisor",
    "M": "manager",
    "F": "finance",
    "G": "security",
    "I": "integration",
}
WHO = {
    "acknowledge": "CDSM",
    "reject": "CSM",
    "reclassify": "CDSM",
    "cancel": "OSM",
    "open-to-pool": "DSM",
    "assign": "DSM",
    "claim": "E",
    "accept": "ECSM",  # and C, S, M a suggestion
    "decline": "ECSM",  # so too
    "transfer": "EDSM",
    "depart": "E",
    "arrive": "E",
    "record-no-access": "E",
    "propose-solution": "E",
    "accept-solution": "OSM",
    "decline-solution": "OSM",
    "hold": "ECDSM",  # C a complaint
    "release": "ECDSM",  # so too
    "declare-delay": "ECDSM",
    "update-progress": "E",
    "add-cost": "E",
    "check-item": "E",
    "complete-work": "ECSM",  # so too
    "verify": "SM",
    "sign-completion": "O",
    "dispute": "O",
    "settle-bill": "CSMF",
    "waive-bill": "SM",
    "close": "CSM",
    "reopen": "OCSM",
    "merge": "CDSM",
    "link": "CDSM",
    "hand-over": "ECDSMFG",
    "accept-hand-over": "ECDSMFG",
    "urge": "O",
    "comment": "OECDSMFG",
    "escalate": "ECDSMFG",
    "exclusions": "SM",
    "exercise-authority": "ECDSMFG",
    "waive-breach": "M",
    "attempt": "CDSMG",
    "complete-follow-up": "CDSMG",
    "mark-unreachable": "CDSMG",
    "reschedule": "CDSMG",
    "investigate": "CDSM",
    "propose-answer": "CDSM",
    "remedy": "CDSM",
    "respond": "CDSM",
    "satisfy": "OCSM",
    "withdraw": "O",
    "support": "OCDSM",
}


@pytest.fixture
def peopled(sandbox: Sandbox) -> Sandbox:
    for role in ROLES:
        if role == "owner":
            sandbox.owner("owner")
        elif role != "admin":
            sandbox.person(role, role)
    return sandbox


def operations(client: httpx.Client) -> list[tuple[str, str]]:
    contract = client.get("/openapi.json").json()
    return [
        (method.upper(), path)
        for path, methods in contract["paths"].items()
        for method in methods
        if path not in OPEN
    ]


def filled(path: str, **ids: str) -> str:
    return re.sub(r"{(\w+)}", lambda named: ids.get(named[1], "unknown"), path)


def test_the_table_of_bodies_and_roles_has_every_command(client: httpx.Client) -> None:
    commands = {
        path.rsplit("/", 1)[1]
        for method, path in operations(client)
        if method == "POST" and path.startswith("/v1/tickets/{ticket_id}/")
    }
    assert commands - BESIDE == set(GOOD_BODIES) == set(WHO)


def test_without_a_token_every_route_is_401(client: httpx.Client) -> None:
    asked = operations(client)
    assert len(asked) > 50
    for method, path in asked:
        url = filled(path, ticket_id="0" * 8 + "-0000-0000-0000-" + "0" * 12)
        for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic eA=="}):
            answer = client.request(method, url, headers=headers)
            assert answer.status_code == 401, (method, path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert "www-authenticate" in answer.headers


def test_a_role_that_may_not_is_403_whatever_the_body(peopled: Sandbox) -> None:
    ticket = peopled.report("owner")
    for command, letters in WHO.items():
        allowed = {LETTERS[letter] for letter in letters}
        for role in set(ROLES) - allowed:
            answer = peopled.tries(role, ticket, command, nonsense=True)
            assert answer.status_code == 403, (command, role, answer.text)
            assert answer.json()["code"] == "role_not_permitted"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/staff/x", {"admin", "manager"}),
        ("PUT", "/v1/checklists/leak", {"admin", "manager"}),
        ("PUT", "/v1/categories/leak", {"admin", "manager"}),
        ("POST", "/v1/api-keys", {"admin"}),
        ("GET", "/v1/events", {"auditor", "admin", "manager", "integration"}),
        ("POST", "/v1/sandbox/tokens", {"admin"}),
        ("POST", "/v1/sandbox/clock", {"admin"}),
        ("POST", "/v1/tenants", set()),
        ("POST", "/v1/tickets", {LETTERS[letter] for letter in "OCDESMI"}),
    ],
)
def test_settings_are_for_who_keeps_them(
    peopled: Sandbox, method: str, path: str, allowed: set[str]
) -> None:
    for role in ROLES:
        answer = peopled.call(role, method, path, json={} if method != "GET" else None)
        refused = answer.status_code == 403
        assert refused == (role not in allowed), (role, answer.text)


def test_another_tenants_tokens_find_nothing(client: httpx.Client, peopled: Sandbox) -> None:
    ticket = peopled.report("owner")
    photo = peopled.photo("owner", "report")
    key = peopled.call(
        "admin", "POST", "/v1/api-keys", json={"name": "k", "scopes": ["tickets:read"]}
    )
    other = Sandbox.open(client)
    for role in ROLES:
        if role == "owner":
            other.owner("owner")
        elif role != "admin":
            other.person(role, role)
    for command, letters in WHO.items():
        who = LETTERS[letters[0]]
        answer = other.tries(who, ticket, command, **GOOD_BODIES[command])
        assert answer.status_code == 404, (command, who, answer.text)
    reads = (
        f"/v1/tickets/{ticket['id']}",
        f"/v1/tickets/{ticket['id']}/events",
        f"/v1/tickets/{ticket['id']}/diff?from=1&to=2",
        f"/v1/attachments/{photo}",
    )
    for role in set(ROLES) - {"integration"}:
        for path in reads:
            assert other.call(role, "GET", path).status_code == 404, (role, path)
    assert other.call("admin", "GET", f"/v1/api-keys/{key.json()['id']}").status_code == 404
    assert other.call("admin", "POST", f"/v1/api-keys/{key.json()['id']}/revoke").status_code == 404
    mine = other.report("owner")
    for command, body in (("merge", {"into": ticket["id"]}), ("link", {"ticket_id": ticket["id"]})):
        answer = other.tries("csr", mine, command, **GOOD_BODIES[command] | body)
        assert answer.status_code in (404, 422), (command, answer.text)
    stolen = other.call("owner", "POST", "/v1/tickets", json=_report(photo_ids=[photo]))
    assert (stolen.status_code, stolen.json()["code"]) == (422, "unknown_photo")
    assert other.read("auditor", f"/v1/events?stream_id={ticket['id']}")["items"] == []


def _report(**more: Any) -> dict[str, Any]:
    return {"category": "leak", "description": "漏水", "location": {"community": "c"}} | more


def test_owners_see_their_own_household_and_engineers_what_concerns_them(
    sandbox: Sandbox,
) -> None:
    sandbox.owner("zhang", "h-1")
    sandbox.owner("li", "h-2")
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    sandbox.person("engineer", "laowang")
    sandbox.person("engineer", "laoli")
    sandbox.person("csr", "far", communities=["elsewhere"])
    ticket = sandbox.report("zhang")
    path = f"/v1/tickets/{ticket['id']}"
    photo = sandbox.photo("zhang", "report")
    assert sandbox.call("li", "GET", path).status_code == 404
    assert sandbox.call("far", "GET", path).status_code == 404
    assert sandbox.call("laowang", "GET", path).status_code == 404
    assert sandbox.tries("li", ticket, "urge").status_code == 404
    assert sandbox.call("li", "GET", f"/v1/attachments/{photo}").status_code == 404
    assert sandbox.call("zhang", "GET", f"/v1/attachments/{photo}").status_code == 200
    refused = sandbox.call("li", "POST", "/v1/tickets", json=_report(household_id="h-1"))
    assert refused.status_code == 403
    sandbox.give("csr", ticket, "acknowledge")
    sandbox.give("dispatcher", ticket, "open-to-pool")
    assert sandbox.call("laoli", "GET", path).status_code == 200
    sandbox.give("laowang", ticket, "claim")
    assert sandbox.call("laowang", "GET", path).status_code == 200
    assert sandbox.call("laoli", "GET", path).status_code == 404


def test_owners_do_not_read_what_staff_say_among_themselves(sandbox: Sandbox) -> None:
    sandbox.owner()
    sandbox.person("csr", "csr")
    ticket = sandbox.report("zhang")
    sandbox.give("csr", ticket, "comment", text="业主情绪激动", visibility="internal")
    sandbox.give("csr", ticket, "acknowledge", note="内部备注")
    sandbox.give("csr", ticket, "comment", text="马上安排")
    path = f"/v1/tickets/{ticket['id']}"
    for shown in (
        sandbox.read("zhang", f"{path}/events"),
        sandbox.read("zhang", f"{path}/diff", **{"from": 1, "to": 9}),
    ):
        assert "业主情绪激动" not in str(shown)
        assert "内部备注" not in str(shown)
    assert "马上安排" in str(sandbox.read("zhang", f"{path}/events"))
    assert "业主情绪激动" in str(sandbox.read("csr", f"{path}/events"))


def test_the_operators_key_opens_tenants_and_nothing_else(client: httpx.Client) -> None:
    key = {"Authorization": f"Bearer {ADMIN_KEY}"}
    assert client.get("/v1/events", headers=key).status_code == 401
    wrong = client.post("/v1/tenants", json={"name": "x"}, headers={"Authorization": "Bearer no"})
    assert wrong.status_code == 401


def test_what_a_sandbox_has_real_tenants_have_not(client: httpx.Client) -> None:
    key = {"Authorization": f"Bearer {ADMIN_KEY}"}
    made = client.post("/v1/tenants", json={"name": "真实物业"}, headers=key).json()
    admin = {"Authorization": f"Bearer {made['admin_token']}"}
    calls = (
        ("GET", "/v1/sandbox/clock", None),
        ("POST", "/v1/sandbox/clock", {"now": "2030-01-01T00:00:00Z"}),
        ("POST", "/v1/sandbox/tokens", {"role": "csr", "subject": "x"}),
    )
    for method, path, body in calls:
        assert client.request(method, path, json=body, headers=admin).status_code == 404


def test_an_integration_does_what_its_scopes_name(sandbox: Sandbox) -> None:
    def key(*scopes: str) -> dict[str, str]:
        body = {"name": "小程序后台", "scopes": list(scopes)}
        made = sandbox.call("admin", "POST", "/v1/api-keys", json=body)
        assert made.status_code == 201, made.text
        sandbox.tokens[scopes[0]] = made.json()["key"]
        return {"id": made.json()["id"]}

    sandbox.owner()
    ticket = sandbox.report("zhang")
    reading = key("tickets:read")
    key("events:read")
    key("tickets:write")
    path = f"/v1/tickets/{ticket['id']}"
    assert sandbox.call("tickets:read", "GET", path).status_code == 200
    assert sandbox.call("events:read", "GET", path).status_code == 403
    assert sandbox.call("events:read", "GET", "/v1/events").status_code == 200
    assert sandbox.call("tickets:read", "GET", "/v1/events").status_code == 403
    assert sandbox.call("tickets:read", "POST", "/v1/tickets", json=_report()).status_code == 403
    iot = sandbox.call("tickets:write", "POST", "/v1/tickets", json=_report(channel="iot"))
    assert iot.status_code == 201, iot.text
    revoked = sandbox.call("admin", "POST", f"/v1/api-keys/{reading['id']}/revoke")
    assert revoked.json()["revoked"] is True
    assert sandbox.call("tickets:read", "GET", path).status_code == 401


def test_a_version_is_not_told_to_who_may_not_see_the_ticket(sandbox: Sandbox) -> None:
    sandbox.owner("zhang", "h-1")
    sandbox.owner("li", "h-2")
    ticket = sandbox.report("zhang")
    wrong = {"If-Match": '"v99"'}
    path = f"/v1/tickets/{ticket['id']}/urge"
    assert sandbox.call("zhang", "POST", path, headers=wrong).status_code == 412
    refused = sandbox.call("li", "POST", path, headers=wrong)
    assert (refused.status_code, "actual_version" in refused.json()) == (404, False)
    unknown = path.replace(ticket["id"], "01a1ff9b-0000-7000-8000-000000000000")
    assert sandbox.call("zhang", "POST", unknown, headers=wrong).status_code == 404


def test_an_owner_does_not_read_the_note_of_a_hold(sandbox: Sandbox) -> None:
    sandbox.owner()
    sandbox.person("dispatcher", "dispatcher")
    ticket = sandbox.report("zhang")
    sandbox.person("supervisor", "sun")
    sandbox.give("sun", ticket, "hold", reason="parts", note="供应商拖欠")
    path = f"/v1/tickets/{ticket['id']}"
    shown = sandbox.read("zhang", path)
    assert (shown["hold"]["reason"], shown["hold"]["note"]) == ("parts", None)
    assert sandbox.read("dispatcher", path)["hold"]["note"] == "供应商拖欠"
    for where in ("/v1/tickets", f"{path}/diff?from=1&to=99", f"{path}/events"):
        assert "供应商拖欠" not in str(sandbox.read("zhang", where))
