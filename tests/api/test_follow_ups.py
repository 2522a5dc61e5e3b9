"""Follow-ups over HTTP: attempts, outcomes and their consequences; series of visits."""

from typing import Any

import pytest

from tests.running import Sandbox, new_key
from tests.scenarios.clocks import breaches, clock, dispatched, history, local, people


@pytest.fixture
def staffed(sandbox: Sandbox) -> Sandbox:
    return people(sandbox)


def done(sandbox: Sandbox) -> Any:
    """Completed at 09:00 on 2024-03-05."""
    ticket = dispatched(sandbox, sandbox.report("zhang"))
    return sandbox.work("laowang", ticket)


def follow_ups(sandbox: Sandbox, who: str, **filters: Any) -> list[Any]:
    listed = sandbox.read(who, "/v1/tickets", kind="follow_up", sort="due_at", **filters)
    found: list[Any] = listed["items"]
    return found


def now(sandbox: Sandbox, who: str, ticket: Any) -> Any:
    return sandbox.read(who, f"/v1/tickets/{ticket['id']}")


def refused(sandbox: Sandbox, who: str, ticket: Any, command: str, **body: Any) -> tuple[int, str]:
    answer = sandbox.tries(who, ticket, command, **body)
    return answer.status_code, answer.json()["code"]


def test_from_the_completion_to_the_answer(staffed: Sandbox) -> None:
    repair = done(staffed)
    first, second = follow_ups(staffed, "csr")
    assert (first["status"], first["status_label"]) == ("scheduled", "待回访")
    assert [link["kind"] for link in first["links"]] == ["parent"]
    assert first["follow_up"]["parent"]["ticket_id"] == repair["id"]
    assert [each["id"] for each in follow_ups(staffed, "zhang")] == [first["id"], second["id"]]
    assert follow_ups(staffed, "laowang") == []

    assert refused(staffed, "csr", first, "complete-follow-up", outcome="satisfied") == (
        409,
        "follow_up_not_attempted",
    )
    assert refused(staffed, "laowang", first, "attempt") == (403, "role_not_permitted")
    assert refused(staffed, "dispatcher", first, "assign", engineer="laowang") == (
        409,
        "not_of_this_kind",
    )
    staffed.at("2024-03-06T08:00:00")
    called = staffed.give("csr", first, "attempt", call_id="call-1")
    assert (called["status"], called["follow_up"]["attempts"]) == ("attempting", 1)
    staffed.give("csr", first, "attempt", call_id="call-1")
    assert now(staffed, "csr", first)["version"] == called["version"]

    staffed.give("zhang", repair, "sign-completion")
    assert refused(staffed, "csr", repair, "close") == (409, "follow_up_open")
    answered = staffed.give(
        "csr", first, "complete-follow-up", outcome="satisfied", score=5, text="师傅很好"
    )
    assert (answered["status"], answered["status_label"]) == ("completed", "已回访")
    assert (answered["follow_up"]["outcome"], answered["follow_up"]["score"]) == ("satisfied", 5)
    assert clock(answered, "follow_up")["result"] == "on_time"
    assert staffed.give("csr", repair, "close")["status"] == "closed"
    assert [each["id"] for each in follow_ups(staffed, "csr", status="scheduled")] == [second["id"]]
    staffed.at("2024-03-08T09:00:01")
    [late] = breaches(staffed, clock="follow_up")
    assert (late["ticket_id"], local(late["due_at"])) == (second["id"], "03-08 09:00:00")


def test_what_came_again_is_open_again_when_the_answer_is_given(staffed: Sandbox) -> None:
    repair = done(staffed)
    first, second = follow_ups(staffed, "csr")
    staffed.at("2024-03-06T08:00:00")
    staffed.ask("csr", repair, "recurred", text="还在渗")
    again = now(staffed, "zhang", repair)
    assert (again["status"], again["cycle"]) == ("reopened", 2)
    assert local(clock(again, "arrive", 2)["due_at"]) == "03-06 10:00:00"
    told = history(staffed, repair, "ticket_reopened", "first_time_fix_refuted")
    assert [each["type"] for each in told] == ["ticket_reopened", "first_time_fix_refuted"]
    [answer] = history(staffed, first, "follow_up_completed")
    assert {each["command_id"] for each in told} == {answer["command_id"]}, "in one append"
    assert now(staffed, "csr", second)["status"] == "cancelled"


def test_who_is_not_content_has_a_complaint_and_is_called_back(staffed: Sandbox) -> None:
    repair = done(staffed)
    staffed.at("2024-03-05T10:00:00")
    staffed.ask("csr", repair, "dissatisfied", score=1, text="态度差")
    [complaint] = staffed.read("zhang", "/v1/tickets", kind="complaint")["items"]
    assert (complaint["description"], complaint["household_id"]) == ("态度差", "h-3-1201")
    assert local(clock(complaint, "acknowledge")["due_at"]) == "03-05 10:15:00"
    back = next(c for c in now(staffed, "csr", repair)["follow_ups"] if c["purpose"] == "callback")
    call = {"id": back["ticket_id"]}
    assert local(back["due_at"]) == "03-06 10:00:00"
    assert refused(staffed, "csr", call, "attempt") == (403, "call_back_by_superior")
    staffed.give("zhuguan", call, "attempt")
    staffed.give("zhuguan", call, "complete-follow-up", outcome="neutral")


def test_an_owner_who_is_never_there(staffed: Sandbox) -> None:
    done(staffed)
    call = follow_ups(staffed, "csr")[0]
    for at in ("2024-03-05T18:00:00", "2024-03-05T19:00:00"):
        staffed.at(at)
        staffed.give("csr", call, "attempt")
    code, problem = (answer := staffed.tries("csr", call, "mark-unreachable")), answer.json()
    assert (code.status_code, problem["code"]) == (409, "too_few_attempts")
    assert "2 天" in problem["detail"]
    staffed.at("2024-03-06T08:30:00")
    staffed.give("csr", call, "attempt")
    assert staffed.give("csr", call, "mark-unreachable")["status_label"] == "联系不上"
    put_off = staffed.give("csr", call, "reschedule", at="2024-03-07T10:00:00+08:00")
    assert (put_off["status"], put_off["follow_up"]["attempts"]) == ("rescheduled", 0)
    assert local(clock(put_off, "follow_up", 2)["due_at"]) == "03-07 10:00:00"


def test_one_by_hand(staffed: Sandbox) -> None:
    repair = staffed.report("zhang")
    body = {
        "kind": "follow_up",
        "parent_id": repair["id"],
        "purpose": "care",
        "due_at": "2024-03-06T15:00:00+08:00",
        "description": "独居老人",
    }
    key = {"Idempotency-Key": new_key()}
    answer = staffed.call("csr", "POST", "/v1/tickets", json=body, headers=key)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"] == f"/v1/tickets/{made['id']}"
    assert (made["number"], made["follow_up"]["purpose"]) == ("F240305-0001", "care")
    assert made["location"] == repair["location"]
    due = clock(made, "follow_up")
    assert (local(due["due_at"]), due["target"]) == ("03-06 15:00:00", "PT30H")
    again = staffed.call("csr", "POST", "/v1/tickets", json=body, headers=key)
    assert again.json()["id"] == made["id"]
    assert staffed.call("zhang", "POST", "/v1/tickets", json=body).status_code == 403
    without = staffed.call("csr", "POST", "/v1/tickets", json={"kind": "follow_up"})
    assert without.status_code == 422
    assert [(each["pointer"], each["code"]) for each in without.json()["errors"]] == [
        ("/parent_id", "required")
    ]
    late = staffed.call(
        "csr", "POST", "/v1/tickets", json=body | {"due_at": "2024-03-05T09:00:00+08:00"}
    )
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/due_at")
    assert staffed.give("zhang", made, "cancel", reason="不用回访")["status_label"] == "已取消"


def test_a_series_of_visits(staffed: Sandbox) -> None:
    body = {
        "household_id": "h-3-1201",
        "location": {"community": "jinxiu", "building": "3", "unit": "1201"},
        "purpose": "care",
        "cadence": "weekly",
        "first_at": "2024-03-12T10:00:00+08:00",
        "until": "2024-04-02",
        "assigned_to": "csr",
        "reason": "独居老人",
    }
    answer = staffed.call("csr", "POST", "/v1/follow-up-series", json=body)
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"]
    series = staffed.read("zhuguan", path)
    assert (series["visits"], local(series["next_visit_at"])) == (0, "03-12 10:00:00")
    assert staffed.call("zhang", "GET", path).status_code == 403
    assert staffed.call("laowang", "POST", "/v1/follow-up-series", json=body).status_code == 403

    skip = {"date": "2024-03-19", "reason": "业主回老家"}
    skipped = staffed.call("csr", "POST", f"{path}/skip", json=skip)
    assert skipped.json()["skipped"] == [skip]
    wrong = staffed.call("csr", "POST", f"{path}/skip", json=skip | {"date": "2024-03-20"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "no_visit_on_that_day")

    staffed.at("2024-03-11T10:00:00")
    [visit] = follow_ups(staffed, "zhang")
    assert (visit["category"], visit["first_responsible"]["subject"]) == ("care", "csr")
    assert (visit["follow_up"]["series_id"], visit["links"]) == (series["id"], [])
    assert local(clock(visit, "follow_up")["due_at"]) == "03-12 10:00:00"
    assert visit["reported_at"] == "2024-03-11T02:00:00Z"
    staffed.give("csr", visit, "attempt")
    staffed.give("csr", visit, "complete-follow-up", outcome="satisfied")

    staffed.at("2024-03-27T00:00:00")
    dues = [local(each["follow_up"]["due_at"]) for each in follow_ups(staffed, "csr")]
    assert sorted(str(due) for due in dues) == ["03-12 10:00:00", "03-26 10:00:00"]
    [listed] = staffed.read("csr", "/v1/follow-up-series", active=True)["items"]
    assert (listed["visits"], local(listed["next_visit_at"])) == (2, "04-02 10:00:00")
    staffed.at("2024-04-03T00:00:01")
    over = staffed.read("csr", path)
    assert (over["end_reason"], local(over["ended_at"])) == ("until", "04-03 00:00:00")
    assert staffed.read("csr", "/v1/follow-up-series", active=True)["items"] == []
    ended = staffed.call("csr", "POST", f"{path}/end", json={"reason": "x"})
    assert ended.json()["end_reason"] == "until"


def test_a_visit_after_a_merge_is_not_made(staffed: Sandbox) -> None:
    one, other = staffed.report("zhang"), staffed.report("zhang")
    body = {
        "ticket_id": one["id"],
        "purpose": "inspection",
        "cadence": "daily",
        "until": "2024-03-20",
        "assigned_to": "zhuguan",
    }
    answer = staffed.call("csr", "POST", "/v1/follow-up-series", json=body)
    assert answer.status_code == 201, answer.text
    assert len(follow_ups(staffed, "csr")) == 1, "the first is near already"
    staffed.give("csr", one, "merge", into=other["id"])
    assert [each["status"] for each in follow_ups(staffed, "csr")] == ["cancelled"]
    staffed.at("2024-03-07T00:00:00")
    assert len(follow_ups(staffed, "csr")) == 1
