"""Scenario 17: three recurrences open one problem; 5-Why, actions, PDCA check."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.running import Sandbox

CHAIN = (
    ("n1", "ph", "每次只换垫片", "method"),
    ("n2", "n1", "未查主管道(老化)", "machine"),
    ("n3", "n2", "师傅未受系统培训", "people_skill"),
    ("n4", "n3", "无维修技能认证体系", "process"),
    ("n5", "n4", "管理重成本轻培训", "management"),
)


@pytest.fixture
def staffed(sandbox: Sandbox) -> Sandbox:
    sandbox.owner()
    sandbox.person("csr", "xiaolin", name="小林")
    sandbox.person("dispatcher", "xiaozhou")
    sandbox.person("supervisor", "zhuguan")
    sandbox.person("manager", "wang")
    sandbox.person("auditor", "shen")
    sandbox.person("engineer", "laowang")
    return sandbox


def repaired(sandbox: Sandbox) -> Any:
    ticket = sandbox.report("zhang")
    sandbox.give("xiaolin", ticket, "acknowledge")
    sandbox.give("xiaozhou", ticket, "open-to-pool")
    ticket = sandbox.give("laowang", ticket, "claim")
    return sandbox.work("laowang", ticket)


def recurring(sandbox: Sandbox) -> list[Any]:
    """Three repairs of one drain, each within thirty days of the one before."""
    tickets = [repaired(sandbox)]
    for day in ("2024-03-19", "2024-03-29"):
        sandbox.at(f"{day}T09:00:00")
        tickets.append(repaired(sandbox))
    sandbox.at("2024-03-29T12:00:00")
    return tickets


def tell(sandbox: Sandbox, who: str, problem: Any, path: str, **body: Any) -> httpx.Response:
    return sandbox.call(who, "POST", f"/v1/problems/{problem['id']}/{path}", json=body)


def told(sandbox: Sandbox, who: str, problem: Any, path: str, **body: Any) -> Any:
    answer = tell(sandbox, who, problem, path, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(sandbox: Sandbox, who: str, problem: Any, path: str, **body: Any) -> tuple[int, str]:
    answer = tell(sandbox, who, problem, path, **body)
    return answer.status_code, answer.json()["code"]


def analysed(sandbox: Sandbox, problem: Any, by: str = "laowang") -> None:
    for why_id, parent, answer, category in CHAIN:
        evidence = [{"type": "ticket", "ref": "R2"}]
        body = {"id": why_id, "parents": [parent], "answer": answer, "category": category}
        told(sandbox, by, problem, "whys", **body, evidence=evidence)
        told(sandbox, "zhuguan", problem, f"whys/{why_id}/verify", therefore_ok=True)


def log(sandbox: Sandbox, *types: str) -> list[Any]:
    items: list[Any] = sandbox.read("admin", "/v1/events", types=",".join(types))["items"]
    return items


def test_from_three_repairs_to_a_standard(staffed: Sandbox) -> None:
    tickets = recurring(staffed)
    (problem,) = staffed.read("shen", "/v1/problems")["items"]
    assert problem["number"] == "PRB-1"
    assert (problem["state"], problem["source"]) == ("opened", "recurrence")
    assert problem["phenomenon"]["tickets"] == [ticket["id"] for ticket in tickets]
    assert staffed.read("wang", "/v1/problems", ticket_id=tickets[0]["id"])["items"] == [problem]
    last = log(staffed, "recurrence_detected")[-1]
    assert (last["data"]["n"], last["data"]["within_days"]) == (3, 24)
    denied = {event["stream_id"] for event in log(staffed, "first_time_fix_refuted")}
    assert denied == {f"ticket-{ticket['id']}" for ticket in tickets[:2]}

    blame = {"id": "b1", "parents": ["ph"], "answer": "师傅态度差,扣50元", "category": "people"}
    shown = [{"type": "ticket", "ref": tickets[1]["number"]}]
    told(staffed, "xiaolin", problem, "whys", **blame, evidence=shown)
    told(staffed, "zhuguan", problem, "whys/b1/verify", therefore_ok=True)
    analysed(staffed, problem)
    assert refused(staffed, "wang", problem, "confirm", roots=["b1"]) == (409, "root_blames_person")
    confirmed = told(staffed, "wang", problem, "confirm", roots=["n5"])
    assert (confirmed["state"], confirmed["rca"]["roots"]) == ("root_confirmed", ["n5"])
    assert [node["level"] for node in confirmed["rca"]["nodes"]][1:] == [1, 2, 3, 4, 5]

    action = {"root": "n5", "type": "corrective", "owner": "工程部", "due": "2024-05-31"}
    assert refused(staffed, "wang", problem, "actions", **action) == (422, "action_incomplete")
    figures = {"metric": "ftf_rate", "baseline": 0.82, "target": 0.95}
    planned = told(staffed, "wang", problem, "actions", **action, **figures)["actions"][0]
    assert (planned["id"], planned["baseline"], planned["target"]) == ("A1", 0.82, 0.95)

    pilot = {"actions": ["A1"], "pilot_scope": ["B1", "B2"], "hypothesis": "培训+追溯 → CES 4→2"}
    told(staffed, "wang", problem, "cycles", **pilot, **{"from": "2024-04-01", "to": "2024-06-30"})
    staffed.at("2024-07-01T09:00:00")
    check = {"metric": "ces", "before": {"mean": 4.0, "n": 41}}
    few = told(staffed, "wang", problem, "cycles/1/check", **check, after={"mean": 2.0, "n": 12})
    assert few["verdict"] == "inconclusive"
    done = told(staffed, "wang", problem, "cycles/1/check", **check, after={"mean": 2.0, "n": 38})
    assert (done["verdict"], done["state"]) == ("improved", "verifying")
    assert done["pdca"][0]["check"]["after"] == {"mean": 2.0, "n": 38}
    assert (done["actions"][0]["state"], done["actions"][0]["promise"]) == ("overdue", "broken")
    standard = {"decision": "standardize", "document": "《维修作业指导书》v3"}
    acted = told(staffed, "wang", problem, "cycles/1/act", **standard, residual="10%维修不彻底")
    assert [cycle["state"] for cycle in acted["pdca"]] == ["acted", "planned"]
    assert refused(staffed, "wang", problem, "close") == (409, "check_not_passed")

    (cause,) = staffed.read("shen", "/v1/root-causes", category="management")["items"]
    assert cause["chains"] == [{"root": "n5", "answers": [answer for _, _, answer, _ in CHAIN]}]
    assert staffed.read("shen", "/v1/root-causes", category="weather")["items"] == []
    (held,) = log(staffed, "first_time_fix_confirmed")
    assert (held["stream_id"], held["occurred_at"]) == (
        f"ticket-{tickets[2]['id']}",
        "2024-04-28T01:00:00Z",
    )
    figure = staffed.read("shen", "/v1/metrics/first-time-fix", group_by="category")
    assert (figure["n"], figure["confirmed"], figure["causes"]["recurrence"]) == (3, 1, 2)
    assert (figure["value"], figure["sufficient"]) == (33.33, False)
    assert figure["groups"][0]["key"] == "leak"


def test_however_many_report_at_once_there_is_one_problem(staffed: Sandbox) -> None:
    with ThreadPoolExecutor(6) as together:
        list(together.map(lambda _: staffed.report("zhang"), range(6)))
    staffed.at("2024-03-05T09:05:00")
    (problem,) = staffed.read("wang", "/v1/problems")["items"]
    assert len(log(staffed, "problem_opened")) == 1
    assert problem["occurrences"] == 6
    body = {"phenomenon": "又是厨房", "ticket_ids": problem["phenomenon"]["tickets"][:2]}
    second = staffed.call("wang", "POST", "/v1/problems", json=body)
    assert (second.status_code, second.json()["code"]) == (409, "problem_open_already")


def test_a_figure_that_fell_is_a_problem_too(staffed: Sandbox) -> None:
    metric = {"name": "nps", "value": 20, "threshold": 50, "n": 41}
    body = {"phenomenon": "二季度 NPS 只有 20", "metric": metric, "community": "jinxiu"}
    answer = staffed.call("wang", "POST", "/v1/problems", json=body)
    assert answer.status_code == 201, answer.text
    problem = answer.json()
    assert answer.headers["location"] == f"/v1/problems/{problem['id']}"
    assert (problem["source"], problem["phenomenon"]["metric"]) == ("metric", metric)
    assert staffed.read("shen", answer.headers["location"]) == problem
    again = staffed.call("wang", "POST", "/v1/problems", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "problem_open_already")
    elsewhere = staffed.person("manager", "li", communities=["xincheng"])
    assert staffed.call(elsewhere, "GET", answer.headers["location"]).status_code == 404
    assert staffed.call("zhang", "GET", answer.headers["location"]).status_code == 403


def test_what_comes_back_after_the_closing_opens_it_again(staffed: Sandbox) -> None:
    for _ in range(3):
        ticket = staffed.report("zhang")
    staffed.give("xiaolin", ticket, "acknowledge")
    staffed.give("xiaozhou", ticket, "assign", engineer="laowang")  # who sees the problem of it
    staffed.at("2024-03-05T09:05:00")
    (problem,) = staffed.read("wang", "/v1/problems")["items"]
    analysed(staffed, problem, by="xiaolin")  # no engineer has these tickets
    told(staffed, "wang", problem, "confirm", roots=["n5"])
    action = {"root": "n5", "type": "corrective", "owner": "工程部", "due": "2024-05-31"}
    figures = {"metric": "ftf_rate", "baseline": 0.82, "target": 0.95}
    told(staffed, "wang", problem, "actions", **action, **figures)
    plan = {"hypothesis": "h", "actions": ["A1"], "from": "2024-04-01", "to": "2024-06-30"}
    told(staffed, "wang", problem, "cycles", **plan)
    staffed.at("2024-07-01T09:00:00")
    sides = {"before": {"mean": 82, "n": 200}, "after": {"mean": 95, "n": 200}}
    told(staffed, "wang", problem, "cycles/1/check", metric="ftf_rate", **sides)
    staffed.at("2024-09-29T08:59:59")
    assert refused(staffed, "wang", problem, "close") == (409, "closes_later")
    staffed.at("2024-09-29T09:00:00")
    assert told(staffed, "wang", problem, "close")["state"] == "closed"
    again = staffed.report("zhang")
    staffed.at("2024-09-29T09:30:00")
    (reopened,) = staffed.read("wang", "/v1/problems")["items"]
    assert (reopened["state"], reopened["reopenings"]) == ("reopened", 1)
    assert again["id"] in reopened["phenomenon"]["tickets"]
    assert staffed.read("wang", "/v1/problems", state="closed")["items"] == []
