"""Scenario 6: a hold is not counted, even if the work is completed during it."""

import httpx

from tests.running import Sandbox
from tests.scenarios.clocks import breaches, clock, dispatched, history, local, people


def test_work_that_is_completed_while_on_hold(client: httpx.Client) -> None:
    sandbox = people(Sandbox.open(client, "2024-03-04T09:00:00"))
    ticket = sandbox.report("zhang", service_class="simple")
    assert local(clock(ticket, "resolve")["due_at"]) == "03-05 09:00:00"
    dispatched(sandbox, ticket)
    sandbox.give("laowang", ticket, "depart", eta="2024-03-04T09:30:00+08:00")
    sandbox.at("2024-03-04T09:30:00")
    sandbox.give("laowang", ticket, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")])
    for check in ticket["checklist"]:
        sandbox.give("laowang", ticket, "check-item", item=check["item"])

    sandbox.at("2024-03-04T10:00:00")
    sandbox.person("supervisor", "sun")
    held = sandbox.give("sun", ticket, "hold", reason="owner_unavailable")
    resolve = clock(held, "resolve")
    assert (resolve["state"], resolve["elapsed"]) == ("paused", "PT1H")
    sandbox.at("2024-03-08T10:00:00")
    resolve = clock(sandbox.read("zhang", f"/v1/tickets/{ticket['id']}"), "resolve")
    assert (resolve["state"], resolve["elapsed"]) == ("paused", "PT1H")

    sandbox.at("2024-03-10T10:30:00")
    done = sandbox.give(
        "laowang",
        ticket,
        "complete-work",
        photo_ids=[sandbox.photo("laowang", "after")],
        summary="更换角阀",
    )
    assert done["hold"] is None
    resolve = clock(done, "resolve")
    assert (resolve["state"], resolve["result"]) == ("met", "on_time")
    assert (resolve["elapsed"], resolve["overrun"]) == ("PT1H", None)
    assert local(resolve["stopped_at"]) == "03-10 10:30:00"

    moves = [
        each
        for each in history(sandbox, ticket, "sla_clock_resumed", "sla_clock_met")
        if each["data"]["clock"] == "resolve"
    ]
    assert [each["type"] for each in moves] == ["sla_clock_resumed", "sla_clock_met"]
    assert len({each["command_id"] for each in moves}) == 1
    assert breaches(sandbox, ticket_id=ticket["id"]) == []

    told = sandbox.read("zhang", f"/v1/tickets/{ticket['id']}/clocks/resolve/explain")
    assert [(each["kind"], each["reason"], each["seconds"]) for each in told["segments"]] == [
        ("counted", None, 3600),
        ("paused", "owner_unavailable", 6 * 86_400 + 1800),
    ]
