"""Scenario 16: racing claims, the load cap, transfers, first responsibility (首问负责)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.running import Sandbox


@pytest.fixture
def staffed(sandbox: Sandbox) -> Sandbox:
    sandbox.owner()
    sandbox.person("csr", "xiaolin", name="小林")
    sandbox.person("dispatcher", "xiaozhou")
    sandbox.person("supervisor", "zhuguan", name="工程主管")
    for engineer in ("eng-a", "eng-b", "eng-c"):
        sandbox.person("engineer", engineer)
    return sandbox


def pooled(sandbox: Sandbox) -> Any:
    ticket = sandbox.report("zhang")
    sandbox.give("xiaolin", ticket, "acknowledge")
    return sandbox.give("xiaozhou", ticket, "open-to-pool")


def accepted(sandbox: Sandbox, engineer: str) -> Any:
    ticket = pooled(sandbox)
    return sandbox.give(engineer, ticket, "claim")


def test_of_two_who_claim_together_one_gets_it(staffed: Sandbox) -> None:
    ticket = pooled(staffed)
    with ThreadPoolExecutor(2) as both:
        answers = list(
            both.map(lambda who: staffed.tries(who, ticket, "claim"), ("eng-a", "eng-b"))
        )
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    winner = won.json()["assignee"]["subject"]
    problem = lost.json()
    assert problem["code"] == "already_claimed"
    assert problem["details"]["owner"] == winner


def test_with_five_tickets_nobody_gets_a_sixth_in_any_way(staffed: Sandbox) -> None:
    for _ in range(5):
        accepted(staffed, "eng-a")
    sixth = pooled(staffed)
    assert staffed.tries("eng-a", sixth, "claim").json()["code"] == "load_cap_reached"
    refused = staffed.tries("xiaozhou", sixth, "assign", engineer="eng-a")
    assert (refused.status_code, refused.json()["code"]) == (409, "load_cap_reached")
    of_b = staffed.give("eng-b", sixth, "claim")
    refused = staffed.tries("eng-b", of_b, "transfer", engineer="eng-a")
    assert (refused.status_code, refused.json()["code"]) == (409, "load_cap_reached")


def test_a_load_is_not_passed_by_claiming_at_once(staffed: Sandbox) -> None:
    tickets = [pooled(staffed) for _ in range(8)]
    with ThreadPoolExecutor(8) as together:
        answers = list(
            together.map(lambda ticket: staffed.tries("eng-a", ticket, "claim"), tickets)
        )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * 5 + [409] * 3


def test_completed_work_makes_room(staffed: Sandbox) -> None:
    tickets = [accepted(staffed, "eng-a") for _ in range(5)]
    sixth = pooled(staffed)
    assert staffed.tries("eng-a", sixth, "claim").status_code == 409
    staffed.work("eng-a", tickets[0])
    staffed.give("eng-a", sixth, "claim")


def test_a_transfer_that_nobody_answers_goes_back_after_ten_minutes(staffed: Sandbox) -> None:
    ticket = accepted(staffed, "eng-a")
    staffed.at("2024-03-05T09:30:00")
    ticket = staffed.give("eng-a", ticket, "transfer", engineer="eng-c")
    assert ticket["status"] == "transferred"
    staffed.at("2024-03-05T09:39:59")
    assert staffed.read("xiaolin", f"/v1/tickets/{ticket['id']}")["status"] == "transferred"
    assert staffed.at("2024-03-05T09:45:00") == 1
    ticket = staffed.read("xiaolin", f"/v1/tickets/{ticket['id']}")
    assert (ticket["status"], ticket["assignee"]["subject"]) == ("accepted", "eng-a")
    returned = staffed.read("xiaolin", f"/v1/tickets/{ticket['id']}/events")["items"][-1]
    assert returned["type"] == "assignment_returned"
    assert returned["occurred_at"] == "2024-03-05T01:40:00Z"
    assert staffed.tries("eng-c", ticket, "accept").status_code in (403, 404, 409)


def test_the_first_who_was_asked_stays_accountable_until_another_accepts(
    staffed: Sandbox,
) -> None:
    ticket = accepted(staffed, "eng-a")
    assert ticket["first_responsible"]["subject"] == "xiaolin"
    ticket = staffed.give("xiaolin", ticket, "hand-over", to="zhuguan")
    assert ticket["first_responsible"]["subject"] == "xiaolin"
    assert ticket["hand_over"] == {"subject": "zhuguan", "name": "工程主管"}
    assert staffed.tries("eng-a", ticket, "accept-hand-over").status_code == 403
    ticket = staffed.give("zhuguan", ticket, "accept-hand-over")
    assert ticket["first_responsible"] == {"subject": "zhuguan", "name": "工程主管"}
    shown = staffed.read("zhang", f"/v1/tickets/{ticket['id']}")
    assert shown["first_responsible"]["name"] == "工程主管"
