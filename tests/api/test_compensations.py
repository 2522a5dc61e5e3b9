"""Compensation over HTTP: refusals, visibility, rules and dry runs."""

from typing import Any

import httpx
import pytest

from tests.api.expecting import problem
from tests.running import Sandbox, new_key
from tests.scenarios.clocks import people

OF_ZHANG: dict[str, Any] = {"household_id": "h-3-1201", "reporter": {"name": "张阿姨"}}
GIFT: dict[str, Any] = {"benefit": "gift", "amount_fen": 3_000, "reason": "除湿包"}
ARRIVE_LATE = "/v1/compensation-rules/R-ARRIVE-LATE"


@pytest.fixture
def town(sandbox: Sandbox) -> Sandbox:
    people(sandbox)
    sandbox.person("finance", "caiwu")
    sandbox.person("auditor", "shenji")
    return sandbox


def gives(sandbox: Sandbox, ticket: Any, who: str = "csr", **more: Any) -> httpx.Response:
    return sandbox.tries(who, ticket, "compensations", **{**GIFT, **more})


def ask(sandbox: Sandbox, who: str, one: Any, command: str, **body: Any) -> httpx.Response:
    return sandbox.call(who, "POST", f"/v1/compensations/{one['id']}/{command}", json=body)


def test_an_amount_that_is_none_is_refused(town: Sandbox) -> None:
    ticket = town.report("csr", **OF_ZHANG)
    problem(gives(town, ticket, amount_fen=2**63), 422, "unsafe_integer")
    amounts: list[Any] = [0, -1, 10**13, 10**30, 12.5, "5000", True, None, [], {}]
    for amount in amounts:
        problem(gives(town, ticket, amount_fen=amount), 422, "validation_failed", "/amount_fen")
    for whole in (5000.0, 1e4):
        answer = gives(town, ticket, amount_fen=whole)
        assert answer.status_code == 422, answer.text
    problem(gives(town, ticket, benefit="lottery"), 422, "validation_failed", "/benefit")
    problem(gives(town, ticket, reason=" "), 422, "validation_failed", "/reason")
    problem(gives(town, ticket, good_faith="yes"), 422, "validation_failed", "/good_faith")
    problem(gives(town, ticket, discount=3), 422, "validation_failed", "/discount")
    assert town.read("csr", "/v1/compensations")["items"] == []


def test_the_same_key_gives_once(town: Sandbox) -> None:
    ticket = town.report("csr", **OF_ZHANG)
    headers = {"Idempotency-Key": new_key()}
    path = f"/v1/tickets/{ticket['id']}/compensations"
    first, again = (town.call("csr", "POST", path, json=GIFT, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["Location"] == f"/v1/compensations/{first.json()['id']}"
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = town.call("csr", "POST", path, json={**GIFT, "amount_fen": 1}, headers=headers)
    problem(other, 422, "idempotency_key_reused")
    assert len(town.read("csr", "/v1/compensations")["items"]) == 1


def test_who_sees_what(town: Sandbox) -> None:
    town.owner("li", "h-2-0301")
    ticket = town.report("csr", **OF_ZHANG)
    one = gives(town, ticket, good_faith=True).json()
    path = f"/v1/compensations/{one['id']}"
    for reader in ("csr", "zhuguan", "jingli", "caiwu", "shenji", "admin"):
        assert town.read(reader, path)["amount_fen"] == 3_000
        assert [each["id"] for each in town.read(reader, "/v1/compensations")["items"]]
    owner = town.read("zhang", path)
    assert (owner["amount_fen"], owner["reason"], owner["authority"]) == (3_000, "除湿包", None)
    assert town.read("zhang", "/v1/compensations", household_id="h-3-1201")["items"] == [owner]
    assert town.read("li", "/v1/compensations")["items"] == []
    assert town.read("li", "/v1/compensations", household_id="h-3-1201")["items"] == []
    problem(town.call("li", "GET", path), 404, "compensation_not_found")
    problem(town.call("laowang", "GET", path), 404, "compensation_not_found")
    assert town.read("laowang", "/v1/compensations")["items"] == []
    for who in ("zhang", "shenji", "caiwu"):
        problem(gives(town, ticket, who), 403, "role_not_permitted")
    problem(gives(town, ticket, "laowang"), 404, "ticket_not_found")
    nowhere = {"id": "0190d000-0000-7000-8000-0000000000aa"}
    problem(ask(town, "caiwu", nowhere, "fulfil"), 404, "compensation_not_found")
    problem(gives(town, nowhere), 404, "ticket_not_found")
    problem(town.call("csr", "GET", "/v1/compensations/x"), 404, "not_found")


def test_etags_of_one_compensation(town: Sandbox) -> None:
    ticket = town.report("csr", **OF_ZHANG)
    one = gives(town, ticket, amount_fen=60_000).json()
    path = f"/v1/compensations/{one['id']}"
    read = town.call("csr", "GET", path)
    tag = read.headers["ETag"]
    assert town.call("csr", "GET", path, headers={"If-None-Match": tag}).status_code == 304
    stale = town.call("zhuguan", "POST", f"{path}/approve", headers={"If-Match": '"v1"'})
    problem(stale, 412, "version_mismatch")
    fresh = town.call("zhuguan", "POST", f"{path}/approve", headers={"If-Match": tag})
    assert fresh.status_code == 200, fresh.text


def test_what_waits_is_listed_first_and_pages_go_on(town: Sandbox) -> None:
    ticket = town.report("csr", **OF_ZHANG)
    small = gives(town, ticket).json()
    waits = [gives(town, ticket, amount_fen=60_000 + n).json()["id"] for n in range(2)]
    town.at("2024-03-05T09:10:00")
    page = town.read("csr", "/v1/compensations", limit=2)
    assert [each["id"] for each in page["items"]] == waits
    assert page["items"][0]["waiting"] == "PT10M"
    rest = town.read("csr", "/v1/compensations", limit=2, cursor=page["next_cursor"])
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == ([small["id"]], None)
    found = town.read("csr", "/v1/compensations", state="granted", ticket_id=ticket["id"])
    assert [each["id"] for each in found["items"]] == [small["id"]]


def test_late_evidence_takes_back_what_is_not_given_yet(town: Sandbox) -> None:
    """The arrival was on time, but is recorded after the breach."""
    ticket = town.report("csr", **OF_ZHANG)
    town.give("csr", ticket, "acknowledge")
    town.give("dispatcher", ticket, "assign", engineer="laowang")
    town.give("laowang", ticket, "accept")
    town.give("laowang", ticket, "depart", eta="2024-03-05T10:50:00+08:00")
    photo = town.photo("laowang", "on_site")
    town.at("2024-03-05T11:30:00")
    [one] = town.read("csr", "/v1/compensations")["items"]
    assert one["state"] == "granted"
    town.give(
        "laowang",
        ticket,
        "arrive",
        photo_ids=[photo],
        occurred_at="2024-03-05T10:50:00+08:00",
        evidence={"photo_id": photo},
    )
    town.at("2024-03-05T11:31:00")
    one = town.read("csr", f"/v1/compensations/{one['id']}")
    assert (one["state"], one["outcome"]) == ("voided", "breach_retracted")
    problem(ask(town, "caiwu", one, "fulfil"), 409, "compensation_not_granted")


def test_what_was_not_ours_to_prevent_is_said_on_the_ticket(town: Sandbox) -> None:
    ticket = town.report("csr", **OF_ZHANG)
    body = {"reason": "municipal_outage", "note": "停水通知"}
    problem(town.tries("csr", ticket, "exclusions", **body), 403, "role_not_permitted")
    town.give("zhuguan", ticket, "exclusions", **body)
    town.at("2024-03-05T11:30:00")
    [one] = town.read("csr", "/v1/compensations")["items"]
    assert (one["state"], one["outcome"]) == ("rejected", "municipal_outage")


def test_rules_are_read_and_put_version_by_version(town: Sandbox) -> None:
    listed = town.read("csr", "/v1/compensation-rules")["items"]
    assert [each["rule_id"] for each in listed] == ["R-ARRIVE-LATE", "R-DELAY-DAY"]
    sample = {
        "rule_id": "R-ARRIVE-LATE",
        "version": 3,
        "valid_from": "2024-03-01T00:00:00+08:00",
        "trigger": {"event": "SlaBreached", "clock": "arrive", "class": ["P2", "P3"]},
        "grace": "PT0S",
        "benefit": {"kind": "fee_credit", "amount_fen": 5000, "currency": "CNY"},
        "scope": "household_per_cycle",
        "caps": {
            "per_ticket_fen": 20000,
            "per_household_month_fen": 20000,
            "project_month_budget_fen": 1000000,
        },
        "on_budget_exceeded": "to_approval",
        "exclusions": ["owner_no_access", "duplicate_merged"],
        "stack": "max_of_same_cause",
        "idempotency": "{rule_id}:{version}:{ticket}:{clock}:{cycle}",
    }
    put = town.call("jingli", "PUT", ARRIVE_LATE, json=sample)
    assert put.status_code == 200, put.text
    assert put.json()["trigger"]["class"] == ["simple", "general"]
    assert put.json()["version"] == 2
    assert town.read("csr", ARRIVE_LATE) == put.json()
    assert town.read("csr", ARRIVE_LATE, version=1)["version"] == 1
    again = town.call("jingli", "PUT", ARRIVE_LATE, json=sample)
    assert again.json()["version"] == 2
    problem(town.call("csr", "PUT", ARRIVE_LATE, json=sample), 403, "role_not_permitted")
    other = town.call("jingli", "PUT", "/v1/compensation-rules/R-X", json=sample)
    problem(other, 422, "rule_id_differs", "/rule_id")
    bad = {**sample, "trigger": {"event": "PromiseBroken", "clock": "arrive"}}
    answer = town.call("jingli", "PUT", ARRIVE_LATE, json=bad)
    problem(answer, 422, "not_of_this_trigger", "/trigger/clock")
    for caps in ({"per_ticket_fen": -1}, {"per_ticket_fen": 1.5}, {"per_ticket_fen": "1"}):
        wrong = town.call("jingli", "PUT", ARRIVE_LATE, json={**sample, "caps": caps})
        assert wrong.status_code == 422, wrong.text
    problem(town.call("csr", "GET", "/v1/compensation-rules/R-X"), 404, "rule_unknown")


def test_a_draft_is_tried_out_over_what_happened_and_nothing_is_written(town: Sandbox) -> None:
    for _ in range(3):
        town.report("csr", **OF_ZHANG)
    town.report("csr", **{**OF_ZHANG, "household_id": "h-2-0301"})
    town.at("2024-03-05T11:00:01")
    before = len(town.read("csr", "/v1/compensations")["items"])
    draft = {
        "trigger": {"event": "SlaBreached", "clock": "arrive"},
        "benefit": {"kind": "fee_credit", "amount_fen": 8000},
        "caps": {"per_household_month_fen": 10000, "project_month_budget_fen": 15000},
    }
    window = {"from": "2024-03-05T00:00:00+08:00", "to": "2024-03-06T00:00:00+08:00"}
    path = "/v1/compensation-rules/R-DRAFT/dry-run"
    answer = town.call("jingli", "POST", path, json={**window, "draft": draft})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["breaches"] == 4
    assert told["granted_fen"] + told["pending_fen"] == 18_000
    assert told["granted_fen"] <= 15_000
    assert told["rejected"] == 1
    in_force = town.call("jingli", "POST", f"{ARRIVE_LATE}/dry-run", json=window).json()
    assert (in_force["granted_fen"], in_force["granted"]) == (20_000, 4)
    assert len(town.read("csr", "/v1/compensations")["items"]) == before == 4
    problem(town.call("csr", "GET", "/v1/compensation-rules/R-DRAFT"), 404, "rule_unknown")
    backwards = {"from": window["to"], "to": window["from"]}
    answer = town.call("jingli", "POST", f"{ARRIVE_LATE}/dry-run", json=backwards)
    problem(answer, 422, "ends_before_start")


def test_who_complained_unnamed_is_not_told_by_what_they_got(town: Sandbox) -> None:
    """To the person complained about, the compensation does not exist."""
    unnamed = {"kind": "complaint", "anonymous": True, "subject_of_complaint": "csr"}
    ticket = town.report("zhang", description="师傅敷衍", **unnamed)
    one = gives(town, ticket, "zhuguan").json()
    path = f"/v1/compensations/{one['id']}"
    assert town.read("zhuguan", path)["household_id"] == "h-3-1201"
    problem(town.call("csr", "GET", path), 404, "compensation_not_found")
    problem(town.call("csr", "POST", f"{path}/fulfil"), 404, "compensation_not_found")
    for asked in ({}, {"household_id": "h-3-1201"}, {"ticket_id": ticket["id"]}):
        assert town.read("csr", "/v1/compensations", **asked)["items"] == []
    assert town.read("zhang", path)["household_id"] == "h-3-1201"


def test_a_draft_is_tried_out_with_its_exclusions_and_over_declared_delays(town: Sandbox) -> None:
    late, excused, named = (town.report("csr", **OF_ZHANG) for _ in range(3))
    eta = "2024-03-05T12:00:00+08:00"
    town.give("csr", named, "declare-delay", reason="配件未到", new_eta=eta)
    town.at("2024-03-05T11:00:01")
    town.give("zhuguan", excused, "exclusions", reason="municipal_outage")
    window = {"from": "2024-03-05T00:00:00+08:00", "to": "2024-03-06T00:00:00+08:00"}

    def tried(event: dict[str, Any]) -> dict[str, Any]:
        draft = {
            "trigger": event,
            "benefit": {"kind": "housekeeping", "amount_fen": 1000},
            "exclusions": ["municipal_outage"],
        }
        path = "/v1/compensation-rules/R-DRAFT/dry-run"
        answer = town.call("jingli", "POST", path, json={**window, "draft": draft})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    breached = tried({"event": "SlaBreached", "clock": "arrive"})
    assert (breached["breaches"], breached["granted"], breached["rejected"]) == (3, 2, 1)
    because = {each["ticket_id"]: each["because"] for each in breached["items"]}
    assert because == {late["id"]: None, excused["id"]: "excluded", named["id"]: None}
    declared = tried({"event": "DelayDeclared", "delay": "PT3H"})
    assert [each["ticket_id"] for each in declared["items"]] == [named["id"]]
    assert tried({"event": "DelayDeclared", "delay": "PT3H1S"})["items"] == []
