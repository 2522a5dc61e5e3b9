"""Policies over HTTP: new versions and the linter's findings."""

from typing import Any
from uuid import uuid4

import pytest

from app.domain.sla import policy_lint
from app.texts.catalogue import CATALOGUE
from tests.api.expecting import nothing_recorded, problem
from tests.running import Sandbox
from tests.scenarios.clocks import clock, local, people

POLICIES = "/v1/sla/policies"


def default_rows(sandbox: Sandbox) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sandbox.read("admin", f"{POLICIES}/default")["rows"]
    return rows


def with_target(
    rows: list[dict[str, Any]], service_class: str, kind: str, target: str | None
) -> list[dict[str, Any]]:
    """The same rows with one target changed."""
    changed = []
    for row in rows:
        clocks = [
            {**each, "target": target}
            if each["clock"] == kind and row["selector"]["service_class"] == service_class
            else each
            for each in row["clocks"]
        ]
        changed.append({**row, "clocks": clocks})
    return changed


def put(sandbox: Sandbox, rows: Any, policy: str = "default", **more: Any) -> Any:
    headers = more.pop("headers", {})
    who = more.pop("who", "admin")
    body = {"rows": rows} | more
    return sandbox.call(who, "PUT", f"{POLICIES}/{policy}", json=body, headers=headers)


def test_a_new_tenant_has_the_default_pack(sandbox: Sandbox) -> None:
    answer = sandbox.read("admin", POLICIES)
    default, of_compensation = answer["items"]
    assert (default["id"], default["version"]) == ("default", 1)
    assert of_compensation["id"] == "compensation"
    targets = {
        (row["selector"]["kind"], row["selector"]["service_class"], each["clock"]): each["target"]
        for row in default["rows"]
        for each in row["clocks"]
    }
    assert targets["repair", "emergency", "arrive"] == "PT30M"
    assert targets["repair", "simple", "resolve"] == "PT24H"
    assert targets["repair", "general", "arrive"] == "PT2H"
    assert targets["repair", "complex", "propose"] == "PT48H"
    assert targets["complaint", None, "propose"] == "PT8H"
    found = {(one["code"], one["clock"]) for one in answer["findings"]}
    assert ("sources_disagree", "acknowledge") in found
    assert ("tighter_than_policy", "arrive") in found
    assert all(one["message"] for one in answer["findings"])


def test_what_is_read_can_be_put_again_and_changes_nothing(sandbox: Sandbox) -> None:
    for policy in ("default", "compensation"):
        found = sandbox.read("admin", f"{POLICIES}/{policy}")
        same = {name: found[name] for name in ("quiet_hours", "source")}
        with nothing_recorded(sandbox):
            answer = put(sandbox, found["rows"], policy=policy, **same)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["version"], answer.headers["etag"]) == (1, '"v0"')


def test_a_new_version_is_for_the_clocks_that_begin_from_then_on(sandbox: Sandbox) -> None:
    people(sandbox)
    before = sandbox.report("zhang")
    rows = with_target(default_rows(sandbox), "general", "arrive", "PT4H")
    answer = put(sandbox, rows, valid_from="2024-03-05T10:00:00+08:00", who="jingli")
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["version"], made["valid_from"]) == (2, "2024-03-05T02:00:00Z")
    loose = [one for one in made["findings"] if one["code"] == "looser_than_promise"]
    assert ("arrive", "PT4H", "PT2H") in {
        (one["clock"], one["given"], one["said"]) for one in loose
    }
    assert sandbox.read("admin", f"{POLICIES}/default")["version"] == 1, "not yet in force"
    early = sandbox.report("zhang")
    assert clock(early, "arrive")["policy_version"] == 1
    sandbox.at("2024-03-05T10:00:00")
    assert sandbox.read("admin", f"{POLICIES}/default")["version"] == 2
    late = clock(sandbox.report("zhang"), "arrive")
    assert (late["policy_version"], local(late["due_at"])) == (2, "03-05 14:00:00")
    pinned = clock(sandbox.read("zhang", f"/v1/tickets/{before['id']}"), "arrive")
    assert (pinned["policy_version"], local(pinned["due_at"])) == (1, "03-05 11:00:00")
    old = sandbox.read("admin", f"{POLICIES}/default", version=1)
    assert [one["version"] for one in old["versions"]] == [1, 2]


def test_a_version_that_somebody_else_replaced_is_not_overwritten(sandbox: Sandbox) -> None:
    rows = default_rows(sandbox)
    mine = put(
        sandbox, with_target(rows, "general", "arrive", "PT1H"), headers={"If-Match": '"v0"'}
    )
    assert (mine.status_code, mine.headers["etag"]) == (200, '"v1"')
    other = with_target(rows, "general", "arrive", "PT3H")
    problem(put(sandbox, other, headers={"If-Match": '"v0"'}), 412, "version_mismatch")
    key = {"Idempotency-Key": str(uuid4())}
    put(sandbox, other, headers=key)
    again = put(sandbox, other, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    unchanged = sandbox.call("admin", "GET", POLICIES, headers={"If-None-Match": '"v2"'})
    assert unchanged.status_code == 304


DRILL: dict[str, Any] = {"selector": {"category": "drill"}}


@pytest.mark.parametrize(
    ("row", "code", "pointer"),
    [
        ({"clocks": [{"clock": "nonsense"}]}, "validation_failed", "/rows/0/clocks/0/clock"),
        (
            {"clocks": [{"clock": "arrive", "target": "P1DT2H"}]},
            "validation_failed",
            "/rows/0/clocks/0/target",
        ),
        ({"clocks": [{"clock": "arrive", "target": "PT0S"}]}, "out_of_range", None),
        ({"clocks": [{"clock": "arrive", "target": "PT"}]}, "out_of_range", None),
        (
            {"clocks": [{"clock": "arrive", "target": "PT1H", "calendar_id": "nowhere"}]},
            "calendar_unknown",
            "/rows/0/clocks/0/calendar_id",
        ),
        ({"clocks": [{"clock": "arrive"}, {"clock": "arrive"}]}, "duplicate_entry", None),
        (
            {
                "clocks": [
                    {
                        "clock": "arrive",
                        "target": "PT1H",
                        "escalations": [
                            {"level": 2, "audience": "manager"},
                            {"level": 1, "audience": "admin"},
                        ],
                    }
                ]
            },
            "steps_out_of_order",
            "/rows/0/clocks/0/escalations/1",
        ),
        (
            {
                "selector": {"kind": "repair", "service_class": "general"},
                "clocks": [{"clock": "arrive"}],
            },
            "policy_ambiguous",
            "/rows/0/selector",
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused(
    sandbox: Sandbox, row: dict[str, Any], code: str, pointer: str | None
) -> None:
    with nothing_recorded(sandbox):
        answer = put(sandbox, [DRILL | row], "drill")
        problem(answer, 422, code, pointer)


def test_who_may_change_policies(sandbox: Sandbox) -> None:
    people(sandbox)
    for who in ("csr", "zhuguan", "zhang", "laowang"):
        assert put(sandbox, [], "vip", who=who).status_code == 403
        migrate = sandbox.call(who, "POST", "/v1/sla/migrate", json={"policy_id": "default"})
        assert migrate.status_code == 403
    assert sandbox.call("csr", "GET", f"{POLICIES}/vip").status_code == 404
    answer = sandbox.call("admin", "POST", "/v1/sla/migrate", json={"policy_id": "vip"})
    problem(answer, 422, "policy_unknown", "/policy_id")


def test_everything_that_the_linter_finds_has_a_text() -> None:
    codes = {
        value for name, value in vars(policy_lint).items() if name.isupper() and is_code(value)
    }
    assert {"looser_than_promise", "tighter_than_policy", "internal_reason_pauses"} <= codes
    assert codes <= set(CATALOGUE)


def is_code(value: object) -> bool:
    return isinstance(value, str) and "_" in value
