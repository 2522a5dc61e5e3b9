"""Scenario 11: delays are compensated automatically, once, up to the caps and within the budget."""

from typing import Any

import pytest

from tests.api.expecting import problem
from tests.running import Sandbox
from tests.scenarios.clocks import local, people, whole

OF_ZHANG: dict[str, Any] = {"household_id": "h-3-1201", "reporter": {"name": "张阿姨"}}
ARRIVE_LATE = "/v1/compensation-rules/R-ARRIVE-LATE"


@pytest.fixture
def town(sandbox: Sandbox) -> Sandbox:
    people(sandbox)
    sandbox.person("finance", "caiwu")
    return sandbox


def rule(sandbox: Sandbox, amount_fen: int, **caps: int) -> Any:
    """A new version of the default rule, from now on."""
    present = sandbox.read("admin", ARRIVE_LATE)
    body = {name: value for name, value in present.items() if name != "versions"}
    body["benefit"] = {**present["benefit"], "amount_fen": amount_fen}
    body["caps"] = {**present["caps"], **caps}
    body.pop("valid_from")
    answer = sandbox.call("jingli", "PUT", ARRIVE_LATE, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def nobody_comes(sandbox: Sandbox, until: str, **more: Any) -> Any:
    ticket = sandbox.report("csr", **{**OF_ZHANG, **more})
    sandbox.at(until)
    return ticket


def given(sandbox: Sandbox, who: str = "jingli", **filters: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = sandbox.read(who, "/v1/compensations", **filters)["items"]
    return items


def test_what_is_late_is_made_good_once_and_exported_once(town: Sandbox) -> None:
    ticket = nobody_comes(town, "2024-03-05T11:00:00")
    assert given(town) == []
    town.at("2024-03-05T11:00:01")
    [one] = given(town, ticket_id=ticket["id"])
    assert (one["state"], one["amount_fen"], one["benefit"]) == ("granted", 5_000, "fee_credit")
    assert one["rule"] == {"id": "R-ARRIVE-LATE", "version": 1}
    assert one["idempotency_key"] == f"R-ARRIVE-LATE:1:{ticket['id']}:arrive:1"
    assert (local(one["granted_at"]), one["reason"]) == ("03-05 11:00:00", "sla_breached")
    rule(town, 6_000)
    town.at("2024-03-20T09:00:00")
    assert [each["id"] for each in given(town)] == [one["id"]]
    events = whole(town, "/v1/events", stream_id=f"compensation-{one['id']}")
    told = [each["type"] for each in events if "sla" not in each["type"]]
    assert told == [
        "compensation_proposed",
        "compensation_auto_approved",
        "compensation_granted",
        "fee_credit_exported",
        "notification_queued",
    ]
    [breach] = [
        each
        for each in whole(town, "/v1/events", types="sla_breached")
        if each["data"]["clock"] == "arrive"
    ]
    assert {each["causation_id"] for each in events[:4]} == {breach["id"]}
    assert given(town, "zhang")[0]["amount_fen"] == 5_000


def test_a_household_gets_what_is_left_under_the_cap(town: Sandbox) -> None:
    """17000 of 20000 are used this month: of 5000, 3000 are granted, and 5000 kept as uncapped
    amount."""
    rule(town, 17_000)
    nobody_comes(town, "2024-03-05T11:00:01")
    rule(town, 5_000)
    second = nobody_comes(town, "2024-03-05T13:00:02")
    [capped] = given(town, ticket_id=second["id"])
    assert (capped["state"], capped["amount_fen"]) == ("granted", 3_000)
    assert capped["capped_from_fen"] == 5_000
    third = nobody_comes(town, "2024-03-05T15:00:03")
    [nothing] = given(town, ticket_id=third["id"])
    assert (nothing["state"], nothing["outcome"]) == ("rejected", "cap_exhausted")
    assert (nothing["amount_fen"], nothing["capped_from_fen"]) == (0, 5_000)
    town.at("2024-04-01T09:00:00")
    april = nobody_comes(town, "2024-04-01T11:00:01")
    assert given(town, ticket_id=april["id"])[0]["amount_fen"] == 5_000


def test_a_fee_credit_given_by_hand_counts_under_the_cap(town: Sandbox) -> None:
    ticket = town.report("csr", **OF_ZHANG)
    by_hand = {"benefit": "fee_credit", "amount_fen": 17_000, "reason": "漏水泡了地板"}
    assert town.tries("csr", ticket, "compensations", **by_hand).json()["state"] == "granted"
    town.at("2024-03-05T11:00:01")
    [late] = given(town, rule_id="R-ARRIVE-LATE")
    assert (late["amount_fen"], late["capped_from_fen"]) == (3_000, 5_000)


def test_beyond_the_budget_it_waits_and_is_not_dropped(town: Sandbox) -> None:
    """998000 of 1000000 are spent: the next 5000 wait for approval as a whole."""
    rule(town, 998_000, per_ticket_fen=998_000, per_household_month_fen=998_000)
    nobody_comes(town, "2024-03-05T11:00:01", household_id="h-2-0301")
    rule(town, 5_000)
    second = nobody_comes(town, "2024-03-05T13:00:02")
    [waits] = given(town, ticket_id=second["id"])
    assert (waits["state"], waits["pending_reason"]) == ("pending_approval", "budget_exceeded")
    assert (waits["amount_fen"], waits["asked_role"]) == (5_000, "manager")
    [alarm] = whole(town, "/v1/events", types="budget_alarm_raised")
    assert (alarm["data"]["percent"], alarm["data"]["spent_fen"]) == (80, 998_000)
    town.at("2024-03-05T13:30:03")
    [first, *_] = given(town)
    assert (first["id"], first["waiting"], first["asked_role"]) == (
        waits["id"],
        "PT30M2S",
        "admin",
    )
    path = f"/v1/compensations/{waits['id']}"
    problem(town.call("csr", "POST", f"{path}/approve"), 403, "role_not_permitted")
    approved = town.call("jingli", "POST", f"{path}/approve").json()
    assert (approved["state"], approved["decided_by"]) == ("granted", "jingli")
    again = town.call("jingli", "POST", f"{path}/approve")
    assert (again.status_code, again.json()["version"]) == (200, approved["version"])
    problem(town.call("admin", "POST", f"{path}/approve"), 409, "compensation_not_pending")


def test_gifts_of_one_ticket_count_together(town: Sandbox) -> None:
    """Scenario 20: 30000 and 6000 by 小林 are granted at once; another 20000 wait for approval."""
    town.person("csr", "xiaolin")
    ticket = town.report("csr", **OF_ZHANG)

    def gift(amount_fen: int, what: str) -> Any:
        body = {"benefit": "gift", "amount_fen": amount_fen, "reason": what}
        answer = town.tries("xiaolin", ticket, "compensations", **body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    cleaning, bag = gift(30_000, "全屋保洁"), gift(6_000, "除湿包")
    assert (cleaning["state"], bag["state"]) == ("granted", "granted")
    assert (bag["authority"]["exposure_fen"], bag["authority"]["limit_fen"]) == (36_000, 50_000)
    further = gift(20_000, "家居防水手册")
    assert (further["state"], further["pending_reason"]) == ("pending_approval", "over_authority")
    assert further["authority"]["exposure_fen"] == 56_000
    path = f"/v1/compensations/{further['id']}"
    town.person("supervisor", "xiaolin")
    problem(town.call("xiaolin", "POST", f"{path}/approve"), 403, "own_compensation")
    approved = town.call("zhuguan", "POST", f"{path}/approve", json={"note": "同意"})
    assert approved.json()["authority"]["exposure_fen"] == 56_000
    voucher = town.call("caiwu", "POST", f"{path}/fulfil", json={"reference": "手册-7"})
    assert voucher.json()["state"] == "fulfilled"
    void = town.call("caiwu", "POST", f"{path}/void", json={"reason": "重复"})
    problem(void, 409, "compensation_not_voidable")
    reverse = {"reason": "duplicate", "notice": "已电话告知"}
    assert (
        town.call("jingli", "POST", f"{path}/reverse", json=reverse).json()["state"] == "reversed"
    )


def test_variant_b_of_the_promise_is_settled_and_exported_once(town: Sandbox) -> None:
    """Scenario 20: two started days, ¥1,000."""
    town.at("2024-03-07T11:00:00")
    ticket = town.report("csr", service_class="complex", **OF_ZHANG)
    town.give("csr", ticket, "acknowledge")
    town.give("dispatcher", ticket, "assign", engineer="laowang")
    town.give("laowang", ticket, "accept")
    penalty = {
        "amount_fen": 50_000,
        "per": "started_day",
        "cap_fen": 500_000,
        "benefit": "fee_credit",
    }
    due = {"days": 5, "count_rule": "civil_code_201_203"}
    body = {"kind": "completion", "due": due, "penalty": penalty}
    assert town.tries("jingli", ticket, "promises", **body).status_code == 201

    def penalty_now(at: str) -> list[tuple[str, int]]:
        town.at(at)
        found = given(town, ticket_id=ticket["id"], rule_id="R-DELAY-DAY")
        return [(each["state"], each["amount_fen"]) for each in found]

    assert penalty_now("2024-03-13T00:00:00") == []
    assert penalty_now("2024-03-13T00:00:01") == [("accruing", 50_000)]
    assert penalty_now("2024-03-14T00:00:00") == [("accruing", 50_000)]
    assert penalty_now("2024-03-14T00:00:01") == [("accruing", 100_000)]
    town.at("2024-03-14T10:00:00")
    town.work("laowang", ticket)
    [settled] = given(town, rule_id="R-DELAY-DAY")
    assert (settled["state"], settled["amount_fen"], settled["days"]) == ("granted", 100_000, 2)
    exported = whole(town, "/v1/events", types="fee_credit_exported")
    of_it = [each for each in exported if each["data"]["compensation_id"] == settled["id"]]
    assert [each["data"]["amount_fen"] for each in of_it] == [100_000]
