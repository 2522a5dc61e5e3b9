"""Money over HTTP: the ledger, the feed of the fee system, figures and flags."""

from typing import Any

import pytest

from tests.api.expecting import problem
from tests.running import Sandbox
from tests.scenarios.clocks import people

HOME = "h-3-1201"


@pytest.fixture
def company(sandbox: Sandbox) -> Sandbox:
    people(sandbox)
    sandbox.person("finance", "caiwu")
    sandbox.person("auditor", "shenji")
    return sandbox


def give(sandbox: Sandbox, who: str, ticket: Any, amount_fen: int, benefit: str = "gift") -> Any:
    body = {"benefit": benefit, "amount_fen": amount_fen, "reason": "全屋保洁"}
    answer = sandbox.call(who, "POST", f"/v1/tickets/{ticket['id']}/compensations", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def then(sandbox: Sandbox, who: str, one: Any, command: str, **body: Any) -> Any:
    answer = sandbox.call(who, "POST", f"/v1/compensations/{one['id']}/{command}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def balance(sandbox: Sandbox, who: str = "caiwu", **asked: Any) -> tuple[int, ...]:
    found = sandbox.read(who, "/v1/ledger/balance", **asked)
    names = ("granted", "voided", "reversed", "liability", "settled")
    granted, voided, reversed_, liability, settled = (found[f"{name}_fen"] for name in names)
    assert granted - voided - reversed_ == liability + settled
    assert sum(each["debit_fen"] - each["credit_fen"] for each in found["accounts"]) == 0
    return granted, voided, reversed_, liability, settled


def recomputed(sandbox: Sandbox) -> dict[str, int]:
    """The balance of every account, computed from the log alone."""
    named = [f"compensation_{what}" for what in ("granted", "fulfilled", "voided", "reversed")]
    log = sandbox.read("admin", "/v1/events", types=",".join(named), limit=100)
    assert log["next_cursor"] is None
    accounts: dict[str, int] = {}
    for event in log["items"]:
        data = event["data"]
        expense, settlement = f"expense:{data['benefit']}", f"settlement:{data['benefit']}"
        liability = f"liability:{data['household_id']}"
        sides = ((expense, liability), (liability, settlement), (liability, expense))
        debit, credit = dict(zip(named, (*sides, (settlement, expense)), strict=True))[
            event["type"]
        ]
        accounts[debit] = accounts.get(debit, 0) + data["amount_fen"]
        accounts[credit] = accounts.get(credit, 0) - data["amount_fen"]
    return accounts


def test_the_books_follow_what_is_given_and_taken_back(company: Sandbox) -> None:
    ticket = company.report("zhang")
    credit = give(company, "csr", ticket, 10_000, "fee_credit")
    gift = give(company, "csr", ticket, 6_000)
    assert balance(company) == (16_000, 0, 0, 16_000, 0)
    then(company, "caiwu", credit, "fulfil", reference="FEE-2024-03-1")
    then(company, "caiwu", credit, "reverse", reason="duplicate", notice="已书面告知业主")
    then(company, "jingli", gift, "void", reason="业主谢绝")
    assert balance(company, household_id=HOME) == (16_000, 6_000, 10_000, 0, 0)
    entries = company.read("shenji", "/v1/ledger/entries", household_id=HOME)["items"]
    assert [(each["entry"], each["debit"], each["credit"]) for each in entries] == [
        ("grant", "expense:fee_credit", f"liability:{HOME}"),
        ("grant", "expense:gift", f"liability:{HOME}"),
        ("fulfilment", f"liability:{HOME}", "settlement:fee_credit"),
        ("reversal", "settlement:fee_credit", "expense:fee_credit"),
        ("void", f"liability:{HOME}", "expense:gift"),
    ]
    found = company.read("shenji", "/v1/ledger/balance")["accounts"]
    said = {each["account"]: each["debit_fen"] - each["credit_fen"] for each in found}
    assert said == recomputed(company)
    page = company.read("shenji", "/v1/ledger/entries", limit=2)
    rest = company.read("shenji", "/v1/ledger/entries", limit=3, cursor=page["next_cursor"])
    assert (page["items"] + rest["items"], rest["next_cursor"]) == (entries, None)

    feed = company.read("caiwu", "/v1/fee-credits")
    assert [(each["kind"], each["amount_fen"]) for each in feed["items"]] == [
        ("credit", 10_000),
        ("withdrawal", 10_000),
    ]
    assert {each["compensation_id"] for each in feed["items"]} == {credit["id"]}
    nothing = company.read("caiwu", "/v1/fee-credits", after=feed["next_after"])
    assert nothing == {"items": [], "next_after": feed["next_after"]}


def test_owners_read_their_own_books_alone(company: Sandbox) -> None:
    company.owner("li", "h-2-0101")
    give(company, "csr", company.report("zhang"), 5_000)
    assert balance(company, "zhang")[0] == 5_000
    assert balance(company, "li")[0] == 0
    assert company.read("li", "/v1/ledger/entries")["items"] == []
    for path in ("/v1/ledger/entries", "/v1/ledger/balance"):
        asked = company.call("li", "GET", path, params={"household_id": HOME})
        problem(asked, 404, "household_unknown")
        problem(company.call("laowang", "GET", path), 403, "role_not_permitted")
    for path in (f"/v1/households/{HOME}/exposure", "/v1/metrics/compensation", "/v1/fee-credits"):
        problem(company.call("zhang", "GET", path), 403, "role_not_permitted")


def test_a_key_of_the_fee_system_reads_money_and_nothing_else(company: Sandbox) -> None:
    asked = {"name": "fees", "scopes": ["money:read"]}
    made = company.call("admin", "POST", "/v1/api-keys", json=asked)
    assert made.status_code == 201, made.text
    company.tokens["fees"] = made.json()["key"]
    assert company.read("fees", "/v1/fee-credits") == {"items": [], "next_after": 0}
    problem(company.call("fees", "GET", "/v1/tickets"), 403, "role_not_permitted")


def test_what_is_beyond_authority_waits_and_is_measured(company: Sandbox) -> None:
    ticket = company.report("zhang")
    for amount_fen in (30_000, 6_000):
        assert give(company, "csr", ticket, amount_fen)["state"] == "granted"
    more = give(company, "csr", ticket, 20_000)
    assert (more["state"], more["asked_role"]) == ("pending_approval", "supervisor")
    exposure = company.read("csr", f"/v1/households/{HOME}/exposure")
    assert (exposure["below_approval_30d_fen"], len(exposure["entries"])) == (36_000, 2)
    room = {each["benefit"]: each["remaining_fen"] for each in exposure["room"]}
    assert room["gift"] == room["cash"] == 14_000

    company.at("2024-03-05T09:30:01")
    waits = company.read("jingli", "/v1/metrics/approvals")
    assert (waits["n"], waits["value"], waits["waiting"]) == (0, None, 1)
    assert waits["longest_waiting"] == "PT30M1S"
    [asked] = waits["waiting_for"]
    assert (asked["role"], asked["n"], asked["amount_fen"]) == ("manager", 1, 20_000)
    company.at("2024-03-05T09:45:00")
    then(company, "jingli", more, "approve")
    waits = company.read("jingli", "/v1/metrics/approvals")
    assert (waits["n"], waits["value"], waits["ci95"]) == (1, 45.0, [45.0, 45.0])
    assert (waits["approved"], waits["escalated"], waits["waiting"]) == (1, 1, 0)
    assert waits["sufficient"] is False

    costs = company.read("caiwu", "/v1/metrics/compensation", group_by="decided_by")
    assert (costs["n"], costs["value"], costs["net_fen"]) == (1, 56_000.0, 56_000)
    assert {each["key"]: each["net_fen"] for each in costs["groups"]} == {
        "csr": 36_000,
        "jingli": 20_000,
    }
    [project] = company.read("caiwu", "/v1/compensations/budgets")["items"]
    assert (project["community"], project["spent_fen"], project["alarms"]) == ("jinxiu", 56_000, [])
    [budget] = project["budgets"]
    assert (budget["rule_id"], budget["used_percent"]) == ("R-ARRIVE-LATE", 5.6)
    assert company.read("caiwu", "/v1/compensations/budgets", month="2024-02")["items"] == []
    early = company.read("caiwu", "/v1/metrics/compensation", to="2024-03-05T09:00:00+08:00")
    assert (early["n"], early["value"], early["ci95"]) == (0, None, None)


def test_what_is_strange_is_told_to_those_who_check(company: Sandbox) -> None:
    for n in range(3):
        company.owner(f"o-{n}", f"h-{n}")
        assert give(company, "csr", company.report(f"o-{n}"), 48_000 + n)["state"] == "granted"
    flags = company.read("shenji", "/v1/compensations/flags")
    [one] = flags["items"]
    assert (one["flag"], one["detail"], one["subject"]) == ("near_limit", "3", "csr")
    assert (one["household_id"], one["amount_fen"], one["state"]) == ("h-2", 48_002, "granted")
    assert (flags["claimants"], flags["next_cursor"]) == ([], None)
    assert company.read("shenji", "/v1/compensations/flags", subject="jingli")["items"] == []
    for who in ("csr", "zhuguan", "zhang"):
        problem(company.call(who, "GET", "/v1/compensations/flags"), 403, "role_not_permitted")


def test_an_own_household_is_for_others_to_decide(company: Sandbox) -> None:
    company.person("csr", "xiaolin", household_id=HOME)
    ticket = company.report("zhang")
    own = give(company, "xiaolin", ticket, 1_000)
    assert (own["state"], own["pending_reason"]) == ("pending_approval", "self_dealing")
    [flag] = company.read("shenji", "/v1/compensations/flags", flag="own_household")["items"]
    assert flag["compensation_id"] == own["id"]


def test_promises_are_kept_or_not(company: Sandbox) -> None:
    ticket = company.report("zhang")
    for at in ("2024-03-05T10:00:00+08:00", "2024-03-06T10:00:00+08:00"):
        body = {"kind": "update", "due": {"at": at}}
        answer = company.call("csr", "POST", f"/v1/tickets/{ticket['id']}/promises", json=body)
        assert answer.status_code == 201, answer.text
    company.at("2024-03-05T10:00:00")
    assert company.read("csr", "/v1/metrics/promises")["n"] == 0, "until it is past"
    company.at("2024-03-05T10:00:01")
    found = company.read("csr", "/v1/metrics/promises", group_by="kind")
    assert (found["n"], found["value"], found["sufficient"]) == (1, 0.0, False)
    assert (found["broken"], found["running"]) == (1, 1)
    assert [(each["key"], each["broken"]) for each in found["groups"]] == [("update", 1)]


def test_whose_an_anonymous_complaint_is_the_books_do_not_tell_its_subject(
    company: Sandbox,
) -> None:
    body = {"kind": "complaint", "anonymous": True, "subject_of_complaint": "csr"}
    complaint = company.report("zhang", **body)
    given = give(company, "jingli", complaint, 5_000)
    path = "/v1/ledger/entries"
    assert company.read("csr", path, compensation_id=given["id"])["items"] == []
    assert company.read("csr", path, household_id=HOME)["items"] == []
    [told] = company.read("caiwu", path, household_id=HOME)["items"]
    assert (told["household_id"], told["credit"]) == (HOME, f"liability:{HOME}")
