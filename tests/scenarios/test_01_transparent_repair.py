"""Scenario 1 (without its clocks): a repair from the report to the signature, over HTTP."""

from tests.running import Sandbox

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

    sandbox.at("2024-03-05T09:08:00")
    ticket = sandbox.give(csr, ticket, "acknowledge")
    assert ticket["first_responsible"] == {"subject": "xiaolin", "name": "小林"}

    sandbox.at("2024-03-05T09:10:00")
    eta = "2024-03-05T10:30:00+08:00"
    ticket = sandbox.give(dispatcher, ticket, "assign", engineer=engineer, eta=eta)
    assert ticket["status"] == "assigned"
    ticket = sandbox.give(engineer, ticket, "accept")
    assert ticket["assignee"] == {"subject": "laowang", "name": "王师傅"}

    sandbox.at("2024-03-05T10:05:00")
    sandbox.give(engineer, ticket, "depart", eta=eta)
    sandbox.at("2024-03-05T10:25:00")
    sandbox.give(engineer, ticket, "arrive", photo_ids=[sandbox.photo(engineer, "on_site")])
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

    history = sandbox.read(auditor, f"/v1/tickets/{ticket['id']}/events")["items"]
    assert [event["version"] for event in history] == list(range(1, len(history) + 1))
    told = [event["type"] for event in history]
    for each in ("ticket_reported", "ticket_acknowledged", "engineer_departed"):
        assert told.count(each) == 1
    for each in ("engineer_arrived", "work_completed", "completion_signed"):
        assert told.count(each) == 1
    arrived = history[told.index("engineer_arrived")]
    assert arrived["occurred_at"] == arrived["recorded_at"] == "2024-03-05T02:25:00Z"

    whole = sandbox.read(auditor, "/v1/events", limit=100)
    positions = [event["position"] for event in whole["items"]]
    assert positions == list(range(1, whole["head"] + 1))
