"""Breaches, running clocks, explanations and the on-time rate over HTTP."""

from typing import Any

import httpx
import pytest

from tests.api.expecting import nothing_recorded, problem
from tests.running import Sandbox
from tests.scenarios.clocks import clock, dispatched, local, people


@pytest.fixture
def late(sandbox: Sandbox) -> Sandbox:
    """Two tickets of 09:00: at the first the arrival was 25 minutes late, at the second there is
    none yet. It is 12:30."""
    people(sandbox)
    for _ in range(2):
        dispatched(sandbox, sandbox.report("zhang"))
    [_, first] = sandbox.read("csr", "/v1/tickets")["items"]
    sandbox.give("laowang", first, "depart", eta="2024-03-05T11:20:00+08:00")
    sandbox.at("2024-03-05T11:25:00")
    sandbox.give("laowang", first, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")])
    sandbox.at("2024-03-05T12:30:00")
    return sandbox


def breaches(sandbox: Sandbox, who: str = "csr", **filters: Any) -> list[Any]:
    found: list[Any] = sandbox.read(who, "/v1/sla/breaches", **filters)["items"]
    return found


def test_a_breach_happened_at_the_due_time(late: Sandbox) -> None:
    first, second = breaches(late)
    assert first["number"] == "R240305-0001"
    for one in (first, second):
        assert (one["clock"], one["cycle"]) == ("arrive", 1)
        assert local(one["due_at"]) == local(one["occurred_at"]) == "03-05 11:00:00"
        assert one["detected_at"].startswith("2024-03-05T03:00:00")
        assert (one["waived"], one["retracted"], one["assignee"]) == (False, False, "laowang")
    assert (first["overrun"], local(first["ended_at"])) == ("PT25M", "03-05 11:25:00")
    assert (second["overrun"], second["ended_at"]) == ("PT1H30M", None)
    late.at("2024-03-05T13:00:00")
    first, second = breaches(late)
    assert (first["overrun"], second["overrun"]) == ("PT25M", "PT2H")


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"clock": "arrive"}, 2),
        ({"clock": "acknowledge"}, 0),
        ({"from": "2024-03-05T11:00:00+08:00"}, 2),
        ({"from": "2024-03-05T11:00:01+08:00"}, 0),
        ({"to": "2024-03-05T11:00:00+08:00"}, 0),
        ({"to": "2024-03-05T11:00:01+08:00"}, 2),
        ({"community": "jinxiu"}, 2),
        ({"community": "lanting"}, 0),
        ({"assignee": "laowang"}, 2),
        ({"ticket_id": "01a1ff9b-0000-7000-8000-000000000000"}, 0),
        ({"retracted": "true"}, 2),
    ],
)
def test_breaches_are_filtered(late: Sandbox, filters: dict[str, str], count: int) -> None:
    assert len(breaches(late, **filters)) == count


def test_breaches_come_in_pages(late: Sandbox) -> None:
    page = late.read("csr", "/v1/sla/breaches", limit=1)
    [first] = page["items"]
    [second] = late.read("csr", "/v1/sla/breaches", limit=1, cursor=page["next_cursor"])["items"]
    assert first["ticket_id"] != second["ticket_id"]
    other = late.call(
        "csr", "GET", "/v1/sla/breaches", params={"cursor": page["next_cursor"], "clock": "arrive"}
    )
    problem(other, 422, "invalid_cursor")


def test_a_waived_breach_stays_a_breach(late: Sandbox) -> None:
    ticket = late.read("csr", "/v1/tickets")["items"][0]
    waiver = {"clock": "arrive", "cycle": 1, "reason": "暴雨红色预警"}
    assert late.tries("csr", ticket, "waive-breach", **waiver).status_code == 403
    for path, code in (("clock", "update"), ("cycle", 2)):
        answer = late.tries("jingli", ticket, "waive-breach", **{**waiver, path: code})
        problem(answer, 422, "unknown_clock")
    answer = late.tries("jingli", ticket, "waive-breach", **{**waiver, "clock": "acknowledge"})
    problem(answer, 409, "clock_not_breached")
    waived = late.give("jingli", ticket, "waive-breach", **waiver)
    arrive = clock(waived, "arrive")
    assert (arrive["state"], arrive["result"]) == ("breached", "waived")
    assert [one["waived"] for one in breaches(late)] == [False, True]
    figures = late.read("csr", "/v1/metrics/on-time", clock="arrive")
    assert (figures["late"], figures["waived"], figures["n"]) == (1, 1, 1)
    assert (figures["value"], figures["raw_value"]) == (0.0, 0.0)
    with nothing_recorded(late):
        late.give("jingli", ticket, "waive-breach", **waiver)


def test_late_evidence_takes_a_breach_back(late: Sandbox) -> None:
    ticket = late.read("csr", "/v1/tickets")["items"][0]
    late.give("laowang", ticket, "depart", eta="2024-03-05T12:40:00+08:00")
    photo = late.photo("laowang", "on_site")
    arrived = late.give(
        "laowang",
        ticket,
        "arrive",
        occurred_at="2024-03-05T10:50:00+08:00",
        photo_ids=[photo],
        evidence={"photo_id": photo},
    )
    assert clock(arrived, "arrive")["result"] == "on_time"
    assert [one["number"] for one in breaches(late)] == ["R240305-0001"]
    disproved = [one for one in breaches(late, retracted="true") if one["retracted"]]
    assert [one["number"] for one in disproved] == ["R240305-0002"]
    figures = late.read("csr", "/v1/metrics/on-time", clock="arrive")
    assert (figures["on_time"], figures["late"]) == (1, 1)


def test_running_clocks_come_by_what_is_due_next(late: Sandbox) -> None:
    late.report("zhang", service_class="emergency")
    found = late.read("csr", "/v1/sla/clocks")["items"]
    assert [(one["number"][-1], one["kind"], one["state"]) for one in found] == [
        ("2", "arrive", "breached"),
        ("3", "acknowledge", "running"),
        ("3", "arrive", "running"),
    ]
    assert found[0]["overrun"] == "PT1H30M"
    states = late.read("csr", "/v1/sla/clocks", state="running")["items"]
    assert [one["kind"] for one in states] == ["acknowledge", "arrive"]
    page = late.read("csr", "/v1/sla/clocks", limit=2)
    rest = late.read("csr", "/v1/sla/clocks", limit=2, cursor=page["next_cursor"])
    assert page["items"] + rest["items"] == found


def test_tickets_are_filtered_by_breach_and_sorted_by_due_time(late: Sandbox) -> None:
    urgent = late.report("zhang", service_class="emergency")
    late.report("zhang")

    def numbers(**asked: Any) -> list[str]:
        return [one["number"][-1] for one in late.read("csr", "/v1/tickets", **asked)["items"]]

    assert numbers(breached="true") == ["2", "1"]
    assert numbers(breached="false") == ["4", "3"]
    assert numbers(sort="due_at") == ["2", "3", "4", "1"]
    late.give("csr", urgent, "acknowledge")
    assert numbers(sort="due_at") == ["2", "4", "3", "1"]


def test_the_share_in_time_has_what_it_rests_on(late: Sandbox) -> None:
    figures = late.read("csr", "/v1/metrics/on-time", group_by="clock")
    assert (figures["n"], figures["on_time"], figures["late"]) == (4, 2, 2)
    assert figures["value"] == 50.0
    assert figures["ci95"] == [15.0, 85.0]
    assert figures["sufficient"] is False
    by_clock = {group["key"]: group["value"] for group in figures["groups"]}
    assert by_clock == {"acknowledge": 100.0, "arrive": 0.0}
    by_person = late.read("csr", "/v1/metrics/on-time", group_by="assignee")["groups"]
    assert {group["key"]: group["n"] for group in by_person} == {"csr": 2, "laowang": 2}
    nothing = late.read("csr", "/v1/metrics/on-time", **{"to": "2024-03-05T09:00:00+08:00"})
    assert (nothing["n"], nothing["value"], nothing["ci95"]) == (0, None, None)
    today = {"from": "2024-03-05T09:00:00+08:00", "to": "2024-03-05T09:00:01+08:00"}
    assert late.read("csr", "/v1/metrics/on-time", **today)["n"] == 4


def test_an_explanation_has_every_stretch(late: Sandbox) -> None:
    [second, first] = late.read("csr", "/v1/tickets")["items"]
    told = late.read("zhang", f"/v1/tickets/{first['id']}/clocks/arrive/explain")
    assert (told["kind"], told["target"], told["policy_id"]) == ("arrive", "PT2H", "default")
    assert [(one["kind"], one["seconds"]) for one in told["segments"]] == [("counted", 145 * 60)]
    late.person("supervisor", "sun")
    held = late.give("sun", second, "hold", reason="owner_unavailable")
    late.at("2024-03-05T13:00:00")
    path = f"/v1/tickets/{held['id']}/clocks/arrive/explain"
    told = late.read("csr", path, cycle=1)
    stretches = [(one["kind"], one["reason"]) for one in told["segments"]]
    assert stretches == [("counted", None), ("paused", "owner_unavailable")]
    assert told["state"] == "breached_paused"
    ends = [(local(one["from"]), local(one["to"])) for one in told["segments"]]
    assert ends == [
        ("03-05 09:00:00", "03-05 12:30:00"),
        ("03-05 12:30:00", "03-05 13:00:00"),
    ]
    for missing in (f"{path}?cycle=2", path.replace("arrive", "resolve")):
        problem(late.call("csr", "GET", missing), 404, "clock_not_found")
    late.owner("li", "h-2")
    problem(late.call("li", "GET", path), 404, "ticket_not_found")


def test_who_reads_what(late: Sandbox) -> None:
    late.person("auditor", "shenji")
    late.person("engineer", "laoli")
    late.person("csr", "near", communities=["lanting"])
    assert len(breaches(late, "shenji")) == 2
    assert len(breaches(late, "laowang")) == 2
    assert breaches(late, "laoli") == []
    assert breaches(late, "near") == []
    assert late.read("near", "/v1/metrics/on-time")["n"] == 0
    for path in ("/v1/sla/breaches", "/v1/sla/clocks", "/v1/metrics/on-time", "/v1/sla/policies"):
        assert late.call("zhang", "GET", path).status_code == 403
        key = {"name": "k", "scopes": ["tickets:read"]}
        late.tokens["key"] = late.call("admin", "POST", "/v1/api-keys", json=key).json()["key"]
        assert late.call("key", "GET", path).status_code == 200


def test_owners_are_not_told_whom_staff_call_in(late: Sandbox) -> None:
    [second, _] = late.read("csr", "/v1/tickets")["items"]
    path = f"/v1/tickets/{second['id']}/events"
    seen = late.read("zhang", path, limit=100)["items"]
    audiences = {one["data"]["audience"] for one in seen if one["type"] == "notification_queued"}
    assert audiences == {"owner"}
    assert "sla_breached" in {one["type"] for one in seen}
    assert "escalation_raised" not in {one["type"] for one in seen}
    assert "manager" in str(late.read("csr", path, limit=100))


def test_the_metrics_page_has_the_clocks(client: httpx.Client) -> None:
    assert "suyuan_lapse_detection_seconds" in client.get("/metrics").text
    assert "suyuan_sla_clocks" in client.get("/metrics").text


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "required", "/start"),
        ({"start": "2024-03-05T09:00:00Z"}, "required", "/duration"),
        ({"from": "2024-03-05T09:00:00Z"}, "required", "/to"),
        ({"to": "2024-03-05T09:00:00Z"}, "required", "/from"),
        ({"start": "2024-03-05T09:00:00Z", "duration": "2 h"}, "validation_failed", "/duration"),
        (
            {"start": "2190-03-05T09:00:00Z", "duration": "P3659D"},
            "calendar_search_exhausted",
            None,
        ),
        ({"calendar_id": "nowhere", "start": "2024-03-05T09:00:00Z"}, "calendar_unknown", None),
    ],
)
def test_what_cannot_be_computed_is_refused(
    sandbox: Sandbox, body: dict[str, str], code: str, pointer: str | None
) -> None:
    asked = {"calendar_id": "office"} | body
    answer = sandbox.call("admin", "POST", "/v1/sla/compute", json=asked)
    problem(answer, 422, code, pointer)


def test_calendars_have_versions(sandbox: Sandbox) -> None:
    answer = sandbox.call("admin", "GET", "/v1/calendars/office")
    office = answer.json()
    assert (office["version"], office["newest_version"], answer.headers["etag"]) == (1, 1, '"v0"')
    week = [[{"start": "09:00", "end": "17:00"}]] * 7
    put = sandbox.call(
        "admin", "PUT", "/v1/calendars/office", json={"week": week}, headers={"If-Match": '"v0"'}
    )
    assert put.status_code == 200, put.text
    assert (put.json()["version"], put.headers["etag"]) == (2, '"v1"')
    assert sandbox.read("admin", "/v1/calendars/office")["week"] == week
    first = sandbox.read("admin", "/v1/calendars/office", version=1)
    assert (first["week"], first["newest_version"]) == (office["week"], 2)
    again = sandbox.call(
        "admin", "PUT", "/v1/calendars/office", json={"week": week}, headers={"If-Match": '"v0"'}
    )
    assert again.status_code == 412
    for path in ("/v1/calendars/nowhere", "/v1/calendars/office?version=9"):
        assert sandbox.call("admin", "GET", path).status_code == 404
    answer = sandbox.call("admin", "PUT", "/v1/calendars/always", json={"week": week})
    problem(answer, 422, "calendar_never_changes")
    sandbox.person("csr", "csr")
    put = sandbox.call("csr", "PUT", "/v1/calendars/office", json={"week": week})
    assert put.status_code == 403
