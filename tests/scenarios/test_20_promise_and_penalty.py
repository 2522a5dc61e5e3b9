"""Scenario 20, the promise: five days, ¥500 per started day of delay, ¥5,000 at most."""

from typing import Any

import pytest

from tests.api.expecting import problem
from tests.running import Sandbox
from tests.scenarios.clocks import breaches, clock, dispatched, history, local, people

FIVE_DAYS = {"days": 5, "count_rule": "civil_code_201_203"}
PENALTY = {
    "amount_fen": 50_000,
    "per": "started_day",
    "cap_fen": 500_000,
    "benefit": "fee_credit",
}
OF_PROMISES = ("promise_made", "promise_kept", "promise_broken", "promise_settled")


@pytest.fixture
def pipe(sandbox: Sandbox) -> tuple[Sandbox, Any, Any]:
    """张阿姨's main pipe: reported in the evening, inspected and promised on 03-07 at 11:00."""
    people(sandbox)
    sandbox.person("finance", "finance")
    sandbox.at("2024-03-05T20:14:00")
    ticket = sandbox.report("csr", **_of_zhang())
    dispatched(sandbox, ticket)
    sandbox.give("laowang", ticket, "depart", eta="2024-03-05T20:40:00+08:00")
    sandbox.give("laowang", ticket, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")])
    sandbox.at("2024-03-07T11:00:00")
    plan = {"plan": "主管道老化，整段更换", "material_fen": 0, "chargeable": False}
    sandbox.give("laowang", ticket, "propose-solution", **plan)
    answer = sandbox.tries(
        "jingli", ticket, "promises", kind="completion", due=FIVE_DAYS, penalty=PENALTY
    )
    assert answer.status_code == 201, answer.text
    promise = answer.json()
    assert answer.headers["Location"] == f"/v1/promises/{promise['id']}"
    return sandbox, ticket, promise


def _of_zhang() -> dict[str, Any]:
    return {
        "service_class": "complex",
        "channel": "wechat_group",
        "household_id": "h-3-1201",
        "reporter": {"name": "张阿姨", "phone": "13900000001"},
    }


def seen(sandbox: Sandbox, promise: Any, who: str = "csr") -> Any:
    return sandbox.read(who, f"/v1/promises/{promise['id']}")


def whole(sandbox: Sandbox, stream_id: str, types: str) -> list[Any]:
    page = sandbox.read("admin", "/v1/events", stream_id=stream_id, types=types)
    events: list[Any] = page["items"]
    return events


def tell(sandbox: Sandbox, ticket: Any, *days: int) -> None:
    for day in days:
        sandbox.at(f"2024-03-{day:02}T15:00:00")
        sandbox.give("laowang", ticket, "update-progress", text="今天的施工视频")


def complete(sandbox: Sandbox, ticket: Any, at: str) -> Any:
    for check in ticket["checklist"]:
        sandbox.give("laowang", ticket, "check-item", item=check["item"])
    after = sandbox.photo("laowang", "after")
    sandbox.at(at)
    return sandbox.give("laowang", ticket, "complete-work", photo_ids=[after], summary="已更换")


def test_the_promise_is_due_when_the_fifth_day_is_over(pipe: tuple[Sandbox, Any, Any]) -> None:
    sandbox, ticket, promise = pipe
    assert promise["due_at"] == "2024-03-12T16:00:00Z"
    assert (promise["state"], promise["source"], promise["penalty"]) == ("made", "agent", PENALTY)
    assert (promise["accrued_fen"], promise["warnings"]) == (0, [])
    [shown] = sandbox.read("zhang", f"/v1/tickets/{ticket['id']}")["promises"]
    assert shown == seen(sandbox, promise, "zhang")
    [made] = history(sandbox, ticket, "promise_made")
    assert made["data"]["authority"] == {
        "role": "manager",
        "limit_fen": 500_000,
        "exposure_fen": 500_000,
        "matrix_version": 1,
    }
    sandbox.person("supervisor", "sun")
    sandbox.give("sun", ticket, "hold", reason="fund_approval")
    sandbox.at("2024-03-09T11:00:00")
    sandbox.give("dispatcher", ticket, "release")
    assert seen(sandbox, promise)["due_at"] == promise["due_at"]


def test_variant_a_work_done_in_time_keeps_the_promise(pipe: tuple[Sandbox, Any, Any]) -> None:
    sandbox, ticket, promise = pipe
    tell(sandbox, ticket, 8, 9, 10, 11, 12)
    done = complete(sandbox, ticket, "2024-03-12T16:30:00")
    [kept] = done["promises"]
    assert (kept["state"], kept["accrued_fen"], kept["days_late"]) == ("kept", 0, 0)
    assert local(kept["done_at"]) == "03-12 16:30:00"
    sandbox.at("2024-03-12T17:00:00")
    sandbox.give("jingli", ticket, "verify")
    sandbox.give("zhang", ticket, "sign-completion")
    sandbox.at("2024-03-20T09:00:00")
    assert seen(sandbox, promise)["state"] == "kept"
    assert [each["type"] for each in history(sandbox, ticket, *OF_PROMISES)] == [
        "promise_made",
        "promise_kept",
    ]
    assert breaches(sandbox, ticket_id=ticket["id"], clock="update") == []
    assert sandbox.read("csr", "/v1/promises", state="kept")["items"] == [seen(sandbox, promise)]


def test_variant_b_two_started_days_cost_a_thousand(pipe: tuple[Sandbox, Any, Any]) -> None:
    sandbox, ticket, promise = pipe
    for at, state, accrued in [
        ("2024-03-13T00:00:00", "made", 0),
        ("2024-03-13T00:00:01", "broken", 50_000),
        ("2024-03-14T00:00:00", "broken", 50_000),
        ("2024-03-14T00:00:01", "broken", 100_000),
    ]:
        sandbox.at(at)
        now = seen(sandbox, promise)
        assert (at, now["state"], now["accrued_fen"]) == (at, state, accrued)
        listed = sandbox.read("csr", "/v1/promises", state=state, ticket_id=ticket["id"])
        assert listed["items"] == [now]
    done = complete(sandbox, ticket, "2024-03-14T10:00:00")
    [settled] = done["promises"]
    assert (settled["state"], settled["accrued_fen"], settled["days_late"]) == (
        "broken",
        100_000,
        2,
    )
    sandbox.at("2024-03-30T10:00:00")
    assert seen(sandbox, promise) == settled
    [_, broken, final] = history(sandbox, ticket, *OF_PROMISES)
    assert (broken["type"], broken["occurred_at"]) == ("promise_broken", "2024-03-12T16:00:00Z")
    assert final["type"] == "promise_settled"
    assert (final["data"]["amount_fen"], final["data"]["capped_fen"]) == (100_000, 100_000)


def test_variant_b_the_penalty_is_credited_once(pipe: tuple[Sandbox, Any, Any]) -> None:
    sandbox, ticket, _ = pipe
    complete(sandbox, ticket, "2024-03-14T10:00:00")
    sandbox.at("2024-03-30T10:00:00")
    [credit] = sandbox.read("finance", "/v1/compensations", ticket_id=ticket["id"])["items"]
    assert (credit["benefit"], credit["amount_fen"], credit["days"]) == ("fee_credit", 100_000, 2)
    assert (credit["state"], credit["rule"]["id"]) == ("granted", "R-DELAY-DAY")
    assert local(credit["granted_at"]) == "03-14 10:00:00"
    stream = f"compensation-{credit['id']}"
    accrued = whole(sandbox, stream, "compensation_accrued")
    assert [(local(each["occurred_at"]), each["data"]["total_fen"]) for each in accrued] == [
        ("03-13 00:00:00", 50_000),
        ("03-14 00:00:00", 100_000),
    ]
    [exported] = sandbox.read("finance", "/v1/fee-credits")["items"]
    assert (exported["compensation_id"], exported["amount_fen"]) == (credit["id"], 100_000)


def test_days_excused_after_the_break_are_not_paid_for(pipe: tuple[Sandbox, Any, Any]) -> None:
    """One of three days is excused: broken again a day later, and two days are owed."""
    sandbox, ticket, promise = pipe
    sandbox.at("2024-03-14T10:00:00")
    excuse = {"reason": "owner_absent", "from": "2024-03-09", "to": "2024-03-09"}
    path = f"/v1/promises/{promise['id']}/excuse"
    excused = sandbox.call("csr", "POST", path, json=excuse).json()
    assert (excused["state"], excused["accrued_fen"]) == ("broken", 50_000)
    complete(sandbox, ticket, "2024-03-15T10:00:00")
    sandbox.at("2024-03-30T10:00:00")
    [credit] = sandbox.read("finance", "/v1/compensations", ticket_id=ticket["id"])["items"]
    assert (credit["state"], credit["amount_fen"], credit["days"]) == ("granted", 100_000, 2)


def test_a_day_without_an_update_breaches_that_alone(pipe: tuple[Sandbox, Any, Any]) -> None:
    sandbox, ticket, promise = pipe
    tell(sandbox, ticket, 8, 9, 11, 12)
    complete(sandbox, ticket, "2024-03-12T16:30:00")
    [breach] = breaches(sandbox, ticket_id=ticket["id"])
    assert (breach["clock"], local(breach["occurred_at"])) == ("update", "03-11 00:00:00")
    assert seen(sandbox, promise)["state"] == "kept"


def test_the_date_moves_with_consent_and_by_excused_days(pipe: tuple[Sandbox, Any, Any]) -> None:
    sandbox, _, promise = pipe
    path = f"/v1/promises/{promise['id']}"
    excuse = {"reason": "owner_absent", "from": "2024-03-09", "to": "2024-03-10"}
    excused = sandbox.call("csr", "POST", f"{path}/excuse", json=excuse).json()
    assert (excused["state"], local(excused["due_at"])) == ("excused", "03-15 00:00:00")
    nobody = sandbox.call("csr", "POST", f"{path}/revise", json={"due": FIVE_DAYS})
    problem(nobody, 422, "validation_failed", "/consent_by")
    consent = {"due": {"at": "2024-03-18T18:00:00+08:00"}, "consent_by": "张阿姨，电话"}
    revised = sandbox.call("csr", "POST", f"{path}/revise", json=consent).json()
    assert (revised["state"], local(revised["due_at"])) == ("made", "03-18 18:00:00")
    assert local(revised["revised_from"]) == "03-15 00:00:00"
    sandbox.at("2024-03-18T18:00:01")
    late = sandbox.call("csr", "POST", f"{path}/revise", json=consent)
    problem(late, 409, "promise_is_broken")
    withdrawn = sandbox.call("jingli", "POST", f"{path}/withdraw", json={"reason": "算了"})
    problem(withdrawn, 409, "promise_is_broken")


def test_who_may_not_see_the_ticket_finds_no_promise(pipe: tuple[Sandbox, Any, Any]) -> None:
    sandbox, ticket, promise = pipe
    sandbox.owner("li", "h-2-0301")
    sandbox.person("engineer", "laochen")
    path = f"/v1/promises/{promise['id']}"
    for stranger in ("li", "laochen"):
        problem(sandbox.call(stranger, "GET", path), 404, "promise_not_found")
        problem(sandbox.call(stranger, "POST", f"{path}/keep"), 404, "promise_not_found")
        assert sandbox.read(stranger, "/v1/promises")["items"] == []
    problem(
        sandbox.call("li", "POST", f"{path}/withdraw", json={"reason": "算了"}),
        403,
        "role_not_permitted",
    )
    nowhere = "/v1/promises/0190d000-0000-7000-8000-0000000000aa"
    problem(sandbox.call("csr", "GET", nowhere), 404, "promise_not_found")
    problem(sandbox.call("csr", "POST", f"{nowhere}/keep"), 404, "promise_not_found")
    assert clock(sandbox.read("csr", f"/v1/tickets/{ticket['id']}"), "update")


def test_a_penalty_is_within_the_authority_of_who_promises(sandbox: Sandbox) -> None:
    people(sandbox)
    ticket = sandbox.report("csr", **_of_zhang())
    said = {"kind": "completion", "due": FIVE_DAYS, "penalty": PENALTY}
    refused = problem(sandbox.tries("csr", ticket, "promises", **said), 403, "beyond_authority")
    assert refused["details"]["limit_fen"] == 50_000
    headers = {"Idempotency-Key": "promise-1"}
    path = f"/v1/tickets/{ticket['id']}/promises"
    first = sandbox.call("jingli", "POST", path, json=said, headers=headers)
    again = sandbox.call("jingli", "POST", path, json=said, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_promise_that_is_tighter_than_the_policy_warns(sandbox: Sandbox) -> None:
    """S003 “15分钟内到您家”, where the policy leaves two hours."""
    people(sandbox)
    ticket = sandbox.report("zhang")
    promise = sandbox.tries(
        "csr", ticket, "promises", kind="arrival", due={"duration": "PT15M"}
    ).json()
    assert local(promise["due_at"]) == "03-05 09:15:00"
    assert promise["warnings"] == [
        {
            "code": "tighter_than_policy",
            "clock": "arrive",
            "due_at": clock(ticket, "arrive")["due_at"],
        }
    ]
    kept = sandbox.call("csr", "POST", f"/v1/promises/{promise['id']}/keep")
    assert (kept.status_code, kept.json()["state"]) == (200, "kept")


def test_a_suggestion_is_carried_out_within_two_weeks(sandbox: Sandbox) -> None:
    """2024-05-12 老年健身器材: the last day is a Sunday, which only the Civil Code rolls on."""
    people(sandbox)
    sandbox.at("2024-05-12T10:00:00")
    ticket = sandbox.report("zhang", kind="suggestion", description="请添置老年健身器材")
    [promise] = ticket["promises"]
    assert (promise["kind"], promise["source"]) == ("suggestion", "policy")
    assert promise["due_at"] == "2024-05-26T16:00:00Z"
    two_weeks = {"days": 14, "count_rule": "civil_code_201_203"}
    said = sandbox.tries("csr", ticket, "promises", kind="suggestion", due=two_weeks).json()
    assert said["due_at"] == "2024-05-27T16:00:00Z"
    sandbox.give("csr", ticket, "acknowledge")
    sandbox.give("csr", ticket, "accept")
    sandbox.at("2024-05-20T10:00:00")
    body = {"summary": "张阿姨健身角", "photo_ids": []}
    done = sandbox.give("csr", ticket, "complete-work", **body)
    assert [each["state"] for each in done["promises"]] == ["kept", "kept"]
    assert sandbox.read("zhang", f"/v1/promises/{promise['id']}")["state"] == "kept"
