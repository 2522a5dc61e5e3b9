"""Those who left act no longer, over HTTP: records, sessions, revocations, suspension, lists."""

from typing import Any

import httpx
import pytest

from tests.api.expecting import problem
from tests.running import ADMIN_KEY, Sandbox, new_key

OPERATOR = {"Authorization": f"Bearer {ADMIN_KEY}"}
LI: dict[str, Any] = {"name": "李", "roles": ["csr"], "communities": []}


def put_staff(sandbox: Sandbox, subject: str, **changes: Any) -> None:
    answer = sandbox.call("admin", "PUT", f"/v1/staff/{subject}", json=LI | changes)
    assert answer.status_code == 200, answer.text


def attempt(sandbox: Sandbox, who: str) -> httpx.Response:
    return sandbox.call(who, "GET", "/v1/tickets")


def works(sandbox: Sandbox, who: str) -> bool:
    return attempt(sandbox, who).status_code == 200


def refused(answer: httpx.Response, code: str, status: int = 401) -> None:
    problem(answer, status, code)
    assert ("www-authenticate" in answer.headers) is (status == 401)


def session(sandbox: Sandbox, subject: str, **more: Any) -> str:
    """Opens one, keeps its access token under the subject and returns the refresh token."""
    body = {"role": "csr", "subject": subject, "refresh": True} | more
    made = sandbox.call("admin", "POST", "/v1/sandbox/tokens", json=body).json()
    sandbox.tokens[subject] = made["token"]
    refresh: str = made["refresh_token"]
    return refresh


def refresh(sandbox: Sandbox, token: str) -> httpx.Response:
    return sandbox.client.post("/v1/auth/refresh", json={"refresh_token": token})


def test_what_was_shown_in_the_wrong_place_is_no_wrong_credential(sandbox: Sandbox) -> None:
    given = session(sandbox, "li")
    bearer = {"Authorization": f"Bearer {given}"}
    refused(sandbox.client.get("/v1/tickets", headers=bearer), "token_malformed")
    assert refresh(sandbox, given).status_code == 200
    body = {"name": "fees", "scopes": ["tickets:read"]}
    key = sandbox.call("admin", "POST", "/v1/api-keys", json=body).json()["key"]
    refused(refresh(sandbox, key), "refresh_token_invalid")
    bearer = {"Authorization": f"Bearer {key}"}
    assert sandbox.client.get("/v1/tickets", headers=bearer).status_code == 200


def test_a_staff_record_decides_at_once(sandbox: Sandbox) -> None:
    sandbox.person("csr", "li")
    assert works(sandbox, "li")
    for changes, code in (
        ({"active": False}, "staff_inactive"),
        ({"roles": ["dispatcher"]}, "role_withdrawn"),
    ):
        put_staff(sandbox, "li", **changes)
        refused(attempt(sandbox, "li"), code)
        refused(sandbox.call("li", "POST", "/v1/tickets", json={}), code)
        put_staff(sandbox, "li")
        assert works(sandbox, "li")


def test_communities_of_the_record_limit_the_token(sandbox: Sandbox) -> None:
    sandbox.owner()
    sandbox.person("csr", "li")
    ticket = sandbox.report("zhang")
    path = f"/v1/tickets/{ticket['id']}"
    assert sandbox.call("li", "GET", path).status_code == 200
    put_staff(sandbox, "li", communities=["lanting"])
    problem(sandbox.call("li", "GET", path), 404, "ticket_not_found")
    sandbox.tokens["li"] = sandbox.tokens[sandbox.person("csr", "li", communities=["jinxiu"])]
    refused(attempt(sandbox, "li"), "communities_withdrawn")


def test_an_owner_who_moved_out_is_refused(sandbox: Sandbox) -> None:
    sandbox.owner()
    sandbox.owner("wang")
    for members in ([{"subject": "wang", "name": "王"}], []):
        body = {"members": members}
        sandbox.call("admin", "PUT", "/v1/households/h-3-1201", json=body)
        refused(attempt(sandbox, "zhang"), "not_a_member")
        assert works(sandbox, "wang") is bool(members)


def test_a_key_is_revoked_and_listed(sandbox: Sandbox) -> None:
    keys = []
    for name in ("ERP", "门禁", "BI"):
        body = {"name": name, "scopes": ["tickets:read"]}
        keys.append(sandbox.call("admin", "POST", "/v1/api-keys", json=body).json())
        sandbox.tokens[name] = keys[-1]["key"]
    assert works(sandbox, "门禁")
    sandbox.call("admin", "POST", f"/v1/api-keys/{keys[1]['id']}/revoke")
    refused(attempt(sandbox, "门禁"), "api_key_invalid")
    assert works(sandbox, "ERP")
    listed: list[Any] = []
    cursor = None
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = sandbox.read("admin", "/v1/api-keys", limit=2, **more)
        listed += page["items"]
        if not (cursor := page["next_cursor"]):
            break
    assert [(each["name"], each["revoked"]) for each in listed] == [
        ("ERP", False),
        ("门禁", True),
        ("BI", False),
    ]
    assert {each["created_at"] for each in listed} == {"2024-03-05T01:00:00Z"}
    assert {each["role"] for each in listed} == {"integration"}
    assert not any("sk_" in str(each) or "secret" in str(each) for each in listed)
    sandbox.person("manager", "mei")
    problem(sandbox.call("mei", "GET", "/v1/api-keys"), 403, "role_not_permitted")


def test_a_session_is_refreshed_and_survives_a_lost_answer(sandbox: Sandbox) -> None:
    first = session(sandbox, "li", name="李")
    lost = refresh(sandbox, first)
    assert lost.status_code == 200, lost.text
    again = refresh(sandbox, first).json()
    assert again["refresh_token"] == lost.json()["refresh_token"] != first
    assert (again["expires_in"], again["refresh_expires_in"]) == (3600, 30 * 24 * 3600)
    sandbox.tokens["li"] = again["token"]
    assert works(sandbox, "li")
    third = refresh(sandbox, again["refresh_token"]).json()["refresh_token"]
    refused(refresh(sandbox, first), "refresh_token_reused")
    refused(refresh(sandbox, third), "session_ended")
    refused(attempt(sandbox, "li"), "session_ended")
    log = sandbox.read("admin", "/v1/events", types="session_opened,session_refreshed")["items"]
    assert [each["type"] for each in log] == ["session_opened", *["session_refreshed"] * 2]
    assert not any(token.removeprefix("rt_") in str(log) for token in (first, third))


def test_nonsense_is_no_refresh_token(sandbox: Sandbox) -> None:
    for token in ("rt_x", sandbox.tokens["admin"][:200], "rt_" + "A" * 92):
        refused(refresh(sandbox, token), "refresh_token_invalid")


def test_signing_out_ends_the_session_alone(sandbox: Sandbox) -> None:
    token = session(sandbox, "li")
    sandbox.tokens["li-too"] = sandbox.tokens["li"]
    session(sandbox, "li")
    answer = sandbox.call("li-too", "POST", "/v1/auth/revoke", json={})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["subject"], answer.json()["issued_until"]) == ("li", None)
    refused(attempt(sandbox, "li-too"), "session_ended")
    refused(refresh(sandbox, token), "session_ended")
    assert works(sandbox, "li")
    sandbox.person("csr", "lin")  # a token without a session
    problem(sandbox.call("lin", "POST", "/v1/auth/revoke", json={}), 409, "no_session")


@pytest.mark.parametrize("by", ["admin", "mei", "li"])
def test_a_revocation_ends_every_token_and_session_of_the_subject(
    sandbox: Sandbox, by: str
) -> None:
    """In a sandbox, whose time stands still in 2024 while tokens have real times."""
    sandbox.person("manager", "mei")
    token = session(sandbox, "li")
    sandbox.tokens["short"] = sandbox.tokens["li"]
    sandbox.person("csr", "li")
    body = {"subject": "li", "reason": "手机丢失"}
    key = {"Idempotency-Key": new_key()}
    answer = sandbox.call(by, "POST", "/v1/auth/revoke", json=body, headers=key)
    assert answer.status_code == 200, answer.text
    for who in ("short", "li"):
        refused(attempt(sandbox, who), "access_revoked")
    refused(refresh(sandbox, token), "access_revoked")
    assert works(sandbox, "mei")
    sandbox.at("2024-03-06T09:00:00")
    refused(attempt(sandbox, "li"), "access_revoked")
    sandbox.person("csr", "li")  # they may log in again
    assert works(sandbox, "li")
    if by != "li":
        again = sandbox.call(by, "POST", "/v1/auth/revoke", json=body, headers=key)
        assert again.headers["idempotency-replayed"] == "true"
        assert works(sandbox, "li"), "a repeat of the request revokes nothing new"


def test_who_may_not_revoke(sandbox: Sandbox) -> None:
    for role in ("manager", "csr", "auditor"):
        sandbox.person(role, role)
    sandbox.person("admin", "boss")
    for who in ("csr", "auditor"):
        answer = sandbox.call(who, "POST", "/v1/auth/revoke", json={"subject": "boss"})
        problem(answer, 403, "role_not_permitted")
    sandbox.call("manager", "POST", "/v1/auth/revoke", json={"subject": "boss"})
    assert works(sandbox, "boss")
    body = {"name": "王", "roles": []}
    problem(sandbox.call("manager", "PUT", "/v1/staff/boss", json=body), 403, "role_not_permitted")
    # the first administrator has no record: one that a manager makes binds no administrator
    answer = sandbox.call("manager", "PUT", "/v1/staff/admin", json=body | {"active": False})
    assert answer.status_code == 200, answer.text
    assert works(sandbox, "admin")


def test_a_suspended_tenant_is_refused_and_comes_back(sandbox: Sandbox) -> None:
    sandbox.owner()
    refresh_token = session(sandbox, "li")
    body = {"name": "ERP", "scopes": ["tickets:read"]}
    key = sandbox.call("admin", "POST", "/v1/api-keys", json=body).json()["key"]
    sandbox.tokens["ERP"] = key
    ticket = sandbox.report("zhang")
    everybody = ("zhang", "li", "ERP", "admin")
    path = f"/v1/tenants/{sandbox.tenant_id}"
    reason = {"reason": "合同到期"}
    for who in everybody:
        assert works(sandbox, who)
        refused_answer = sandbox.call(who, "POST", f"{path}/suspend", json=reason)
        assert refused_answer.status_code in (401, 403)
    suspended = sandbox.client.post(f"{path}/suspend", json=reason, headers=OPERATOR)
    assert suspended.json()["suspended"] == reason, suspended.text
    for who in everybody:
        refused(attempt(sandbox, who), "tenant_suspended", 403)
    refused(refresh(sandbox, refresh_token), "tenant_suspended", 403)
    assert found(sandbox)["suspended"] == reason
    resumed = sandbox.client.post(f"{path}/resume", json={"reason": "已续约"}, headers=OPERATOR)
    assert resumed.json()["suspended"] is None
    for who in everybody:
        assert works(sandbox, who)
    assert sandbox.read("zhang", f"/v1/tickets/{ticket['id']}")["version"] == ticket["version"]
    unknown = sandbox.client.post(f"/v1/tenants/{new_key()}/suspend", json=reason, headers=OPERATOR)
    problem(unknown, 404, "tenant_not_found")


def found(sandbox: Sandbox) -> Any:
    """The tenant in the operator's list, read by pages."""
    cursor, listed = None, []
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = sandbox.client.get("/v1/tenants", params=params, headers=OPERATOR)
        assert answer.status_code == 200, answer.text
        listed += answer.json()["items"]
        if not (cursor := answer.json()["next_cursor"]):
            break
    ids = [each["tenant_id"] for each in listed]
    assert ids == sorted(set(ids))
    (entry,) = [each for each in listed if each["tenant_id"] == sandbox.tenant_id]
    assert (entry["name"], entry["sandbox"]) == ("锦绣物业", True)
    return entry
