"""What would have been under another rule or policy joins no anonymous complaint to its household:
caps per household and rows for one household's tag are the caller's to choose."""

import pytest

from tests.api.test_sla_policies import default_rows, put
from tests.running import Sandbox

WINDOW = {"from": "2024-03-01T00:00:00+08:00", "to": "2024-03-31T00:00:00+08:00"}

FOR_ONE_HOUSEHOLD = {
    "selector": {"kind": "complaint", "tier": "probe"},
    "clocks": [{"clock": "propose", "target": "PT20H"}],
}


@pytest.fixture
def reported(sandbox: Sandbox) -> dict[str, str]:
    """A household with a tag of its own, a repair and two anonymous complaints."""
    sandbox.owner("zhang", "h-3-1201", communities=["jinxiu"])
    for role, subject in (("manager", "sun"), ("manager", "ma"), ("security", "guard")):
        sandbox.person(role, subject)
    sandbox.report("zhang")
    complaints = {
        subject: sandbox.report(
            "zhang", kind="complaint", subject_of_complaint=subject, anonymous=True
        )["id"]
        for subject in ("sun", "guard")
    }
    record = {
        "members": [{"subject": "zhang", "name": "张阿姨"}],
        "communities": ["jinxiu"],
        "preferences": {"tags": ["probe"], "quiet_hours": []},
    }
    answer = sandbox.call("sun", "PUT", "/v1/households/h-3-1201", json=record)
    assert answer.status_code == 200, answer.text
    return complaints


@pytest.fixture
def late(sandbox: Sandbox, reported: dict[str, str]) -> dict[str, str]:
    sandbox.at("2024-03-07T09:00:00")
    return reported


@pytest.mark.parametrize("who", ["sun", "guard"])
def test_a_trial_of_a_rule_leaves_them_out(
    sandbox: Sandbox, late: dict[str, str], who: str
) -> None:
    draft = {
        "trigger": {"event": "SlaBreached", "clock": "acknowledge"},
        "benefit": {"kind": "fee_credit", "amount_fen": 5000},
        "caps": {"per_household_month_fen": 5000},
    }
    path = "/v1/compensation-rules/R-DRAFT/dry-run"
    told = {}
    for each in (who, "ma"):
        answer = sandbox.call(each, "POST", path, json=WINDOW | {"draft": draft})
        assert answer.status_code == 200, answer.text
        told[each] = {item["ticket_id"] for item in answer.json()["items"]}
    assert told["ma"] - told[who] == {late[who]}


def test_a_simulation_leaves_them_out(sandbox: Sandbox, late: dict[str, str]) -> None:
    body = {"draft_policy": {"policy_id": "default", "rows": [FOR_ONE_HOUSEHOLD]}}
    told = {}
    for each in ("sun", "ma"):
        answer = sandbox.call(each, "POST", "/v1/sla/simulate", json=body)
        assert answer.status_code == 200, answer.text
        told[each] = {item["ticket_id"] for item in answer.json()["items"]}
    assert told["ma"] - told["sun"] == {late["sun"]}


def test_a_migration_refuses_them_unseen(sandbox: Sandbox, reported: dict[str, str]) -> None:
    rows = [*default_rows(sandbox), FOR_ONE_HOUSEHOLD]
    answer = put(sandbox, rows, who="ma")
    assert answer.status_code == 200, answer.text
    for dry_run in (True, False):
        body = {"policy_id": "default", "dry_run": dry_run}
        told = sandbox.call("sun", "POST", "/v1/sla/migrate", json=body).json()
        assert told["refused"] == [{"ticket_id": reported["sun"], "code": "subject_of_complaint"}]
        shown = {item["ticket_id"] for item in told["items"]}
        assert reported["guard"] in shown
        assert reported["sun"] not in shown
