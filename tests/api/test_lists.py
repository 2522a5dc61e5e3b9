"""Lists: read-your-writes, filters, Chinese search, paging."""

from typing import Any

import pytest

from tests.running import Sandbox


@pytest.fixture
def several(sandbox: Sandbox) -> Sandbox:
    """Three tickets: two of household h-1, an hour apart, and one of h-2."""
    sandbox.owner("zhang", "h-1")
    sandbox.owner("li", "h-2")
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    sandbox.person("engineer", "laowang")
    sandbox.report("zhang", description="厨房漏水，已经滴到楼下")
    sandbox.at("2024-03-05T10:00:00")
    sandbox.report("zhang", description="客厅灯不亮", category="lighting", service_class="simple")
    sandbox.at("2024-03-05T11:00:00")
    sandbox.report("li", description="Toilet 漏水 leaking", location={"community": "cuiyuan"})
    return sandbox


def numbers(sandbox: Sandbox, who: str, **filters: Any) -> list[str]:
    found = sandbox.read(who, "/v1/tickets", **filters)
    return [ticket["number"][-1] for ticket in found["items"]]


def test_what_was_just_reported_is_in_the_list(several: Sandbox) -> None:
    for n in range(4, 9):
        several.report("zhang")
        assert numbers(several, "zhang")[0] == str(n)


def test_a_list_shows_what_one_may_see_newest_first(several: Sandbox) -> None:
    assert numbers(several, "csr") == ["3", "2", "1"]
    assert numbers(several, "zhang") == ["2", "1"]
    assert numbers(several, "li") == ["3"]
    assert numbers(several, "laowang") == []
    several.person("csr", "near", communities=["cuiyuan"])
    assert numbers(several, "near") == ["3"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": "repair"}, ["3", "2", "1"]),
        ({"service_class": "simple"}, ["2"]),
        ({"household_id": "h-1"}, ["2", "1"]),
        ({"community": "cuiyuan"}, ["3"]),
        ({"status": "reported"}, ["3", "2", "1"]),
        ({"status": "closed"}, []),
        ({"on_hold": "false"}, ["3", "2", "1"]),
        ({"reported_from": "2024-03-05T10:00:00+08:00"}, ["3", "2"]),
        ({"reported_to": "2024-03-05T10:00:00+08:00"}, ["1"]),
        ({"q": "漏水"}, ["3", "1"]),
        ({"q": "水"}, ["3", "1"]),
        ({"q": "客厅灯"}, ["2"]),
        ({"q": "水漏"}, []),
        ({"q": "LEAK"}, ["3"]),
        ({"q": "R240305-0002"}, ["2"]),
        ({"q": "0002"}, ["2"]),
        ({"q": "%"}, []),
        ({"sort": "due_at"}, ["1", "2", "3"]),
    ],
)
def test_filters(several: Sandbox, filters: dict[str, str], expected: list[str]) -> None:
    assert sorted(numbers(several, "csr", **filters)) == sorted(expected)


def test_filters_follow_the_work(several: Sandbox) -> None:
    ticket = several.read("csr", "/v1/tickets", q="客厅灯")["items"][0]
    several.give("csr", ticket, "acknowledge")
    several.give("dispatcher", ticket, "open-to-pool")
    assert numbers(several, "laowang") == ["2"]
    several.give("laowang", ticket, "claim")
    assert numbers(several, "csr", assignee="laowang") == ["2"]
    assert numbers(several, "csr", status="accepted") == ["2"]
    several.person("supervisor", "sun")
    several.give("sun", ticket, "hold", reason="parts")
    assert numbers(several, "csr", on_hold="true") == ["2"]
    several.give("laowang", ticket, "release")
    assert numbers(several, "csr", on_hold="true") == []


def test_pages_hold_every_ticket_once(several: Sandbox) -> None:
    for _ in range(9):
        several.report("zhang")
    seen: list[str] = []
    cursor = None
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = several.read("csr", "/v1/tickets", limit=5, **more)
        assert len(page["items"]) <= 5
        seen += (ticket["number"] for ticket in page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            break
        several.report("li")  # comes before what is still to be read
    assert len(seen) == len(set(seen)) == 12


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.5"])
def test_a_limit_out_of_range_is_refused(sandbox: Sandbox, limit: str) -> None:
    answer = sandbox.call("admin", "GET", "/v1/tickets", params={"limit": limit})
    assert answer.status_code == 422


def test_a_cursor_of_another_query_is_refused(several: Sandbox) -> None:
    page = several.read("csr", "/v1/tickets", limit=1)
    for who, more in (("csr", {"status": "reported"}), ("zhang", {}), ("csr", {"sort": "due_at"})):
        params = {"limit": 1, "cursor": page["next_cursor"]} | more
        answer = several.call(who, "GET", "/v1/tickets", params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
    answer = several.call("csr", "GET", "/v1/tickets", params={"cursor": "gibberish"})
    assert answer.status_code == 422
