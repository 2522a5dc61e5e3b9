"""Whatever a request names beside its own resource is held to the communities of its token, too: a
name out of reach is answered like one that was never given to anything (docs/api.md §1, ADR 0033).

Every field and query parameter of the contract that holds a text is in a table of `naming.py`."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.naming import (
    COMPLAINT,
    EVIDENCE,
    FIELDS,
    FREE,
    IN_QUERIES,
    KINDS,
    NAMING,
    NOTHING,
    NPS,
    PARAMETERS,
    SENT,
    WORDS,
    Far,
    Row,
    kind_of,
    last,
)
from tests.api.test_communities import FAR, HOUSEHOLD, NEAR, OPERATIONS, ROLES, World


def test_every_text_of_the_contract_is_classified() -> None:
    words = {last(field) for _, field in FIELDS} | {name for *_, name in PARAMETERS}
    known = {last(field) for _, field in FREE} | set(KINDS) | WORDS
    numbers = {"limit", "version", "cycle"}
    words_of_queries = {"sort", "kind", "service_class", "on_hold", "breached", "active"}
    retraction = {"retracted", "benefit", "role"}
    assert words - known - numbers - words_of_queries - retraction == set()
    assert set(FREE) <= set(FIELDS)


def test_every_field_that_names_something_is_tried() -> None:
    assert {each for each in NAMING if each not in EVIDENCE} <= set(SENT)
    assert set(SENT) <= set(NAMING)


class Near:
    """Resources of the near community, each where a command reaches the look-up of its names."""

    def __init__(self, world: World) -> None:
        sandbox = self.sandbox = world.sandbox
        self.tickets = {
            name: sandbox.report("near-csr", reporter={"name": "张阿姨"}, household_id="h-near")
            for name in ("new", "fresh", "held", "going", "there")
        }
        now = sandbox.read("admin", "/v1/sandbox/clock")["now"]
        for name in ("fresh", "held", "going", "there"):
            sandbox.give("near-csr", self.tickets[name], "acknowledge")
        for name in ("held", "going", "there"):
            sandbox.give("near-dispatcher", self.tickets[name], "assign", engineer="near-engineer")
            sandbox.give("near-engineer", self.tickets[name], "accept")
        for name in ("going", "there"):
            sandbox.give("near-engineer", self.tickets[name], "depart", eta=now)
        photo = sandbox.photo("near-engineer", "on_site")
        sandbox.give("near-engineer", self.tickets["there"], "arrive", photo_ids=[photo])
        for check in self.tickets["there"]["checklist"]:
            sandbox.give("near-engineer", self.tickets["there"], "check-item", item=check["item"])
        self.tickets["complaint"] = sandbox.report("near-csr", **COMPLAINT)
        sandbox.give("near-csr", self.tickets["complaint"], "acknowledge")
        wave = {"kind": "nps", "scale_id": "nps_0_10", "name": "w", "issued": 9, "community": NEAR}
        wave |= {"from": "2024-03-01", "to": "2024-03-31"}
        answer = sandbox.call("near-csr", "POST", "/v1/surveys/campaigns", json=wave)
        assert answer.status_code == 201, answer.text
        self.campaign = answer.json()["id"]

    def path(self, path: str, target: str) -> str:
        for name, value in (
            ("ticket_id", self.tickets.get(target or "fresh", {}).get("id", "")),
            ("campaign_id", self.campaign),
            ("household_id", "h-near"),
            ("subject", "near-csr"),
        ):
            path = path.replace(f"{{{name}}}", value)
        return path


@pytest.fixture(scope="module")
def world(base_url: str) -> Iterator[World]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield World(client)


@pytest.fixture(scope="module")
def near(world: World) -> Near:
    return Near(world)


@pytest.fixture(scope="module")
def far(world: World) -> Far:
    """Names of every kind in the other community; a photo with a ticket, and one without."""
    return {
        "ticket": [world.ids["ticket_id"]],
        "photo": [world.ids["attachment_id"], world.sandbox.photo("far-engineer", "report")],
        "campaign": [world.ids["campaign_id"]],
        "household": [HOUSEHOLD],
        "staff": ["far-csr", "far-engineer"],
        "community": [FAR],
        "compensation": [world.ids["compensation_id"]],
    }


def naming(body: dict[str, Any], field: str, name: str) -> dict[str, Any]:
    first, _, rest = field.partition(".")
    if rest:
        return body | {first: naming(body.get(first) or {}, rest, name)}
    return body | ({first.removesuffix("[]"): [name]} if first.endswith("[]") else {first: name})


def told(answer: httpx.Response, name: str) -> tuple[int, Any]:
    value = json.loads(answer.text.replace(name, "NAME"))
    value.pop("request_id", None)
    return answer.status_code, value


def example_of(operation: dict[str, Any]) -> dict[str, Any]:
    example: dict[str, Any] = dict(
        operation["requestBody"]["content"]["application/json"].get("example", {})
    )
    return {k: v for k, v in example.items() if k not in ("household_id", "location")}


def send(near: Near, key: tuple[str, str], name: str, row: Row) -> httpx.Response:
    operation_id, field = key
    role, target, more, _ = row
    [(_, method, path, operation)] = [each for each in OPERATIONS if each[0] == operation_id]
    body = example_of(operation) | more
    if operation_id in ("report_ticket", "start_series") and field != "ticket_id":
        body |= {"location": {"community": NEAR}}
    if operation_id in ("put_household", "put_staff") and field != "communities[]":
        body |= {"communities": [NEAR]}
    if operation_id == "record_response" and field == "evidence.photo_id":
        body |= {"household_id": "h-near"}
    body = naming(body, field, name)
    return near.sandbox.call(f"near-{role}", method, near.path(path, target), json=body)


@pytest.mark.parametrize("key", SENT, ids=".".join)
def test_a_name_out_of_reach_is_answered_like_no_name(
    far: Far, near: Near, key: tuple[str, str]
) -> None:
    kind = kind_of(key[1]) or ""
    for name in far[kind]:
        there = told(send(near, key, name, SENT[key]), name)
        nothing = told(send(near, key, NOTHING[kind], SENT[key]), NOTHING[kind])
        assert there == nothing
        assert there[1].get("code", "") == SENT[key][3]


@pytest.mark.parametrize("key", [each for each in EVIDENCE if each not in SENT], ids=".".join)
def test_a_photo_out_of_reach_proves_nothing(far: Far, near: Near, key: tuple[str, str]) -> None:
    """Of every command; whether it is refused for the photo or for something else before that."""
    [operation] = [each[3] for each in OPERATIONS if each[0] == key[0]]
    role = sorted(set(operation["x-roles"]) & set(ROLES))[-1:]
    for name in far["photo"]:
        target = "going" if key[0] == "arrive_at_ticket" else "there"
        row: Row = ((role or ["csr"])[0], target, {}, "")
        there = told(send(near, key, name, row), name)
        assert there == told(send(near, key, NOTHING["photo"], row), NOTHING["photo"])
        assert there[0] >= 400


@pytest.mark.parametrize("key", IN_QUERIES, ids=lambda key: f"{key[0]}.{key[3]}")
def test_a_filter_finds_what_is_out_of_reach_as_little_as_nothing(
    world: World, far: Far, key: tuple[str, str, dict[str, Any], str]
) -> None:
    _, path, operation, parameter = key
    needed = {"campaign_id": NOTHING["campaign"]} if parameter == "against" else {}
    for role in sorted(set(operation["x-roles"]) & set(ROLES)):
        for name in far[KINDS[parameter]]:
            there, nothing = (
                world.near(role, "GET", path, params=needed | {parameter: each})
                for each in (name, NOTHING[KINDS[parameter]])
            )
            assert told(there, name) == told(nothing, NOTHING[KINDS[parameter]])


def test_two_names_out_of_reach_are_two(world: World, near: Near) -> None:
    """Else `distinct` would tell that there is something."""
    key, far = ("open_problem", "ticket_ids[]"), world.ids["ticket_id"]
    for other in (NOTHING["ticket"], near.tickets["fresh"]["id"]):
        body = {"phenomenon": "漏水", "ticket_ids": [other, far]}
        answer = near.sandbox.call("near-supervisor", "POST", "/v1/problems", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_ticket"), key


def test_who_works_everywhere_and_whoever_works_here_too_are_named(
    world: World, near: Near
) -> None:
    world.sandbox.person("csr", "both-csr", communities=[NEAR, FAR])
    for name in ("everywhere-csr", "both-csr", "near-dispatcher"):
        ticket = near.sandbox.report("near-csr", reporter={"name": "张阿姨"})
        near.sandbox.give("near-csr", ticket, "acknowledge")
        answer = near.sandbox.give("near-csr", ticket, "hand-over", to=name)
        assert answer["hand_over"]["subject"] == name


def test_the_whole_company_names_what_it_likes(world: World, near: Near) -> None:
    reporter = {"name": "张阿姨"}
    for household_id in (HOUSEHOLD, NOTHING["household"]):
        near.sandbox.report("everywhere-csr", reporter=reporter, household_id=household_id)


def test_a_household_that_moved_away_is_named_no_more(world: World, near: Near) -> None:
    sandbox, said = near.sandbox, {"name": "新住户", "communities": [NEAR]}
    household = "/v1/households/h-moving"
    assert world.near("csr", "PUT", household, json={"communities": [NEAR]}).status_code == 200
    ticket = sandbox.report("near-csr", reporter={"name": said["name"]}, household_id="h-moving")
    moved = sandbox.call("everywhere-csr", "PUT", household, json={"communities": [FAR]})
    assert moved.status_code == 200, moved.text
    body: dict[str, Any] = {"kind": "repair", "category": "leak", "channel": "phone"}
    body |= {"description": "漏水"}
    body |= {"location": {"community": NEAR}, "reporter": {"name": "新住户"}}
    answer = world.near("csr", "POST", "/v1/tickets", json=body | {"household_id": "h-moving"})
    assert answer.json()["code"] == "household_unknown", answer.text
    # Its ticket stays where it was reported, and answers about it are still taken down.
    response = {**NPS, "ticket_id": ticket["id"]}
    answer = world.near("csr", "POST", "/v1/surveys/responses", json=response)
    assert answer.status_code == 201, answer.text
