"""Scenario 20, recurrence: three repairs of the kitchen and a complaint are one problem, and none
of the three counts as a first-time fix."""

from typing import Any

import httpx

from tests.running import Sandbox

REPAIRS = ("2024-02-06T09:10:00", "2024-02-20T19:05:00", "2024-03-01T08:20:00")


def repaired(sandbox: Sandbox, at: str) -> Any:
    sandbox.at(at)
    ticket = sandbox.report("zhang")
    sandbox.give("xiaolin", ticket, "acknowledge")
    sandbox.give("xiaozhou", ticket, "open-to-pool")
    ticket = sandbox.give("laowang", ticket, "claim")
    sandbox.at(at[:11] + "20:00:00")
    return sandbox.work("laowang", ticket)


def of_type(sandbox: Sandbox, name: str) -> list[Any]:
    events: list[Any] = sandbox.read("admin", "/v1/events", types=name)["items"]
    return events


def test_three_in_twenty_eight_days(client: httpx.Client) -> None:
    sandbox = Sandbox.open(client, "2024-02-06T09:00:00")
    sandbox.owner()
    for role, subject in (
        ("csr", "xiaolin"),
        ("dispatcher", "xiaozhou"),
        ("engineer", "laowang"),
        ("manager", "wang"),
    ):
        sandbox.person(role, subject)
    repairs = [repaired(sandbox, at) for at in REPAIRS]
    sandbox.at("2024-03-05T20:20:00")
    complaint = sandbox.report(
        "xiaolin",
        kind="complaint",
        channel="wechat_group",
        occurred_at="2024-03-05T20:14:00+08:00",
        reporter={"name": "张阿姨"},
        household_id="h-3-1201",
        supporters=10,
        pain_points=["报修响应慢", "师傅敷衍"],
    )
    sandbox.at("2024-03-05T20:21:00")

    last = of_type(sandbox, "recurrence_detected")[-1]
    assert (last["data"]["n"], last["data"]["within_days"]) == (3, 28)
    assert last["data"]["ticket_id"] == complaint["id"]
    assert last["occurred_at"] == "2024-03-05T12:14:00Z"
    assert len(of_type(sandbox, "recurrence_detected")) == 3, "each point is not one more"
    assert len(of_type(sandbox, "problem_opened")) == 1
    (problem,) = sandbox.read("wang", "/v1/problems")["items"]
    tickets = [each["id"] for each in (*repairs, complaint)]
    assert (problem["number"], problem["phenomenon"]["tickets"]) == ("PRB-1", tickets)
    for repair in repairs:
        shown = sandbox.read("wang", f"/v1/tickets/{repair['id']}")
        assert shown["first_time_fix"] == "refuted"
    refuted = of_type(sandbox, "first_time_fix_refuted")
    assert [event["data"]["by_ticket"] for event in refuted] == tickets[1:]
    hidden = sandbox.read("zhang", f"/v1/tickets/{repairs[0]['id']}/events")["items"]
    assert not [event for event in hidden if event["type"] == "first_time_fix_refuted"]
