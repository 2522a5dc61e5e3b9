"""Authority over HTTP: the matrix, its versions, exercising it, material costs."""

from typing import Any

import httpx

from tests.api.expecting import nothing_recorded, problem
from tests.running import Sandbox
from tests.scenarios.clocks import dispatched, history, people

MATRIX = "/v1/authorities"
FROM, TO = "2024-03-05T00:00:00+08:00", "2024-03-12T00:00:00+08:00"


def put(
    sandbox: Sandbox, role: str, *rows: dict[str, Any], who: str = "admin", **more: Any
) -> httpx.Response:
    headers = more.pop("headers", {})
    body = {"rows": list(rows)} | more
    return sandbox.call(who, "PUT", f"{MATRIX}/{role}", json=body, headers=headers)


def limits(one: Any) -> dict[str, Any]:
    return {row["kind"]: row["limit_fen"] or row["limit_days"] for row in one["rows"]}


def test_a_new_tenant_has_the_default_matrix(sandbox: Sandbox) -> None:
    sandbox.person("engineer", "laowang")
    answer = sandbox.read("laowang", MATRIX)
    assert {one["role"]: limits(one) for one in answer["items"]} == {
        "csr": {"any_benefit": 50_000, "activity_days": 3},
        "engineer": {"material": 20_000},
        "security": {"temporary_pass": None, "mediation": None},
        "supervisor": {"any_benefit": 200_000},
        "manager": {"any_benefit": 500_000},
        "admin": {"any_benefit": 5_000_000},
    }
    regional = sandbox.read("laowang", f"{MATRIX}/regional")
    assert (regional["role"], regional["version"]) == ("admin", 1)
    problem(sandbox.call("laowang", "GET", f"{MATRIX}/finance"), 404, "authority_unknown")
    sandbox.owner()
    problem(sandbox.call("zhang", "GET", MATRIX), 403, "role_not_permitted")


def test_what_is_read_can_be_put_again_and_changes_nothing(sandbox: Sandbox) -> None:
    found = sandbox.read("admin", f"{MATRIX}/csr")
    with nothing_recorded(sandbox):
        answer = put(sandbox, "csr", *found["rows"], source=found["source"])
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_a_new_version_has_its_time_and_the_old_one_is_remembered(sandbox: Sandbox) -> None:
    sandbox.person("manager", "jingli")
    gifts = {"kind": "gift", "limit_fen": 30_000}
    answer = put(sandbox, "csr", gifts, who="jingli", valid_from="2024-03-05T10:00:00+08:00")
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["version"], limits(made)) == (2, {"gift": 30_000})
    assert made["rows"][0]["per_household_30d_fen"] == 30_000, "parts count together"
    assert sandbox.read("admin", f"{MATRIX}/csr")["version"] == 1, "not yet in force"
    sandbox.at("2024-03-05T10:00:00")
    assert sandbox.read("admin", f"{MATRIX}/csr")["version"] == 2
    first = sandbox.read("admin", f"{MATRIX}/csr", version=1)
    assert limits(first)["any_benefit"] == 50_000
    gone = sandbox.call("admin", "GET", f"{MATRIX}/csr", params={"version": 3})
    problem(gone, 404, "version_not_found")
    stale = put(sandbox, "csr", headers={"If-Match": '"v0"'})
    problem(stale, 412, "version_mismatch")


def test_nobody_gives_away_what_is_not_theirs(sandbox: Sandbox) -> None:
    for role, subject in (("manager", "jingli"), ("csr", "xiaolin")):
        sandbox.person(role, subject)
    much = {"kind": "gift", "limit_fen": 500_001}
    with nothing_recorded(sandbox):
        beyond = problem(put(sandbox, "csr", much, who="jingli"), 403, "beyond_authority")
        assert "500000" in beyond["detail"]
        problem(put(sandbox, "manager", who="jingli"), 403, "authority_of_superiors")
        problem(put(sandbox, "csr", who="xiaolin"), 403, "role_not_permitted")
        problem(put(sandbox, "csr", {"kind": "gift"}), 422, "required", "/rows/0/limit_fen")
        problem(put(sandbox, "owner"), 422, "validation_failed")
        unsound = {"subject": "a", "delegated_by": "a", "valid_from": FROM, "valid_until": TO}
        problem(put(sandbox, "csr", deputies=[unsound]), 422, "deputy_of_oneself")


def test_authority_is_exercised_and_told_in_the_history(sandbox: Sandbox) -> None:
    sandbox.owner()
    for role, subject in (("csr", "xiaolin"), ("security", "laobao"), ("dispatcher", "diaodu")):
        sandbox.person(role, subject)
    ticket = sandbox.report("zhang")
    days = {"kind": "activity_days", "amount": 3, "unit": "day", "reason": "亲子活动名额已满"}
    sandbox.give("xiaolin", ticket, "exercise-authority", **days)
    again = sandbox.tries("xiaolin", ticket, "exercise-authority", **(days | {"amount": 1}))
    assert "3" in problem(again, 403, "beyond_days_of_authority")["detail"]
    sandbox.give("laobao", ticket, "exercise-authority", kind="temporary_pass", reason="搬家车辆")
    refused = sandbox.tries("diaodu", ticket, "exercise-authority", kind="mediation", reason="x")
    problem(refused, 403, "authority_not_held")
    told = [each["data"] for each in history(sandbox, ticket, "authority_exercised")]
    assert [(one["kind"], one["amount"], one["limit"], one["matrix_version"]) for one in told] == [
        ("activity_days", 3, 3, 1),
        ("temporary_pass", None, None, 1),
    ]
    deputy = {"subject": "diaodu", "delegated_by": "laobao", "valid_from": FROM, "valid_until": TO}
    assert put(sandbox, "security", {"kind": "mediation"}, deputies=[deputy]).status_code == 200
    sandbox.give("diaodu", ticket, "exercise-authority", kind="mediation", reason="邻里口角")
    [*_, last] = history(sandbox, ticket, "authority_exercised")
    assert (last["data"]["role"], last["data"]["delegated_by"]) == ("security", "laobao")


def test_the_engineers_material_goes_by_the_matrix(sandbox: Sandbox) -> None:
    people(sandbox)
    ticket = dispatched(sandbox, sandbox.report("zhang"))
    sandbox.give("laowang", ticket, "depart", eta="2024-03-05T09:30:00+08:00")
    sandbox.give("laowang", ticket, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")])
    line = {"kind": "material", "description": "软管", "amount_fen": 20_001}
    refused = sandbox.tries("laowang", ticket, "add-cost", **line)
    problem(refused, 409, "authority_exceeded")
    assert put(sandbox, "engineer", {"kind": "material", "limit_fen": 20_001}).status_code == 200
    assert sandbox.give("laowang", ticket, "add-cost", **line)["costs"]["material_fen"] == 20_001
