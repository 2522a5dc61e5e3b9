"""Scenario 20, 张阿姨 (S003): from the third leak to a promoter, all on one timeline."""

from typing import Any

import httpx
import pytest

from tests.running import SHANGHAI, Sandbox
from tests.scenarios.clocks import clock, history, local, whole

HOME = "h-3-1201"
ZHANG = {"name": "张阿姨", "phone": "13900000001"}
PAIN_POINTS = ("报修响应慢", "师傅敷衍", "公共卫生差", "维修不彻底", "没有人回访")
PENALTY = {"amount_fen": 50_000, "per": "started_day", "cap_fen": 500_000, "benefit": "fee_credit"}


@pytest.fixture
def estate(client: httpx.Client) -> Sandbox:
    sandbox = Sandbox.open(client, clock="2024-02-06T09:10:00")
    sandbox.owner(name="张阿姨")
    for role, subject in (
        ("csr", "xiaolin"),
        ("dispatcher", "xiaozhou"),
        ("supervisor", "zhuguan"),
        ("manager", "wang"),
        ("engineer", "laowang"),
        ("finance", "kuaiji"),
        ("auditor", "shen"),
    ):
        sandbox.person(role, subject)
    return sandbox


def mended(sandbox: Sandbox, at: str) -> Any:
    """A repair of the kitchen drain: a new washer, the same day."""
    sandbox.at(at)
    ticket = sandbox.report("zhang", service_class="simple")
    sandbox.give("xiaolin", ticket, "acknowledge")
    sandbox.give("xiaozhou", ticket, "assign", engineer="laowang")
    sandbox.give("laowang", ticket, "accept")
    return sandbox.work("laowang", ticket)


def leaked_three_times(sandbox: Sandbox) -> list[Any]:
    dates = ("2024-02-06T09:10:00", "2024-02-20T19:05:00", "2024-03-01T08:20:00")
    return [mended(sandbox, at) for at in dates]


def said_in_the_group(sandbox: Sandbox, **more: Any) -> Any:
    """Ten voice messages at 20:14, entered by 小林 at 20:20."""
    told = {
        "channel": "wechat_group",
        "household_id": HOME,
        "reporter": ZHANG,
        "occurred_at": f"2024-03-05T20:14:00{SHANGHAI}",
    }
    return sandbox.report("xiaolin", **told, **more)


def complained(sandbox: Sandbox, *repairs: Any) -> Any:
    sandbox.at("2024-03-05T20:20:00")
    return said_in_the_group(
        sandbox,
        kind="complaint",
        description="三次都没修好！",
        supporters=10,
        quotes=[repair["id"] for repair in repairs],
    )


def with_its_repair(sandbox: Sandbox, complaint: Any) -> Any:
    """The main pipe is a separate repair with its own clocks."""
    repair = said_in_the_group(sandbox, service_class="complex")
    sandbox.give("xiaolin", complaint, "link", ticket_id=repair["id"], kind="related")
    return repair


def promised(sandbox: Sandbox, repair: Any) -> Any:
    """Inspected on 03-07; the plan at 11:00, and five days with ¥500 for each started day late."""
    sandbox.at("2024-03-07T09:30:00")
    sandbox.give("xiaozhou", repair, "assign", engineer="laowang")
    sandbox.give("laowang", repair, "accept")
    sandbox.give("laowang", repair, "depart", eta=f"2024-03-07T09:40:00{SHANGHAI}")
    sandbox.give("laowang", repair, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")])
    sandbox.at("2024-03-07T11:00:00")
    plan = {"plan": "主管道老化，整段更换", "material_fen": 0, "chargeable": False}
    sandbox.give("laowang", repair, "propose-solution", **plan)
    said = {"kind": "completion", "due": {"days": 5, "count_rule": "civil_code_201_203"}}
    promise = sandbox.tries("wang", repair, "promises", **said, penalty=PENALTY)
    assert promise.status_code == 201, promise.text
    return promise.json()


def worked(sandbox: Sandbox, repair: Any) -> Any:
    """A video each day; done on 03-12 at 16:30, accepted and signed at 17:00."""
    for day in (8, 9, 10, 11, 12):
        sandbox.at(f"2024-03-{day:02}T15:00:00")
        sandbox.give("laowang", repair, "update-progress", text="今天的施工视频")
    sandbox.at("2024-03-12T16:30:00")
    for check in repair["checklist"]:
        sandbox.give("laowang", repair, "check-item", item=check["item"])
    after = [sandbox.photo("laowang", "after")]
    done = sandbox.give("laowang", repair, "complete-work", photo_ids=after, summary="主管已更换")
    sandbox.at("2024-03-12T17:00:00")
    sandbox.give("wang", repair, "verify")
    sandbox.give("zhang", repair, "sign-completion")
    return done


def log(sandbox: Sandbox, *types: str) -> list[Any]:
    return whole(sandbox, "/v1/events", types=",".join(types))


def test_what_the_group_said_is_a_complaint_a_problem_and_no_first_time_fix(
    estate: Sandbox,
) -> None:
    repairs = leaked_three_times(estate)
    complaint = complained(estate, *repairs)
    assert local(clock(complaint, "acknowledge")["due_at"]) == "03-05 20:29:00"
    assert local(clock(complaint, "propose")["due_at"]) == "03-06 18:00:00"
    estate.at("2024-03-05T20:27:00")
    taken = estate.give("xiaolin", complaint, "acknowledge")
    assert clock(taken, "acknowledge")["result"] == "on_time"
    assert taken["first_responsible"]["subject"] == "xiaolin"
    raised = [each["data"] for each in history(estate, complaint, "escalation_raised")]
    assert {(each["reason"], each["audience"]) for each in raised} == {
        ("public_spread", "manager"),
        ("repeat", "manager"),
    }
    assert {local(each["due_at"]) for each in raised} == {"03-05 20:29:00"}

    [problem] = estate.read("shen", "/v1/problems")["items"]
    assert problem["number"] == "PRB-1"
    assert len(log(estate, "problem_opened")) == 1
    last = log(estate, "recurrence_detected")[-1]
    assert (last["data"]["n"], last["data"]["within_days"]) == (3, 28)
    denied = {each["stream_id"] for each in log(estate, "first_time_fix_refuted")}
    assert denied == {f"ticket-{each['id']}" for each in repairs}

    repair = with_its_repair(estate, complaint)
    assert local(clock(repair, "propose")["due_at"]) == "03-07 20:14:00"
    assert len(log(estate, "problem_opened")) == 1


def test_five_pain_points_are_five_issues_and_each_has_an_outcome(estate: Sandbox) -> None:
    complaint = complained(estate)
    estate.at("2024-03-05T20:27:00")
    estate.give("xiaolin", complaint, "acknowledge")
    estate.at("2024-03-06T12:00:00")
    estate.give("xiaolin", complaint, "comment", text="上门倾听两小时，当面致歉")
    issues = [
        estate.report(
            "xiaolin",
            kind="complaint",
            description=point,
            parent_id=complaint["id"],
            household_id=HOME,
            reporter=ZHANG,
        )
        for point in PAIN_POINTS
    ]
    estate.give("xiaolin", complaint, "investigate")
    estate.give("xiaolin", complaint, "propose-answer", plan="更换主管，逐项整改")
    estate.give("xiaolin", complaint, "remedy")
    answer = {"facts": "只换了垫片", "measure": "更换主管道", "date": "2024-03-12"}
    early = estate.tries("xiaolin", complaint, "respond", **answer)
    assert early.status_code == 409, early.text
    for issue in issues:
        estate.give("xiaolin", issue, "acknowledge")
        assert clock(estate.read("xiaolin", f"/v1/tickets/{issue['id']}"), "propose")
        estate.give("xiaolin", issue, "satisfy")
    estate.give("xiaolin", complaint, "respond", **answer)
    assert estate.give("zhang", complaint, "satisfy")["status"] == "satisfied"


def test_a_promise_kept_and_what_was_given_on_the_spot(estate: Sandbox) -> None:
    repair = with_its_repair(estate, complained(estate))
    estate.at("2024-03-05T20:27:00")
    estate.give("xiaolin", repair, "acknowledge")
    promise = promised(estate, repair)
    assert local(promise["due_at"]) == "03-13 00:00:00"
    estate.give("zhuguan", repair, "hold", reason="fund_approval")
    estate.at("2024-03-07T18:00:00")
    estate.give("xiaozhou", repair, "release")
    now = estate.read("zhang", f"/v1/tickets/{repair['id']}")
    assert clock(now, "propose")["result"] == "on_time"
    done = worked(estate, repair)
    [kept] = done["promises"]
    assert (kept["state"], kept["accrued_fen"]) == ("kept", 0)
    dues = {each["purpose"]: local(each["due_at"]) for each in done["follow_ups"]}
    assert dues == {"satisfaction": "03-13 16:30:00", "outcome": "03-15 16:30:00"}

    gifts = (("housekeeping", 30_000), ("gift", 6_000), ("gift", 20_000))
    states = []
    for benefit, amount_fen in gifts:
        body = {"benefit": benefit, "amount_fen": amount_fen, "reason": "致歉"}
        states.append(estate.tries("xiaolin", repair, "compensations", **body).json()["state"])
    assert states == ["granted", "granted", "pending_approval"]


def test_who_was_asked_says_that_it_came_back(estate: Sandbox) -> None:
    leaked = leaked_three_times(estate)
    estate.at("2024-03-02T10:00:00")
    estate.ask("xiaolin", leaked[-1], "recurred", purpose="outcome")
    again = estate.read("xiaolin", f"/v1/tickets/{leaked[-1]['id']}")
    assert (again["status"], again["cycle"]) == ("reopened", 2)
    assert len(log(estate, "problem_opened")) == 1
    [problem] = estate.read("shen", "/v1/problems")["items"]
    assert problem["occurrences"] == 4


def test_from_the_complaint_to_a_promoter_on_one_timeline(estate: Sandbox) -> None:
    complaint = complained(estate)
    repair = with_its_repair(estate, complaint)
    estate.at("2024-03-05T20:27:00")
    for ticket in (complaint, repair):
        estate.give("xiaolin", ticket, "acknowledge")
    promised(estate, repair)
    worked(estate, repair)
    for purpose in ("care", "inspection"):
        series = {
            "household_id": HOME,
            "ticket_id": repair["id"],
            "purpose": purpose,
            "cadence": "weekly",
            "first_at": f"2024-03-19T10:00:00{SHANGHAI}",
            "until": "2024-04-10",
            "assigned_to": "xiaolin",
        }
        started = estate.call("xiaolin", "POST", "/v1/follow-up-series", json=series)
        assert started.status_code == 201, started.text
    estate.at("2024-03-13T10:00:00")
    estate.ask("xiaolin", repair, "satisfied", score=5)
    estate.at("2024-06-01T09:00:00")
    wave = {
        "kind": "nps",
        "scale_id": "nps_0_10",
        "name": "二季度",
        "from": "2024-06-01",
        "to": "2024-06-30",
        "issued": 3,
    }
    campaign = estate.call("wang", "POST", "/v1/surveys/campaigns", json=wave).json()
    answer = {
        "kind": "nps",
        "scale_id": "nps_0_10",
        "household_id": HOME,
        "score": 10,
        "campaign_id": campaign["id"],
        "channel": "phone",
    }
    given = estate.call("xiaolin", "POST", "/v1/surveys/responses", json=answer)
    assert given.status_code == 201, given.text
    for friend in ("李阿姨", "王老师", None):
        path = f"/v1/households/{HOME}/referrals"
        assert estate.call("xiaolin", "POST", path, json={"friend": friend}).status_code == 201
    nps = estate.read("wang", "/v1/metrics/nps", campaign_id=campaign["id"])
    assert (nps["n"], nps["promoters"], nps["value"]) == (1, 1, 100.0)

    events: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = estate.read("shen", f"/v1/households/{HOME}/timeline", limit=100, **cursor)
        events += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    types = [each["type"] for each in events]
    story = (
        "ticket_reported",
        "promise_made",
        "work_completed",
        "promise_kept",
        "completion_signed",
        "follow_up_completed",
        "survey_answered",
        "referral_recorded",
    )
    first = [types.index(each) for each in story]
    assert first == sorted(first)
    assert types.count("referral_recorded") == 3
    assert all(each["actor"]["subject"] and each["recorded_at"] for each in events)
    late = next(each for each in events if each["type"] == "ticket_reported")
    assert local(late["occurred_at"]) == "03-05 20:14:00"
    assert local(late["recorded_at"]) == "03-05 20:20:00"
    [whole_of_repair] = [
        estate.read("shen", f"/v1/tickets/{complaint['id']}/timeline", limit=100)["items"]
    ]
    assert {each["about"]["number"] for each in whole_of_repair} >= {
        complaint["number"],
        repair["number"],
    }
