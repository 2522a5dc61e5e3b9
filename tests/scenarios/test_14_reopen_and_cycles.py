"""Scenario 14 (clocks and cycles): thanks do not reopen a ticket, a new leak starts a new cycle."""

from typing import Any

import httpx

from tests.running import Sandbox
from tests.scenarios.clocks import clock, dispatched, local, people


def done(sandbox: Sandbox, ticket: Any, closed_at: str) -> Any:
    """Dispatched, worked, signed, followed up and closed."""
    ticket = dispatched(sandbox, ticket)
    sandbox.work("laowang", ticket)
    sandbox.at(closed_at)
    sandbox.give("zhang", ticket, "sign-completion")
    sandbox.ask("csr", ticket, "satisfied")
    return sandbox.give("csr", ticket, "close")


def test_thanks_a_second_cycle_and_a_ticket_of_its_own(client: httpx.Client) -> None:
    sandbox = people(Sandbox.open(client, "2024-03-08T09:00:00"))
    ticket = sandbox.report("zhang", service_class="simple")
    ticket = done(sandbox, ticket, "2024-03-08T11:00:00")
    first = clock(ticket, "resolve")
    assert (first["state"], first["result"]) == ("met", "on_time")

    sandbox.at("2024-03-08T12:00:00")
    thanked = sandbox.give("zhang", ticket, "comment", text="谢谢")
    assert (thanked["status"], thanked["cycle"]) == ("closed", 1)
    assert thanked["clocks"] == ticket["clocks"]

    sandbox.at("2024-03-12T09:00:00")
    again = sandbox.give("zhang", ticket, "reopen", reason="又漏了")
    assert (again["id"], again["status"], again["cycle"]) == (ticket["id"], "reopened", 2)
    second = clock(again, "resolve", 2)
    assert (second["state"], local(second["due_at"])) == ("running", "03-13 09:00:00")
    assert clock(again, "resolve") == first, "a cycle that is over is not rewritten"
    assert {each["kind"] for each in again["clocks"] if each["cycle"] == 2} == {
        "acknowledge",
        "arrive",
        "resolve",
    }

    sandbox.at("2024-03-12T13:00:00")
    sandbox.give("dispatcher", again, "assign", engineer="laowang")
    again = sandbox.give("laowang", again, "accept")
    sandbox.work("laowang", again)
    sandbox.at("2024-03-12T15:00:00")
    sandbox.give("zhang", again, "sign-completion")
    sandbox.ask("csr", again, "satisfied")
    closed = sandbox.give("csr", again, "close")
    assert clock(closed, "resolve", 2)["result"] == "on_time"
    assert clock(closed, "resolve") == first

    sandbox.at("2024-03-20T15:00:01")
    answer = sandbox.tries("zhang", ticket, "reopen", reason="还是漏")
    assert answer.status_code == 200, answer.text
    new = answer.json()
    assert new["id"] != ticket["id"]
    assert answer.headers["location"] == f"/v1/tickets/{new['id']}"
    assert [(link["ticket_id"], link["kind"]) for link in new["links"]] == [
        (ticket["id"], "recurs_of")
    ]
    assert clock(new, "resolve")["state"] == "running"
    assert local(clock(new, "resolve")["due_at"]) == "03-21 15:00:01"
    old = sandbox.read("csr", f"/v1/tickets/{ticket['id']}")
    assert (old["status"], old["cycle"]) == ("closed", 2)
    assert clock(old, "resolve") == first
