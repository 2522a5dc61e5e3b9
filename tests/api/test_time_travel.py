"""Time travel: a ticket at a version, as recorded by an instant, and the difference between two."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.expecting import problem, settled_head
from tests.running import Sandbox


@pytest.fixture(scope="module")
def world(base_url: str) -> Iterator[dict[str, Any]]:
    """A ticket with the history of a morning, and the response of each command."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield a_morning(Sandbox.open(client))


def a_morning(sandbox: Sandbox) -> dict[str, Any]:
    sandbox.owner()
    sandbox.owner("li", "h-2")
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    sandbox.person("engineer", "laowang")
    ticket = sandbox.report("zhang")
    answers = [ticket]
    sandbox.at("2024-03-05T09:10:00")
    answers.append(sandbox.give("csr", ticket, "acknowledge", note="内部备注"))
    sandbox.at("2024-03-05T09:20:00")
    answers.append(sandbox.give("dispatcher", ticket, "open-to-pool"))
    sandbox.at("2024-03-05T09:30:00")
    answers.append(sandbox.give("laowang", ticket, "claim"))
    sandbox.give("csr", ticket, "comment", text="业主情绪激动", visibility="internal")
    sandbox.at("2024-03-05T10:00:00")
    late = "2024-03-05T09:40:00+08:00"
    late_fact = {
        "occurred_at": late,
        "evidence": {"geo": {"lat": 31.2, "lon": 121.5}},
        "note": "路上",
    }
    answers.append(sandbox.give("laowang", ticket, "depart", eta=late, **late_fact))
    path = f"/v1/tickets/{ticket['id']}"
    return {"sandbox": sandbox, "ticket": ticket, "path": path, "answers": answers}


def ticket_at(world: dict[str, Any], who: str = "csr", **params: Any) -> Any:
    return world["sandbox"].read(who, world["path"], **params)


def at(local: str) -> str:
    return f"2024-03-05T{local}+08:00"


def test_each_version_is_what_was_answered_then(world: dict[str, Any]) -> None:
    for answer in world["answers"]:
        assert ticket_at(world, version=answer["version"]) == answer
    assert ticket_at(world) == world["answers"][-1]


def test_an_instant_shows_what_was_known_by_then(world: dict[str, Any]) -> None:
    statuses = {
        "09:00:00": "reported",
        "09:09:59.999999": "reported",
        "09:10:00": "acknowledged",
        "09:20:00": "pooled",
        "09:30:00": "accepted",
        "09:45:00": "accepted",  # it departed at 09:40, but nobody knew yet
        "10:00:00": "en_route",
        "23:59:59": "en_route",
    }
    assert {time: ticket_at(world, as_of=at(time))["status"] for time in statuses} == statuses
    assert ticket_at(world, as_of="2199-12-31T23:59:59Z")["status"] == "en_route"
    # A plus sign that nobody escaped arrives as a blank.
    answer = world["sandbox"].call("csr", "GET", f"{world['path']}?as_of={at('09:20:00')}")
    assert answer.json()["status"] == "pooled"


def test_what_has_not_been_yet_is_404(world: dict[str, Any]) -> None:
    latest = world["answers"][-1]["version"]
    for query in (f"version={latest + 1}", "version=2147483647", "as_of=2024-03-05T00:59:59Z"):
        answer = world["sandbox"].call("csr", "GET", f"{world['path']}?{query}")
        problem(answer, 404, "version_not_found")
    both = world["sandbox"].call(
        "csr", "GET", f"{world['path']}?version=1&as_of=2024-03-05T02:00:00Z"
    )
    problem(both, 422, "contradictory", "query:as_of")


def test_the_past_of_a_ticket_is_for_those_who_may_see_it_now(world: dict[str, Any]) -> None:
    for path in ("?version=1", "?as_of=2024-03-05T02:00:00Z", "/events", "/diff?from=1&to=2"):
        problem(world["sandbox"].call("li", "GET", world["path"] + path), 404, "ticket_not_found")
    assert ticket_at(world, "zhang", version=world["ticket"]["version"]) == world["ticket"]


def difference(world: dict[str, Any], start: object, end: object, who: str = "csr") -> Any:
    params = {"from": str(start), "to": str(end)}
    return world["sandbox"].read(who, f"{world['path']}/diff", **params)


def test_a_difference_names_each_change_with_its_cause(world: dict[str, Any]) -> None:
    first, second = (answer["version"] for answer in world["answers"][:2])
    found = difference(world, first, second)
    changes = {change["path"]: change for change in found["changes"]}
    status = changes["/status"]
    assert (status["from"], status["to"]) == ("reported", "acknowledged")
    assert status["event"]["type"] == "ticket_acknowledged"
    assert status["event"]["actor"] == {"subject": "csr", "role": "csr"}
    assert status["delay_seconds"] == 0
    assert (changes["/status_label"]["from"], changes["/status_label"]["to"]) == (
        "待受理",
        "已受理",
    )
    assert [e["version"] for e in found["events"]] == list(range(first + 1, second + 1))


def test_versions_and_instants_may_stand_on_either_side(world: dict[str, Any]) -> None:
    first, last = world["ticket"]["version"], world["answers"][-1]["version"]
    by_version = difference(world, first, last)
    assert difference(world, first, at("10:00:00")) == by_version
    assert difference(world, at("09:00:00"), last) == by_version
    assert difference(world, at("09:00:00"), at("23:00:00")) == by_version
    assert difference(world, 0, last)["from"] == {
        "version": 0,
        "position": None,
        "recorded_at": None,
    }
    assert difference(world, last, last)["changes"] == []
    assert difference(world, at("23:00:00"), at("23:30:00"))["events"] == []


def test_a_late_record_says_how_late_it_was(world: dict[str, Any]) -> None:
    found = difference(world, at("09:45:00"), at("10:00:00"))
    status = next(change for change in found["changes"] if change["path"] == "/status")
    assert status["to"] == "en_route"
    assert status["delay_seconds"] == 20 * 60
    assert status["event"]["occurred_at"] == "2024-03-05T01:40:00Z"
    assert status["event"]["recorded_at"] == "2024-03-05T02:00:00Z"


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("from=3&to=1", "ends_before_start", "query:to"),
        ("from=99&to=2024-03-05T01:00:00Z", "ends_before_start", "query:to"),
        ("from=2024-03-05T09:30:00Z&to=2024-03-05T01:00:00Z", "ends_before_start", "query:to"),
        ("from=2024-03-05T01:20:00Z&to=1", "ends_before_start", "query:to"),
        ("from=x&to=1", "not_a_point_in_time", "query:from"),
        ("from=1&to=2024-03-05", "not_a_point_in_time", "query:to"),
        ("from=-1&to=1", "not_a_point_in_time", "query:from"),
        ("from=1&to=1.5", "not_a_point_in_time", "query:to"),
        ("from=1&to=1969-01-01T00:00:00Z", "not_a_point_in_time", "query:to"),
        ("from=1&to=9999-12-31T23:59:59-23:59", "not_a_point_in_time", "query:to"),
        ("from=1&to=٣", "not_a_point_in_time", "query:to"),
        ("from=1&to=" + "9" * 41, "validation_failed", "query:to"),
        ("from=1", "validation_failed", "query:to"),
        ("", "validation_failed", "query:from"),
    ],
)
def test_a_difference_that_makes_no_sense_is_422(
    world: dict[str, Any], query: str, code: str, pointer: str
) -> None:
    answer = world["sandbox"].call("csr", "GET", f"{world['path']}/diff?{query}")
    problem(answer, 422, code, pointer)


def test_owners_are_told_what_happened_and_not_what_staff_say(world: dict[str, Any]) -> None:
    sandbox, path = world["sandbox"], world["path"]
    owners = sandbox.read("zhang", f"{path}/events")["items"]
    staffs = sandbox.read("csr", f"{path}/events")["items"]
    hidden = {e["version"] for e in staffs} - {e["version"] for e in owners}
    assert {e["data"].get("visibility") for e in staffs if e["version"] in hidden} == {"internal"}
    for told_to_owner in (owners, difference(world, 0, 99, "zhang")):
        for secret in ("业主情绪激动", "内部备注", "路上"):
            assert secret not in str(told_to_owner)
            assert secret in str(staffs)
    assert [e["type"] for e in owners if e["type"] != "comment_added"] == [
        e["type"] for e in staffs if e["type"] != "comment_added"
    ]


def test_events_have_everything_that_the_contract_names(world: dict[str, Any]) -> None:
    ticket = world["ticket"]
    events = world["sandbox"].read("csr", f"{world['path']}/events")["items"]
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    for event in events:
        assert set(event) == {
            *("position", "stream_id", "version", "id", "type", "schema_version", "data"),
            *("occurred_at", "recorded_at", "actor", "channel", "command_id"),
            *("correlation_id", "causation_id", "leaf_hash"),
        }
        assert event["stream_id"] == f"ticket-{ticket['id']}"
        assert len(bytes.fromhex(event["leaf_hash"])) == 32
        assert event["occurred_at"] <= event["recorded_at"]
    assert events[0]["type"] == "ticket_reported"
    assert events[0]["channel"] == "app"


def test_the_request_id_correlates_what_the_request_caused(world: dict[str, Any]) -> None:
    sandbox = world["sandbox"]
    path = f"/v1/tickets/{sandbox.report('zhang')['id']}"
    headers = {"X-Request-Id": "app-7.trace_1"}
    sent = sandbox.call("csr", "POST", f"{path}/comment", json={"text": "x"}, headers=headers)
    assert sent.headers["x-request-id"] == "app-7.trace_1"
    one, two = sandbox.read("csr", f"{path}/events")["items"][-2:]
    assert "app-7" not in str(one) + str(two)  # what clients choose stays outside: a keyed hash
    again = sandbox.call("csr", "POST", f"{path}/comment", json={"text": "y"}, headers=headers)
    assert again.status_code == 200
    three = sandbox.read("csr", f"{path}/events")["items"][-1]
    assert three["correlation_id"] == two["correlation_id"] != one["correlation_id"]
    for odd in ("a b", "x" * 65, "ä", "<script>"):
        answer = sandbox.client.get("/healthz", headers={b"X-Request-Id": odd.encode()})
        assert answer.headers["x-request-id"] not in {odd, ""}


def test_pages_of_a_history_hold_every_event_once(world: dict[str, Any]) -> None:
    sandbox, path = world["sandbox"], f"{world['path']}/events"
    whole = sandbox.read("csr", path)["items"]
    for limit in (1, 2, 3):
        seen: list[Any] = []
        page = sandbox.read("csr", path, limit=limit)
        while True:
            seen += page["items"]
            assert len(page["items"]) <= limit
            if page["next_cursor"] is None:
                break
            page = sandbox.read("csr", path, limit=limit, cursor=page["next_cursor"])
        assert seen == whole
    other = sandbox.report("zhang")
    cursor = sandbox.read("csr", path, limit=1)["next_cursor"]
    foreign = f"/v1/tickets/{other['id']}/events?cursor={cursor}"
    problem(sandbox.call("csr", "GET", foreign), 422, "invalid_cursor", "query:cursor")


def test_the_log_of_the_tenant_is_dense_and_filtered(world: dict[str, Any]) -> None:
    sandbox, ticket = world["sandbox"], world["ticket"]
    settled_head(sandbox)
    whole = sandbox.read("admin", "/v1/events")
    positions = [event["position"] for event in whole["items"]]
    assert positions == list(range(1, whole["head"] + 1))
    seen: list[Any] = []
    after: Any = 0
    while after is not None:
        page = sandbox.read("admin", "/v1/events", after=after, limit=3)
        seen += page["items"]
        after = page["next_cursor"]
    assert seen == whole["items"]
    of_ticket = [e for e in seen if e["stream_id"] == f"ticket-{ticket['id']}"]
    for named in (ticket["id"], f"ticket-{ticket['id']}"):
        assert sandbox.read("admin", "/v1/events", stream_id=named)["items"] == of_ticket
    wanted = "ticket_acknowledged,ticket_reported"
    found = sandbox.read("admin", "/v1/events", types=wanted, stream_id=ticket["id"])["items"]
    assert [event["type"] for event in found] == ["ticket_reported", "ticket_acknowledged"]
    assert sandbox.read("admin", "/v1/events", types="nothing")["items"] == []
