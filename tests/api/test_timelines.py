"""Timelines for auditors: all events about a household or a ticket, in order."""

from typing import Any

import pytest

from tests.api.expecting import problem
from tests.running import Sandbox

HOME = "h-3-1201"


@pytest.fixture
def staffed(sandbox: Sandbox) -> Sandbox:
    sandbox.owner()
    for role in ("csr", "auditor", "manager", "dispatcher"):
        sandbox.person(role, role)
    return sandbox


def timeline(sandbox: Sandbox, path: str, **query: Any) -> list[Any]:
    items: list[Any] = []
    cursor = None
    while True:
        said = query | ({"cursor": cursor} if cursor else {})
        page = sandbox.read("auditor", f"{path}/timeline", **said)
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def test_what_happened_between_a_household_and_the_company(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    staffed.give("csr", ticket, "acknowledge")
    given = {"benefit": "gift", "amount_fen": 6000, "reason": "除湿包"}
    path = f"/v1/tickets/{ticket['id']}/compensations"
    assert staffed.call("csr", "POST", path, json=given).status_code == 201
    for friend in ("李阿姨", None):
        path = f"/v1/households/{HOME}/referrals"
        assert staffed.call("zhang", "POST", path, json={"friend": friend}).status_code == 201
    items = timeline(staffed, f"/v1/households/{HOME}", limit=3)
    positions = [item["position"] for item in items]
    assert positions == sorted(set(positions))
    types = [item["type"] for item in items]
    order = ["ticket_reported", "ticket_acknowledged", "compensation_granted", "referral_recorded"]
    assert [types.index(each) for each in order] == sorted(types.index(each) for each in order)
    assert types.count("referral_recorded") == 2
    about = {item["about"]["kind"] for item in items}
    assert {"household", "ticket", "compensation"} <= about
    assert all(item["actor"]["role"] and item["occurred_at"] for item in items)
    of_ticket = timeline(staffed, f"/v1/tickets/{ticket['id']}")
    assert [item for item in items if item["about"]["kind"] != "household"] == of_ticket


def test_it_is_for_who_audits_and_of_what_there_is(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    for path in (f"/v1/tickets/{ticket['id']}/timeline", f"/v1/households/{HOME}/timeline"):
        for who in ("zhang", "csr", "dispatcher"):
            problem(staffed.call(who, "GET", path), 403, "role_not_permitted")
    missing = staffed.call("auditor", "GET", "/v1/households/h-none/timeline")
    problem(missing, 404, "household_unknown")


def test_whose_an_anonymous_complaint_is_its_subject_does_not_read_here(staffed: Sandbox) -> None:
    body = {
        "kind": "complaint",
        "category": "service",
        "description": "经理态度差",
        "channel": "app",
        "location": {"community": "jinxiu", "building": "3", "unit": "1201"},
        "anonymous": True,
        "subject_of_complaint": "manager",
    }
    made = staffed.call("zhang", "POST", "/v1/tickets", json=body)
    assert made.status_code == 201, made.text
    path = f"/v1/tickets/{made.json()['id']}/timeline"
    problem(staffed.call("manager", "GET", path), 404, "ticket_not_found")
    of_household = staffed.call("manager", "GET", f"/v1/households/{HOME}/timeline").json()
    assert made.json()["id"] not in str(of_household)
    audited = timeline(staffed, f"/v1/households/{HOME}")
    assert made.json()["id"] in {item["about"]["id"] for item in audited}
