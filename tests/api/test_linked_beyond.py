"""Somebody of the whole company links and merges tickets of two communities. Whoever is limited to
one sees their own ticket, and nothing that leads to the other (docs/api.md §1, ADR 0033)."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.test_communities import FAR, NEAR, OPERATIONS, PLACE, READS, ROLES
from tests.running import Sandbox

NEAR_ROLES = [role for role in ROLES if role not in ("engineer", "security")]


class Joined:
    """Of each pair, the near ticket and the far one that it was joined with."""

    def __init__(self, client: httpx.Client) -> None:
        self.sandbox = sandbox = Sandbox.open(client)
        for role in ROLES:
            sandbox.person(role, f"near-{role}", communities=[NEAR])
            sandbox.person(role, f"everywhere-{role}")
        sandbox.owner("zhang", "h-near", communities=[NEAR])
        sandbox.owner("zhou", "h-far", communities=[FAR])
        self.pairs = {name: self.pair() for name in ("linked", "merged", "absorbed", "child")}
        csr, whole = "everywhere-csr", "/v1/problems"
        near, far = self.pairs["linked"]
        sandbox.give(csr, near, "link", ticket_id=far["id"], kind="related")
        near, far = self.pairs["merged"]
        sandbox.give(csr, near, "merge", into=far["id"])
        near, far = self.pairs["absorbed"]
        sandbox.give(csr, far, "merge", into=near["id"])
        near, far = self.pairs["child"]
        sandbox.give(csr, near, "link", ticket_id=far["id"], kind="child")
        opened = {"phenomenon": "漏水", "ticket_ids": [each["id"] for each in self.pairs["linked"]]}
        answer = sandbox.call("everywhere-manager", "POST", whole, json=opened)
        assert answer.status_code == 201, answer.text
        self.problem = answer.json()["id"]
        opened |= {"phenomenon": "近处漏水", "community": NEAR}
        answer = sandbox.call("everywhere-manager", "POST", whole, json=opened)
        assert answer.status_code == 201, answer.text
        self.near_problem = answer.json()["id"]

    def pair(self) -> tuple[Any, Any]:
        return self.sandbox.report("zhang"), self.sandbox.report("zhou", location=PLACE)

    def marks(self) -> list[str]:
        return [far[name] for _, far in self.pairs.values() for name in ("id", "number")]

    def in_the_log(self, who: str) -> set[str]:
        found, page = set(), {"next_cursor": None}
        while True:
            after = page["next_cursor"]
            params = {"limit": 100} | ({"after": after} if after else {})
            page = self.sandbox.read(who, "/v1/events", **params)
            found |= {mark for mark in self.marks() if mark in str(page)}
            if page["next_cursor"] is None:
                return found

    def shown(self, who: str, path: str, **params: Any) -> set[str]:
        answer = self.sandbox.call(who, "GET", path, params=params or None)
        assert answer.status_code == 200, answer.text
        return {mark for mark in self.marks() if mark in answer.text}


@pytest.fixture(scope="module")
def joined(base_url: str) -> Iterator[Joined]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield Joined(client)


def paths_of(ticket: Any) -> list[tuple[str, dict[str, Any]]]:
    path = f"/v1/tickets/{ticket['id']}"
    diff = {"from": "1", "to": "2100-01-01T00:00:00Z"}
    return [(path, {}), (path, {"version": 2}), (f"{path}/events", {}), (f"{path}/diff", diff)]


@pytest.mark.parametrize("name", ["linked", "merged", "absorbed", "child"])
def test_a_ticket_leads_to_none_of_another_community(joined: Joined, name: str) -> None:
    near, far = joined.pairs[name]
    for role in NEAR_ROLES:
        for path, params in paths_of(near):
            assert joined.shown(f"near-{role}", path, **params) == set()
    whole = set()
    for path, params in paths_of(near):
        whole |= joined.shown("everywhere-manager", path, **params)
    assert far["id"] in whole


def test_no_list_leads_there(joined: Joined) -> None:
    for operation_id, _, path, operation in READS:
        for role in sorted(set(operation["x-roles"]) & set(ROLES)):
            assert joined.shown(f"near-{role}", path) == set(), operation_id
    assert joined.shown("everywhere-manager", "/v1/tickets") == set(joined.marks())


def test_the_log_and_timelines_do_not_lead_there(joined: Joined) -> None:
    near, _ = joined.pairs["linked"]
    for role in ("manager", "auditor", "admin"):
        assert joined.in_the_log(f"near-{role}") == set()
        for each, _ in joined.pairs.values():
            assert joined.shown(f"near-{role}", f"/v1/tickets/{each['id']}/timeline") == set()
        assert joined.shown(f"near-{role}", "/v1/households/h-near/timeline") == set()
    whole = "everywhere-auditor"
    assert joined.in_the_log(whole) == set(joined.marks())
    assert joined.shown(whole, f"/v1/tickets/{near['id']}/timeline") != set()


def test_a_problem_names_its_near_tickets(joined: Joined) -> None:
    near, _ = joined.pairs["linked"]
    for problem in (joined.problem, joined.near_problem):
        path = f"/v1/problems/{problem}"
        for role in NEAR_ROLES:
            assert joined.shown(f"near-{role}", path) == set()
        seen = joined.sandbox.read("near-manager", path)
        assert seen["phenomenon"]["tickets"] == [near["id"]]
        assert joined.shown("everywhere-manager", path) != set()


def test_no_command_answers_with_it(joined: Joined) -> None:
    """Neither what it answers nor what it is refused with."""
    sandbox = joined.sandbox
    for name, command, body in (
        ("linked", "comment", {"text": "好"}),
        ("merged", "comment", {"text": "好"}),
        ("merged", "acknowledge", {}),
        ("merged", "merge", {"into": joined.pairs["merged"][1]["id"]}),
        ("absorbed", "acknowledge", {}),
        ("child", "escalate", {"reason": "催"}),
    ):
        answer = sandbox.tries("near-csr", joined.pairs[name][0], command, **body)
        assert not [mark for mark in joined.marks() if mark in answer.text], (name, command)
        assert answer.status_code in (200, 409), answer.text
    parent: dict[str, Any] = {
        "kind": "repair",
        "category": "leak",
        "description": "漏水",
        "channel": "phone",
    }
    parent |= {"location": {"community": NEAR}, "reporter": {"name": "张阿姨"}}
    parent |= {"parent_id": joined.pairs["merged"][0]["id"]}
    answer = sandbox.call("near-csr", "POST", "/v1/tickets", json=parent)
    assert answer.json()["code"] == "ticket_merged"
    assert "details" not in answer.json()
    told = sandbox.call("everywhere-csr", "POST", "/v1/tickets", json=parent).json()
    assert told["details"] == {"into": joined.pairs["merged"][1]["id"]}


def test_open_children_of_another_community_are_only_counted(joined: Joined) -> None:
    near, far = joined.pair()
    sandbox = joined.sandbox
    sandbox.give("near-csr", near, "acknowledge")
    near = sandbox.give("near-dispatcher", near, "assign", engineer="near-engineer")
    sandbox.give("near-engineer", near, "accept")
    sandbox.work("near-engineer", near)
    sandbox.give("everywhere-csr", near, "link", ticket_id=far["id"], kind="child")
    for each in ("verify", "sign-completion"):
        sandbox.tries("near-supervisor", near, each)
    sandbox.give("zhang", near, "sign-completion")
    sandbox.ask("near-csr", near, "satisfied")
    answer = sandbox.tries("near-supervisor", near, "close")
    assert answer.json()["code"] == "open_children", answer.text
    assert answer.json()["details"] == {"numbers": ["…"]}
    told = sandbox.tries("everywhere-supervisor", near, "close").json()
    assert told["details"] == {"numbers": [far["number"]]}


def test_every_answer_about_one_ticket_is_read_here() -> None:
    shown = {"get_ticket", "get_ticket_events", "get_ticket_diff", "get_ticket_timeline"}
    of_parts = {"explain_clock", "get_experience", "get_ticket_compensations"}
    reads = {
        operation_id
        for operation_id, method, path, _ in OPERATIONS
        if method == "GET" and path.startswith("/v1/tickets/{")
    }
    assert reads - of_parts == shown
