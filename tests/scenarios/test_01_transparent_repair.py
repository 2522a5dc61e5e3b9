"""Scenario 1: a repair from the report to the signature, over HTTP."""

import hashlib
from typing import Any

from app.event_store.codec import canonical
from tests.running import Sandbox
from tests.scenarios.clocks import breaches, clock, history, local, notices

UTC_0900 = "2024-03-05T01:00:00Z"


def test_a_repair_is_reported_worked_completed_and_signed(sandbox: Sandbox) -> None:
    owner = sandbox.owner(name="张阿姨")
    csr = sandbox.person("csr", "xiaolin", name="小林")
    dispatcher = sandbox.person("dispatcher", "xiaozhou")
    engineer = sandbox.person("engineer", "laowang", name="王师傅")
    auditor = sandbox.person("auditor", "shenji")

    ticket = sandbox.report(owner, photo_ids=[sandbox.photo(owner, "report")])
    assert (ticket["number"], ticket["status"]) == ("R240305-0001", "reported")
    assert (ticket["reported_at"], ticket["household_id"]) == (UTC_0900, "h-3-1201")
    arrive = clock(ticket, "arrive")
    assert (arrive["state"], arrive["target"]) == ("running", "PT2H")
    assert local(arrive["due_at"]) == "03-05 11:00:00"
    assert local(arrive["warn_at"]) == "03-05 10:36:00"
    assert local(clock(ticket, "acknowledge")["due_at"]) == "03-05 09:15:00"

    sandbox.at("2024-03-05T09:08:00")
    ticket = sandbox.give(csr, ticket, "acknowledge")
    assert ticket["first_responsible"] == {"subject": "xiaolin", "name": "小林"}
    acknowledge = clock(ticket, "acknowledge")
    assert (acknowledge["state"], acknowledge["result"]) == ("met", "on_time")
    assert acknowledge["elapsed"] == "PT8M"

    sandbox.at("2024-03-05T09:10:00")
    eta = "2024-03-05T10:30:00+08:00"
    ticket = sandbox.give(dispatcher, ticket, "assign", engineer=engineer, eta=eta)
    assert ticket["status"] == "assigned"
    ticket = sandbox.give(engineer, ticket, "accept")
    assert ticket["assignee"] == {"subject": "laowang", "name": "王师傅"}

    sandbox.at("2024-03-05T10:05:00")
    sandbox.give(engineer, ticket, "depart", eta=eta)
    sandbox.at("2024-03-05T10:25:00")
    ticket = sandbox.give(
        engineer, ticket, "arrive", photo_ids=[sandbox.photo(engineer, "on_site")]
    )
    arrive = clock(ticket, "arrive")
    assert (arrive["result"], arrive["elapsed"], arrive["overrun"]) == ("on_time", "PT1H25M", None)
    assert local(arrive["stopped_at"]) == "03-05 10:25:00"
    for check in ticket["checklist"]:
        sandbox.give(engineer, ticket, "check-item", item=check["item"])
    sandbox.give(engineer, ticket, "add-cost", kind="material", description="角阀", amount_fen=8650)
    sandbox.at("2024-03-05T11:40:00")
    after = sandbox.photo(engineer, "after")
    ticket = sandbox.give(engineer, ticket, "complete-work", photo_ids=[after], summary="更换角阀")
    assert ticket["costs"]["material_fen"] == 8650
    form = ticket["completion_form"]["hash"]

    sandbox.at("2024-03-05T12:02:00")
    ticket = sandbox.give(owner, ticket, "sign-completion", form_hash=form)
    assert (ticket["status"], ticket["status_label"]) == ("confirmed", "业主已确认")
    assert ticket["completion_form"]["signed_at"] == "2024-03-05T04:02:00Z"

    the_owner_will_be_asked(sandbox, ticket, csr)
    assert breaches(sandbox, ticket_id=ticket["id"]) == []
    each_is_told_once(sandbox, ticket)
    the_history_is_whole(sandbox, ticket, auditor)


def the_owner_will_be_asked(sandbox: Sandbox, ticket: Any, csr: str) -> None:
    """After one day about satisfaction, after three about the outcome."""
    found = sandbox.read(csr, "/v1/tickets", kind="follow_up", sort="due_at")["items"]
    dues = [(one["follow_up"]["purpose"], clock(one, "follow_up")["due_at"]) for one in found]
    assert [(purpose, local(due_at)) for purpose, due_at in dues] == [
        ("satisfaction", "03-06 11:40:00"),
        ("outcome", "03-08 11:40:00"),
    ]
    assert [each["ticket_id"] for each in ticket["follow_ups"]] == [each["id"] for each in found]
    assert {each["follow_up"]["parent"]["number"] for each in found} == {"R240305-0001"}
    scheduled = history(sandbox, ticket, "follow_up_scheduled")
    assert [each["data"]["due_at"] for each in scheduled] == [due_at for _, due_at in dues]


def each_is_told_once(sandbox: Sandbox, ticket: Any) -> None:
    told = notices(sandbox, ticket)
    for template in ("ticket_reported", "engineer_departed", "engineer_arrived", "work_completed"):
        assert told.count(template) == 1
    assert not {"sla_warning", "sla_breached", "sla_escalation"} & set(told)


def the_history_is_whole(sandbox: Sandbox, ticket: Any, auditor: str) -> None:
    history = sandbox.read(auditor, f"/v1/tickets/{ticket['id']}/events")["items"]
    assert [event["version"] for event in history] == list(range(1, len(history) + 1))
    told = [event["type"] for event in history]
    for each in ("ticket_reported", "ticket_acknowledged", "engineer_departed"):
        assert told.count(each) == 1
    for each in ("engineer_arrived", "work_completed", "completion_signed"):
        assert told.count(each) == 1
    issued = history[told.index("completion_form_issued")]["data"]
    assert len(issued["form"]["nonce"]) == 32
    assert hashlib.sha256(canonical(issued["form"]).encode()).hexdigest() == issued["form_hash"]
    arrived = history[told.index("engineer_arrived")]
    assert arrived["occurred_at"] == arrived["recorded_at"] == "2024-03-05T02:25:00Z"

    whole = sandbox.read(auditor, "/v1/events", limit=100)
    positions = [event["position"] for event in whole["items"]]
    assert positions == list(range(1, whole["head"] + 1))
