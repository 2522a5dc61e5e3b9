"""Complaints and suggestions over HTTP: lifecycle, lists, and the redaction of an anonymous
reporter in every response."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.expecting import problem
from tests.running import Sandbox

SECRETS = ("h-3-1201", "zhang", "张阿姨", "13900000001", '"1201"')


def people(sandbox: Sandbox) -> Sandbox:
    sandbox.owner(name="张阿姨")
    sandbox.owner("wang", "h-3-1202")
    for role, subject in (
        ("csr", "lin"),
        ("dispatcher", "du"),
        ("supervisor", "sun"),
        ("manager", "ma"),
        ("engineer", "li"),
        ("auditor", "shen"),
    ):
        sandbox.person(role, subject)
    return sandbox


@pytest.fixture(scope="module")
def world(base_url: str) -> Iterator[dict[str, Any]]:
    """An anonymous complaint about a supervisor, with a quoted repair, a child ticket, a photo and
    a supporter."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        sandbox = people(Sandbox.open(client))
        repair = sandbox.report("zhang", reporter={"phone": "13900000001"})
        photo = sandbox.photo("zhang", "report")
        complaint = sandbox.report(
            "zhang",
            kind="complaint",
            category="service",
            description="主管态度差",
            reporter={"phone": "13900000001"},
            photo_ids=[photo],
            subject_of_complaint="sun",
            anonymous=True,
            pain_points=["报修响应慢", "师傅敷衍"],
            quotes=[repair["id"]],
        )
        sandbox.at("2024-03-05T09:05:00")
        sandbox.give("wang", complaint, "support")
        sandbox.give("lin", complaint, "acknowledge")
        sandbox.give("lin", complaint, "investigate", investigator="li")
        yield {"sandbox": sandbox, "complaint": complaint, "repair": repair, "photo": photo}


def test_a_complaint_is_shown_as_one(world: dict[str, Any]) -> None:
    complaint = world["complaint"]
    assert complaint["number"].startswith("C240305-")
    assert (complaint["status"], complaint["status_label"]) == ("received", "已接收")
    assert (complaint["anonymous"], complaint["subject_of_complaint"]) == (True, "sun")
    dues = {one["kind"]: one["due_at"] for one in complaint["clocks"]}
    assert dues == {"acknowledge": "2024-03-05T01:15:00Z", "propose": "2024-03-06T01:00:00Z"}
    assert [one["kind"] for one in complaint["links"]] == ["quotes", "child", "child"]
    shown = world["sandbox"].read("lin", f"/v1/tickets/{complaint['id']}")
    assert (shown["status"], shown["supporters"]) == ("investigating", 1)
    assert shown["complaint"]["investigator"]["subject"] == "li"
    assert shown["reporter"]["name"] == "张阿姨"


WHERE = (
    "",
    "?version=1",
    "?version=2",
    "?as_of=2024-03-05T09:02:00%2B08:00",
    "/events",
    "/diff?from=0&to=100000",
    "/diff?from=1&to=3",
)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("who", ["sun", "li", "wang"])
def test_whose_it_is_stays_hidden(world: dict[str, Any], who: str, where: str) -> None:
    answer = world["sandbox"].call(who, "GET", f"/v1/tickets/{world['complaint']['id']}{where}")
    assert answer.status_code == 200
    assert not [secret for secret in SECRETS if secret in answer.text]
    assert world["repair"]["number"] not in answer.text


@pytest.mark.parametrize("where", WHERE[:1] + WHERE[4:6])
@pytest.mark.parametrize("who", ["lin", "ma", "shen", "zhang"])
def test_who_may_know_is_told(world: dict[str, Any], who: str, where: str) -> None:
    answer = world["sandbox"].call(who, "GET", f"/v1/tickets/{world['complaint']['id']}{where}")
    assert "h-3-1201" in answer.text
    assert world["repair"]["number"] in answer.text


def test_nor_do_its_parts_tell(world: dict[str, Any]) -> None:
    for link in world["complaint"]["links"]:
        if link["kind"] == "child":
            shown = world["sandbox"].read("sun", f"/v1/tickets/{link['ticket_id']}")
            assert (shown["household_id"], shown["links"]) == (None, [])


def test_nor_does_how_often_the_household_complained(world: dict[str, Any]) -> None:
    path = f"/v1/tickets/{world['complaint']['id']}"
    for who, told in (("sun", None), ("li", None), ("wang", None), ("lin", 1), ("zhang", 1)):
        assert world["sandbox"].read(who, path)["complaint"]["repeat"] == told
        events = world["sandbox"].read(who, f"{path}/events")["items"]
        [lodged] = [one for one in events if one["type"] == "complaint_lodged"]
        assert lodged["data"]["repeat"] == told


def test_nor_does_the_repair_that_it_quotes(world: dict[str, Any]) -> None:
    sandbox, path = world["sandbox"], f"/v1/tickets/{world['repair']['id']}"
    for who in ("sun", "lin", "ma", "shen", "zhang"):
        shown = sandbox.read(who, path)
        events = sandbox.read(who, f"{path}/events", limit=100)["items"]
        assert shown["links"] == []
        assert [one["version"] for one in events] == list(range(1, shown["version"] + 1)), who


@pytest.mark.parametrize(
    ("who", "status"), [("sun", 404), ("li", 404), ("wang", 404), ("lin", 200)]
)
def test_nor_does_its_picture(world: dict[str, Any], who: str, status: int) -> None:
    answer = world["sandbox"].call(who, "GET", f"/v1/attachments/{world['photo']}")
    assert answer.status_code == status


def test_nor_does_the_log_to_a_manager_who_is_meant(sandbox: Sandbox) -> None:
    people(sandbox)
    before = sandbox.read("shen", "/v1/events", limit=1)["head"]
    complaint = sandbox.report(
        "zhang", kind="complaint", anonymous=True, subject_of_complaint="ma", description="不作为"
    )
    read = {
        who: sandbox.call(who, "GET", "/v1/events", params={"after": before, "limit": 100})
        for who in ("ma", "shen")
    }
    positions = {who: [e["position"] for e in log.json()["items"]] for who, log in read.items()}
    assert positions["ma"] == positions["shen"][: len(positions["ma"])]
    assert complaint["id"] in read["shen"].text
    assert complaint["id"] not in read["ma"].text
    assert not [secret for secret in SECRETS if secret in read["ma"].text]
    stream = "complaint_record-h-3-1201"  # an anonymous complaint is counted nowhere
    for who in ("ma", "shen"):
        assert sandbox.read(who, "/v1/events", stream_id=stream)["items"] == []


def test_nor_to_one_who_works_in_another_community(sandbox: Sandbox) -> None:
    people(sandbox)
    sandbox.person("manager", "far", communities=["elsewhere"])
    before = sandbox.read("shen", "/v1/events", limit=1)["head"]
    complaint = sandbox.report(
        "zhang", kind="complaint", anonymous=True, subject_of_complaint="far", description="不作为"
    )
    read = sandbox.call("far", "GET", "/v1/events", params={"after": before, "limit": 100})
    assert read.status_code == 200
    assert complaint["id"] not in read.text
    assert not [secret for secret in SECRETS if secret in read.text]


def numbers(world: dict[str, Any], who: str, **filters: Any) -> set[str]:
    items = world["sandbox"].read(who, "/v1/tickets", **filters)["items"]
    return {one["number"] for one in items}


def test_nor_do_the_lists(world: dict[str, Any]) -> None:
    number = world["complaint"]["number"]
    for who in ("sun", "li", "wang", "lin"):
        assert number in numbers(world, who, kind="complaint", status="investigating"), who
        found = number in numbers(world, who, household_id="h-3-1201")
        assert found == (who == "lin")
    listed = world["sandbox"].call("sun", "GET", "/v1/tickets", params={"kind": "complaint"})
    assert not [secret for secret in SECRETS if secret in listed.text]


def test_lists_know_the_kinds(world: dict[str, Any]) -> None:
    assert {one[0] for one in numbers(world, "ma", kind="complaint")} == {"C"}
    assert {one[0] for one in numbers(world, "ma", kind="repair")} == {"R"}
    assert len(numbers(world, "ma", status="received")) == 2


def test_who_is_complained_about_has_no_hand_in_it(world: dict[str, Any]) -> None:
    refused = world["sandbox"].tries("sun", world["complaint"], "propose-answer", plan="没事")
    problem(refused, 403, "subject_of_complaint")


def test_a_complaint_from_the_evening_to_its_end(sandbox: Sandbox) -> None:
    people(sandbox)
    sandbox.at("2024-03-05T20:20:00")
    complaint = sandbox.report(
        "lin",
        kind="complaint",
        category="leak",
        description="厨房漏水报修三次",
        channel="wechat_group",
        supporters=10,
        occurred_at="2024-03-05T20:14:00+08:00",
        household_id="h-3-1201",
        reporter={"name": "张阿姨"},
    )
    dues = {one["kind"]: one["due_at"] for one in complaint["clocks"]}
    assert dues == {"acknowledge": "2024-03-05T12:29:00Z", "propose": "2024-03-06T10:00:00Z"}
    repair = sandbox.report(
        "lin",
        parent_id=complaint["id"],
        service_class="complex",
        occurred_at="2024-03-05T20:14:00+08:00",
        household_id="h-3-1201",
        reporter={"name": "张阿姨"},
    )
    proposal = next(one for one in repair["clocks"] if one["kind"] == "propose")
    assert proposal["due_at"] == "2024-03-07T12:14:00Z"
    path = f"/v1/tickets/{complaint['id']}"
    raised = [
        one
        for one in sandbox.read("ma", f"{path}/events")["items"]
        if one["type"] == "escalation_raised"
    ]
    assert [one["data"]["reason"] for one in raised] == ["public_spread"]
    assert raised[0]["data"]["due_at"] == "2024-03-05T12:29:00Z"
    sandbox.at("2024-03-05T20:27:00")
    acknowledged = sandbox.give("lin", complaint, "acknowledge")
    assert acknowledged["first_responsible"]["subject"] == "lin"
    sandbox.give("ma", complaint, "investigate")
    sandbox.at("2024-03-06T12:00:00")
    assert sandbox.give("ma", complaint, "propose-answer", plan="查主管道")["status"] == "proposed"
    sandbox.give("ma", complaint, "remedy")
    answer = {"facts": "三次只换垫片", "measure": "更换主管道", "date": "2024-03-12"}
    early = sandbox.tries("ma", complaint, "respond", **answer)
    problem(early, 409, "children_without_outcome")
    malformed = sandbox.tries("ma", complaint, "respond", facts="三次只换垫片", measure="换")
    problem(malformed, 422, "validation_failed", "/date")
    sandbox.give("zhang", repair, "cancel", reason="并入整改")
    responded = sandbox.give("ma", complaint, "respond", **answer)
    assert responded["complaint"]["answer"]["date"] == "2024-03-12"
    assert sandbox.give("zhang", complaint, "dispute", reason="还没修")["status_label"] == "不满意"
    sandbox.give("ma", complaint, "investigate")
    sandbox.give("ma", complaint, "propose-answer", plan="明天开工")
    sandbox.give("ma", complaint, "respond", **answer)
    assert sandbox.give("zhang", complaint, "satisfy")["status"] == "satisfied"
    assert sandbox.give("lin", complaint, "close")["status_label"] == "已关闭"


def test_an_owner_takes_a_complaint_back(sandbox: Sandbox) -> None:
    people(sandbox)
    complaint = sandbox.report("zhang", kind="complaint", category="service")
    alone = sandbox.tries("zhang", complaint, "withdraw", confirmed_by="nobody")
    problem(alone, 422, "unknown_staff")
    assert sandbox.give("zhang", complaint, "withdraw", confirmed_by="lin")["status"] == "withdrawn"


def test_a_suggestion_from_the_idea_to_the_thing(sandbox: Sandbox) -> None:
    people(sandbox)
    suggestion = sandbox.report(
        "zhang", kind="suggestion", category="service", description="老年健身器材"
    )
    assert suggestion["number"].startswith("S")
    sandbox.give("lin", suggestion, "acknowledge")
    assert sandbox.give("lin", suggestion, "accept")["status_label"] == "已采纳"
    done = sandbox.give("lin", suggestion, "complete-work", photo_ids=[], summary="健身角")
    assert (done["status"], done["status_label"]) == ("completed", "已落实")
    assert sandbox.give("lin", suggestion, "close")["status"] == "closed"
    refused = sandbox.tries("li", suggestion, "accept")
    problem(refused, 404, "ticket_not_found")
