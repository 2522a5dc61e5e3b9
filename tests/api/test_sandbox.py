"""The test clock: it stands still, only moves forward, and what falls due on the way happens in
order and at its due time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.api.expecting import head, nothing_recorded, problem
from tests.running import ADMIN_KEY, Sandbox


@pytest.fixture
def staffed(sandbox: Sandbox) -> Sandbox:
    sandbox.owner()
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    for engineer in ("laowang", "laoli"):
        sandbox.person("engineer", engineer)
    return sandbox


def acknowledged(sandbox: Sandbox) -> Any:
    ticket = sandbox.report("zhang")
    return sandbox.give("csr", ticket, "acknowledge")


def move(sandbox: Sandbox, now: object, who: str = "admin") -> httpx.Response:
    return sandbox.call(who, "POST", "/v1/sandbox/clock", json={"now": now})


def now(sandbox: Sandbox) -> str:
    told: str = sandbox.read("admin", "/v1/sandbox/clock")["now"]
    return told


def test_it_stands_where_it_was_put(staffed: Sandbox) -> None:
    assert {now(staffed) for _ in range(3)} == {"2024-03-05T01:00:00Z"}
    answer = move(staffed, "2024-03-05T10:30:00.25+08:00")
    assert answer.json()["now"] == now(staffed) == "2024-03-05T02:30:00.250000Z"


def test_without_a_clock_of_its_own_it_stands_at_the_time_of_its_making(
    client: httpx.Client,
) -> None:
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    made = client.post("/v1/tenants", json={"name": "沙箱", "sandbox": True}, headers=headers)
    sandbox = Sandbox(client, made.json()["tenant_id"], "", {"admin": made.json()["admin_token"]})
    first = datetime.fromisoformat(now(sandbox))
    shown = client.get("/v1/sandbox/clock").headers["date"]
    real = datetime.strptime(shown, "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=first.tzinfo)
    assert abs((real - first).total_seconds()) < 60
    assert datetime.fromisoformat(now(sandbox)) == first


def test_it_does_not_go_back(staffed: Sandbox) -> None:
    with nothing_recorded(staffed):
        for before in ("2024-03-05T00:59:59Z", "1970-01-01T00:00:00Z"):
            problem(move(staffed, before), 422, "clock_goes_back", "/now")
        for odd in ("9999-12-31T23:59:59Z", "2024-03-05T10:00:00", "tomorrow", None, 5):
            problem(move(staffed, odd), 422, "validation_failed", "/now")
        same = move(staffed, "2024-03-05T01:00:00Z")
        assert (same.status_code, same.json()["events"]) == (200, 0)
    assert now(staffed) == "2024-03-05T01:00:00Z"


def test_everybody_reads_it_and_the_administrator_moves_it(staffed: Sandbox) -> None:
    assert staffed.read("zhang", "/v1/sandbox/clock") == staffed.read("csr", "/v1/sandbox/clock")
    for who in ("zhang", "csr", "dispatcher", "laowang"):
        problem(move(staffed, "2024-03-05T02:00:00Z", who), 403, "role_not_permitted")


def test_every_now_is_its_now(staffed: Sandbox) -> None:
    staffed.at("2024-03-05T11:11:11")
    ticket = acknowledged(staffed)
    assert ticket["reported_at"] == "2024-03-05T03:11:11Z"
    assert ticket["number"].startswith("R240305-")
    for event in staffed.read("csr", f"/v1/tickets/{ticket['id']}/events")["items"]:
        assert event["recorded_at"] == event["occurred_at"] == "2024-03-05T03:11:11Z"


def test_two_offers_lapse_on_the_way_each_in_its_time(staffed: Sandbox) -> None:
    """The older ticket lapses later: the order is by due time."""
    first, second = acknowledged(staffed), acknowledged(staffed)
    staffed.give("dispatcher", second, "assign", engineer="laoli")
    staffed.give("laoli", second, "accept")
    staffed.at("2024-03-05T09:30:00")
    transferred = staffed.give("laoli", second, "transfer", engineer="laowang")
    staffed.at("2024-03-05T09:32:00")
    offered = staffed.give("dispatcher", first, "assign", engineer="laowang")
    due = {
        f"ticket-{first['id']}": offered["offer"]["expires_at"],
        f"ticket-{second['id']}": transferred["offer"]["expires_at"],
    }
    assert due[f"ticket-{second['id']}"] < due[f"ticket-{first['id']}"]
    before = head(staffed)
    assert staffed.at("2024-03-05T10:00:00") == head(staffed) - before >= 2
    lapsed = [
        event
        for event in staffed.read("admin", "/v1/events", after=before)["items"]
        if event["type"] == "assignment_returned"
    ]
    assert [event["stream_id"] for event in lapsed] == sorted(due, key=lambda each: due[each])
    for event in lapsed:
        assert event["occurred_at"] == event["recorded_at"] == due[event["stream_id"]]
        assert event["actor"]["role"] == "system"
    assert staffed.read("csr", f"/v1/tickets/{first['id']}")["status"] == "returned"
    assert staffed.read("csr", f"/v1/tickets/{second['id']}")["status"] == "accepted"
    with nothing_recorded(staffed):
        assert staffed.at("2024-03-05T10:00:00") == 0


def test_what_is_due_at_the_very_moment_has_happened(staffed: Sandbox) -> None:
    ticket = acknowledged(staffed)
    offered = staffed.give("dispatcher", ticket, "assign", engineer="laowang")
    move(staffed, offered["offer"]["expires_at"])
    assert staffed.read("csr", f"/v1/tickets/{ticket['id']}")["status"] == "returned"
    assert staffed.tries("laowang", ticket, "accept").status_code in (403, 404, 409)


def test_movers_at_once_do_not_hinder_each_other(staffed: Sandbox) -> None:
    """Everything happens once, and the clock ends at the latest target."""
    tickets = [acknowledged(staffed) for _ in range(6)]
    for ticket, engineer in zip(tickets, ["laowang", "laoli"] * 3, strict=True):
        staffed.give("dispatcher", ticket, "assign", engineer=engineer)
    instants = [f"2024-03-05T0{hour}:{minute}:00Z" for hour in (2, 3) for minute in (10, 20, 30)]
    with ThreadPoolExecutor(6) as together:
        answers = list(together.map(lambda instant: move(staffed, instant), instants))
    assert {answer.status_code for answer in answers} <= {200, 422}
    assert answers[-1].status_code == 200
    assert now(staffed) == "2024-03-05T03:30:00Z"
    events = staffed.read("admin", "/v1/events", types="assignment_returned")["items"]
    assert sorted(event["stream_id"] for event in events) == sorted(
        f"ticket-{ticket['id']}" for ticket in tickets
    )
    assert len({event["occurred_at"] for event in events}) == 1


def test_a_person_that_is_asked_for_twice_keeps_record_and_gets_a_token(staffed: Sandbox) -> None:
    engineer = staffed.read("admin", "/v1/staff/laowang")
    assert (engineer["skills"], engineer["max_load"]) == (["*"], 5)
    with nothing_recorded(staffed):
        staffed.person("engineer", "laowang")
    staffed.person("supervisor", "laowang")
    widened = staffed.read("admin", "/v1/staff/laowang")
    assert widened["roles"] == ["engineer", "supervisor"]
    household = staffed.read("csr", "/v1/households/h-3-1201")
    assert [member["subject"] for member in household["members"]] == ["zhang"]
    staffed.owner("zhang-2")
    household = staffed.read("csr", "/v1/households/h-3-1201")
    assert [member["subject"] for member in household["members"]] == ["zhang", "zhang-2"]
