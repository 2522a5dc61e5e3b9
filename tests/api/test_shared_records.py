"""An engineer and a household that are in two communities: whoever is limited to one of these sees
both records, and nothing in or beside them of the other community (docs/api.md §1, ADR 0033)."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.test_communities import FAR, NEAR, OPERATIONS, PLACE, READS, ROLES
from tests.running import Sandbox

ENGINEER, SHARED = "both-engineer", "h-both"
FAR_ROLES = ("csr", "dispatcher", "supervisor")


class Shared:
    """Beside the near ticket of the household, a far one with an order and a compensation."""

    def __init__(self, client: httpx.Client) -> None:
        self.sandbox = sandbox = Sandbox.open(client)
        for role in ROLES:
            sandbox.person(role, f"near-{role}", communities=[NEAR])
            sandbox.person(role, f"everywhere-{role}")
        for role in FAR_ROLES:
            sandbox.person(role, f"far-{role}", communities=[FAR])
        sandbox.person("engineer", ENGINEER, communities=[NEAR, FAR])
        sandbox.owner("zhao", SHARED, communities=[FAR])
        self.put("far-csr", f"households/{SHARED}", communities=[FAR], phone="13911112222")
        self.put("everywhere-csr", f"households/{SHARED}", communities=[NEAR, FAR])
        sandbox.owner("zhao", SHARED, communities=[NEAR, FAR])
        near = {"household_id": SHARED, "reporter": {"name": "赵阿姨"}}
        self.near, self.far = (
            sandbox.report(f"{side}-csr", **near, **more)
            for side, more in (("near", {}), ("far", {"location": PLACE}))
        )
        self.given = {}
        for side, ticket in (("near", self.near), ("far", self.far)):
            sandbox.give(f"{side}-csr", ticket, "acknowledge")
            dispatcher = "near-dispatcher" if side == "near" else "far-dispatcher"
            sandbox.give(dispatcher, ticket, "assign", engineer=ENGINEER)
            sandbox.give(ENGINEER, ticket, "accept")
            money = {"benefit": "fee_credit", "amount_fen": 700, "reason": "致歉"}
            answer = sandbox.tries(f"{side}-csr", ticket, "compensations", **money)
            assert answer.status_code == 201, answer.text
            self.given[side] = answer.json()["id"]
        self.offered = sandbox.report("far-csr", **near, location=PLACE)
        sandbox.give("far-csr", self.offered, "acknowledge")
        sandbox.give("far-dispatcher", self.offered, "assign", engineer=ENGINEER)

    def put(self, who: str, path: str, **body: Any) -> None:
        answer = self.sandbox.call(who, "PUT", f"/v1/{path}", json=body)
        assert answer.status_code == 200, answer.text

    def marks(self) -> list[str]:
        of_tickets = [each[name] for each in (self.far, self.offered) for name in ("id", "number")]
        return [*of_tickets, self.given["far"], FAR, *(f"far-{role}" for role in FAR_ROLES)]

    def told(self, who: str, path: str, **params: Any) -> set[str]:
        answer = self.sandbox.call(who, "GET", path, params=params or None)
        assert answer.status_code in (200, 403, 404), answer.text
        return {mark for mark in self.marks() if mark in answer.text}

    def log(self, who: str, **params: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        after: str | None = "0"
        while after is not None:
            page = self.sandbox.read(who, "/v1/events", after=after, limit=100, **params)
            items, after = items + page["items"], page["next_cursor"]
        return items


@pytest.fixture(scope="module")
def shared(base_url: str) -> Iterator[Shared]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield Shared(client)


def one_of(shared: Shared, path: str) -> str:
    for name, value in (
        ("household_id", SHARED),
        ("subject", ENGINEER),
        ("ticket_id", shared.near["id"]),
        ("compensation_id", shared.given["near"]),
    ):
        path = path.replace(f"{{{name}}}", value)
    return path


SHOWN = ("{household_id}", "{subject}", "{ticket_id}", "{compensation_id}")
GETS = [
    (path, operation)
    for _, method, path, operation in OPERATIONS
    if method == "GET"
    and "{" in path
    and {part for part in path.split("/") if part.startswith("{")} <= set(SHOWN)
]


def roles_of(operation: dict[str, Any]) -> list[str]:
    return sorted(set(operation["x-roles"]) & set(ROLES))


@pytest.mark.parametrize("path", [each[0] for each in GETS])
def test_what_is_shared_shows_nothing_of_the_other_community(shared: Shared, path: str) -> None:
    [operation] = [each[1] for each in GETS if each[0] == path]
    params = {"from": "1", "to": "2100-01-01T00:00:00Z"} if path.endswith("/diff") else {}
    for role in roles_of(operation):
        if role not in ("engineer", "security"):
            assert shared.told(f"near-{role}", one_of(shared, path), **params) == set(), role


def test_no_list_shows_anything_of_it(shared: Shared) -> None:
    for operation_id, _, path, operation in READS:
        for role in roles_of(operation):
            assert shared.told(f"near-{role}", path) == set(), (operation_id, role)
    for path in ("/v1/staff", "/v1/engineers", "/v1/households", f"/v1/households/{SHARED}"):
        assert shared.told("everywhere-manager", path) != set()
    exposed = shared.told("everywhere-manager", f"/v1/households/{SHARED}/exposure")
    assert exposed >= {shared.given["far"], shared.far["id"]}


def test_sums_are_the_companys(shared: Shared) -> None:
    """They decide: who can take a ticket, and what may still be granted."""
    near, whole = (
        shared.sandbox.read(f"{side}-supervisor", f"/v1/households/{SHARED}/exposure")
        for side in ("near", "everywhere")
    )
    entries = near.pop("entries")
    assert [each["compensation_id"] for each in entries] == [shared.given["near"]]
    assert len(whole.pop("entries")) == 2
    assert near == whole
    assert near["given_30d_fen"] == 1400
    [engineer] = [
        each
        for each in shared.sandbox.read("near-dispatcher", "/v1/engineers")["items"]
        if each["subject"] == ENGINEER
    ]
    assert (engineer["load"], engineer["tickets"], engineer["offered"]) == (
        2,
        [shared.near["id"]],
        [],
    )


def test_a_filter_does_not_tell_where_else_a_household_is(shared: Shared) -> None:
    for community, there in ((NEAR, True), (FAR, False), ("nowhere", False)):
        found = shared.sandbox.read("near-csr", "/v1/households", community=community)["items"]
        assert (SHARED in [each["id"] for each in found]) == there
    whole = shared.sandbox.read("everywhere-csr", "/v1/households", community=FAR)["items"]
    assert [each["id"] for each in whole] == [SHARED]


@pytest.mark.parametrize("role", ["manager", "auditor", "admin"])
def test_a_withheld_event_has_a_position_and_no_more(shared: Shared, role: str) -> None:
    log = shared.log(f"near-{role}")
    assert [each["position"] for each in log] == list(range(1, len(log) + 1))
    withheld = [each for each in log if "type" not in each]
    assert withheld
    assert all(each == {"position": each["position"]} for each in withheld)
    assert {mark for mark in shared.marks() if mark in str(log)} == set()
    recorded = [each for each in log if each.get("stream_id") == f"household-{SHARED}"]
    assert recorded
    assert all(each["data"]["communities"] == [NEAR] for each in recorded)
    assert all("leaf_hash" not in each for each in recorded)


@pytest.mark.parametrize("role", ["manager", "auditor", "admin"])
def test_a_filter_by_type_does_not_tell_what_was_withheld(shared: Shared, role: str) -> None:
    log = shared.log(f"everywhere-{role}")
    for kind in {each["type"] for each in log}:
        found = shared.log(f"near-{role}", types=kind)
        assert {each["type"] for each in found} <= {kind}
    assert shared.log(f"near-{role}", types="compensation_granted") != []
    assert len(shared.log(f"everywhere-{role}", types="compensation_granted")) == 2


def test_who_is_limited_keeps_no_record_that_is_elsewhere_too(shared: Shared) -> None:
    for who, path, body in (
        ("near-manager", f"/v1/staff/{ENGINEER}", {"name": "小李", "roles": ["engineer"]}),
        ("near-csr", f"/v1/households/{SHARED}", {}),
    ):
        before = shared.sandbox.read("everywhere-manager", path)
        answer = shared.sandbox.call(who, "PUT", path, json=body | {"communities": [NEAR]})
        assert answer.json()["code"] == "beyond_your_communities", answer.text
        assert shared.sandbox.read("everywhere-manager", path) == before


def test_a_put_that_can_record_nothing_does_not_tell_what_is_taken(shared: Shared) -> None:
    """An id that one may choose is taken or not: that much a record of one's own tells."""
    shared.sandbox.person("admin", "far-admin", communities=[FAR])
    shared.sandbox.owner("zhou", "h-far", communities=[FAR])
    for path, taken, new, body in (
        ("/v1/staff/", "far-csr", "nobody-there", {"name": "新人"}),
        ("/v1/staff/", "far-admin", "nobody-there", {"name": "新人"}),
        ("/v1/households/", "h-far", "h-nowhere-1", {}),
    ):
        bodies: list[dict[str, Any]] = [
            *({"communities": each} for each in ([], [FAR], ["nowhere"], [NEAR, FAR])),
            {"communities": [NEAR], "phone": "1" * 33},
        ]
        for bad in bodies:
            for condition in ({}, {"If-Match": '"7"'}):
                answers = [
                    shared.sandbox.call(
                        "near-manager", "PUT", path + key, json=body | bad, headers=condition
                    )
                    for key in (taken, new)
                ]
                assert [each.status_code >= 400 for each in answers] == [True, True]
                told, plain = (
                    {**each.json(), "request_id": "", "instance": ""} for each in answers
                )
                assert told == plain, (taken, bad)
        answer = shared.sandbox.call(
            "near-manager", "PUT", path + taken, json=body | {"communities": [NEAR]}
        )
        assert answer.status_code == 404, answer.text


def test_an_answer_does_not_tell_who_works_elsewhere(shared: Shared) -> None:
    """A household of one's own may name anybody as a member."""
    nps = {"kind": "nps", "scale_id": "nps_0_10", "score": 9, "channel": "phone"}
    counted = {}
    for member in ("far-csr", "nobody-there", "near-engineer", "everywhere-csr", ENGINEER):
        household = f"h-of-{member}"
        members = [{"subject": member, "name": "住户"}]
        shared.put("near-csr", f"households/{household}", communities=[NEAR], members=members)
        answer = shared.sandbox.call(
            "near-csr", "POST", "/v1/surveys/responses", json=nps | {"household_id": household}
        )
        assert answer.status_code == 201, answer.text
        counted[member] = answer.json()["answer"]["counted"]
    assert counted == {
        "far-csr": True,
        "nobody-there": True,
        "near-engineer": False,
        "everywhere-csr": False,
        ENGINEER: False,
    }


def test_who_is_limited_answers_for_a_household_that_is_elsewhere_first(shared: Shared) -> None:
    shared.put("everywhere-csr", "households/h-far-first", communities=[FAR, NEAR])
    nps = {"kind": "nps", "scale_id": "nps_0_10", "score": 9, "channel": "phone"}
    answer = shared.sandbox.call(
        "near-csr", "POST", "/v1/surveys/responses", json=nps | {"household_id": "h-far-first"}
    )
    assert answer.status_code == 201, answer.text
