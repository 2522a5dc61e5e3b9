"""Scenario 2: a holiday night does not move the clocks of the `always` calendar."""

from typing import Any

import httpx
import pytest

from tests.running import Sandbox
from tests.scenarios.clocks import breaches, clock, dispatched, history, local, people


@pytest.fixture
def labour_day(client: httpx.Client) -> Sandbox:
    return people(Sandbox.open(client, "2024-05-01T02:10:00"))


def on_the_way(sandbox: Sandbox) -> Any:
    ticket = sandbox.report("zhang", service_class="emergency", description="水管爆裂")
    dispatched(sandbox, ticket)
    sandbox.give("laowang", ticket, "depart", eta="2024-05-01T02:38:00+08:00")
    return ticket


def arrive(sandbox: Sandbox, ticket: Any, when: str) -> Any:
    sandbox.at(when)
    return sandbox.give(
        "laowang", ticket, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")]
    )


def test_the_clocks_of_an_emergency_run_through_the_night(labour_day: Sandbox) -> None:
    ticket = labour_day.report("zhang", service_class="emergency")
    assert {each["kind"] for each in ticket["clocks"]} == {"acknowledge", "arrive"}
    assert local(clock(ticket, "acknowledge")["due_at"]) == "05-01 02:25:00"
    assert clock(ticket, "arrive")["due_at"] == "2024-04-30T18:40:00Z"
    assert local(clock(ticket, "arrive")["due_at"]) == "05-01 02:40:00"


def test_who_arrives_at_the_very_second_is_on_time(labour_day: Sandbox) -> None:
    ticket = arrive(labour_day, on_the_way(labour_day), "2024-05-01T02:40:00")
    arrived = clock(ticket, "arrive")
    assert (arrived["state"], arrived["result"]) == ("met", "on_time")
    assert (arrived["elapsed"], arrived["overrun"]) == ("PT30M", None)
    labour_day.at("2024-05-01T04:00:00")
    assert breaches(labour_day, ticket_id=ticket["id"]) == []


def test_who_arrives_a_second_later_is_late_by_a_second(labour_day: Sandbox) -> None:
    ticket = arrive(labour_day, on_the_way(labour_day), "2024-05-01T02:40:01")
    arrived = clock(ticket, "arrive")
    assert (arrived["state"], arrived["result"]) == ("met_late", "late")
    assert (arrived["overrun"], local(arrived["breached_at"])) == ("PT1S", "05-01 02:40:00")
    [recorded] = history(labour_day, ticket, "sla_breached")
    assert local(recorded["occurred_at"]) == "05-01 02:40:00"
    [breach] = breaches(labour_day, ticket_id=ticket["id"])
    assert local(breach["occurred_at"]) == local(breach["due_at"]) == "05-01 02:40:00"
    assert breach["detected_at"] == recorded["recorded_at"]
    assert (breach["overrun"], local(breach["ended_at"])) == ("PT1S", "05-01 02:40:01")
    labour_day.at("2024-05-01T09:00:00")
    [later] = breaches(labour_day, ticket_id=ticket["id"])
    assert later == breach, "what is over does not grow"
