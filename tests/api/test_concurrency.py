"""Versions: If-Match is enforced, and without it a lost race is decided again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.bodies import NOBODY
from tests.api.expecting import nothing_recorded, problem
from tests.running import Sandbox


@pytest.fixture
def staffed(sandbox: Sandbox) -> Sandbox:
    sandbox.owner()
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    sandbox.person("engineer", "laowang")
    return sandbox


def tag(version: int) -> str:
    return f'"v{version}"'


def comment(sandbox: Sandbox, ticket: Any, match: str | None = None, text: str = "x") -> Any:
    headers = {} if match is None else {"If-Match": match}
    path = f"/v1/tickets/{ticket['id']}/comment"
    return sandbox.call("csr", "POST", path, json={"text": text}, headers=headers)


def look(sandbox: Sandbox, path: str, known: str | None = None) -> httpx.Response:
    headers = {} if known is None else {"If-None-Match": known}
    return sandbox.call("admin", "GET", path, headers=headers)


def test_every_answer_about_a_ticket_has_its_version_as_etag(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    path = f"/v1/tickets/{ticket['id']}"
    for answer in (look(staffed, path), comment(staffed, ticket), look(staffed, path)):
        assert answer.headers["etag"] == f'"v{answer.json()["version"]}"'
    assert look(staffed, f"{path}?version=1").headers["etag"] == tag(1)


def test_the_version_that_is_meant_has_to_be_the_one_that_is(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    first: int = ticket["version"]
    second: int = comment(staffed, ticket, tag(first)).json()["version"]
    assert second > first
    with nothing_recorded(staffed):
        for stale in (first, second + 1, 999, 0):
            answer = comment(staffed, ticket, tag(stale))
            found = problem(answer, 412, "version_mismatch")
            assert found["actual_version"] == second
            assert answer.headers["etag"] == tag(second)
            assert str(second) in found["detail"]
    assert comment(staffed, ticket, tag(second)).status_code == 200
    assert comment(staffed, ticket, "*").status_code == 200


def test_who_has_the_version_is_spared_it(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    path, version = f"/v1/tickets/{ticket['id']}", ticket["version"]
    for known in (tag(version), f"W/{tag(version)}", f'"v77", {tag(version)}', "*"):
        answer = look(staffed, path, known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag(version)
        assert "content-type" not in answer.headers
    for other in (tag(version + 1), f"v{version}", f'"v{version}1"', ""):
        assert look(staffed, path, other).status_code == 200, other
    comment(staffed, ticket)
    assert look(staffed, path, tag(version)).json()["version"] > version
    assert look(staffed, f"{path}?version={version}", tag(version)).status_code == 304


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/staff/laowang", {"name": "王", "roles": ["engineer"]}),
        ("/v1/households/h-3-1201", {"members": [{"name": "张"}]}),
        ("/v1/checklists/leak", {"items": [{"item": "a", "label": "甲"}]}),
        ("/v1/categories/leak", {"label": "漏", "service_class": "simple"}),
    ],
)
def test_records_have_versions_like_tickets(
    staffed: Sandbox, path: str, body: dict[str, Any]
) -> None:
    def put(match: str) -> httpx.Response:
        return staffed.call("admin", "PUT", path, json=body, headers={"If-Match": match})

    before = look(staffed, path).headers["etag"]
    assert look(staffed, path, before).status_code == 304
    first = put(before)
    assert first.status_code == 200, first.text
    after = first.headers["etag"]
    assert after != before
    assert look(staffed, path).headers["etag"] == after
    assert look(staffed, path).json() == first.json()
    with nothing_recorded(staffed):
        assert put(after).headers["etag"] == after  # it is so already
        stale = problem(put(before), 412, "version_mismatch")
    assert tag(stale["actual_version"]) == after


def test_an_api_key_has_a_version_too(staffed: Sandbox) -> None:
    body = {"name": "iot", "scopes": ["tickets:read"]}
    made = staffed.call("admin", "POST", "/v1/api-keys", json=body)
    path = made.headers["location"]
    assert look(staffed, path).headers["etag"] == made.headers["etag"] == '"v1"'
    assert look(staffed, path, '"v1"').status_code == 304
    staffed.call("admin", "POST", f"{path}/revoke")
    assert look(staffed, path, '"v1"').json()["revoked"] is True


def test_commands_without_a_version_are_all_decided(staffed: Sandbox) -> None:
    """A lost race is decided again on the new state, not refused."""
    ticket = staffed.report("zhang")
    with ThreadPoolExecutor(20) as together:
        answers = list(together.map(lambda n: comment(staffed, ticket, text=f"{n}"), range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    versions = {answer.json()["version"] for answer in answers}
    assert len(versions) == 20
    events = staffed.read("admin", f"/v1/tickets/{ticket['id']}/events")["items"]
    assert [event["version"] for event in events] == list(range(1, max(versions) + 1))
    assert {e["data"]["text"] for e in events if e["type"] == "comment_added"} == {
        str(n) for n in range(20)
    }


def test_two_different_commands_at_once_both_hold(staffed: Sandbox) -> None:
    for _ in range(5):
        ticket = staffed.report("zhang")
        with ThreadPoolExecutor(2) as both:
            urged = both.submit(staffed.tries, "zhang", ticket, "urge")
            acknowledged = both.submit(staffed.tries, "csr", ticket, "acknowledge")
        assert (urged.result().status_code, acknowledged.result().status_code) == (200, 200)
        now = staffed.read("csr", f"/v1/tickets/{ticket['id']}")
        assert (now["status"], now["urges"]) == ("acknowledged", 1)


def test_of_many_who_mean_one_version_one_is_served(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    meant = tag(ticket["version"])
    with ThreadPoolExecutor(10) as together:
        answers = list(together.map(lambda n: comment(staffed, ticket, meant, f"{n}"), range(10)))
    served, *turned_away = sorted(answers, key=lambda answer: answer.status_code)
    assert served.status_code == 200
    for answer in turned_away:
        found = problem(answer, 412, "version_mismatch")
        assert found["actual_version"] == served.json()["version"]


def test_what_contradicts_is_refused_to_the_second_of_two(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    with ThreadPoolExecutor(2) as both:
        answers = [
            answer.result()
            for answer in (
                both.submit(staffed.tries, "csr", ticket, "reject", reason="否", referred_to="他"),
                both.submit(staffed.tries, "zhang", ticket, "cancel", reason="不用了"),
            )
        ]
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_an_unknown_ticket_is_404_without_a_version(staffed: Sandbox) -> None:
    problem(comment(staffed, {"id": NOBODY}), 404, "ticket_not_found")
