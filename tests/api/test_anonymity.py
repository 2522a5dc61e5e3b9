"""No answer joins an anonymous complaint to its household for whom it is about: every GET of the
contract is asked, by every role that could be meant."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.web import create_app
from tests.api.complained import HOUSEHOLD, TWIN, log_told, open_world
from tests.api.expecting import problem

ABOUT = (
    "csr",
    "dispatcher",
    "supervisor",
    "manager",
    "finance",
    "security",
    "engineer",
    "admin",
    "auditor",
)


GETS = [
    (path, {each["name"] for each in operations["get"].get("parameters", ())})
    for path, operations in create_app(Settings(database_url=None, data_dir=None))
    .openapi()["paths"]
    .items()
    if "get" in operations
]
"""The path of every GET, and the names of its parameters."""


@pytest.fixture(scope="module", params=ABOUT)
def world(base_url: str, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield open_world(client, request.param)


def asked(world: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every GET whose path can be filled in, alone and narrowed to the ticket or the household;
    those of a ticket for each anonymous complaint and each named ticket of the household."""
    ids = world["ids"] | {"kind": "acknowledge"}
    for path, names in GETS:
        # The other named tickets are compared with those of a household that did not complain.
        tickets = [*world["unnamed"], *(world["named"][name] for name in ("whole", "part"))]
        for ticket_id in (world["repair"], *(each["id"] for each in tickets)):
            filled = path
            for name, value in (ids | {"ticket_id": ticket_id}).items():
                filled = filled.replace(f"{{{name}}}", value)
            if "{" in filled or (ticket_id != world["repair"] and "{ticket_id}" not in path):
                continue
            queries: list[dict[str, str]] = [{"from": "1", "to": "9"} if "diff" in path else {}]
            queries += [
                {name: ids[name]}
                for name in ("ticket_id", "household_id", "compensation_id")
                if name in names and f"{{{name}}}" not in path
            ]
            yield from ((filled, query) for query in queries)


def pages(world: dict[str, Any], who: str, path: str, query: dict[str, Any]) -> list[Any]:
    """All items, one a page: no page is empty but the last."""
    items: list[Any] = []
    cursor: dict[str, Any] = {}
    while True:
        page = world["sandbox"].read(who, path, **query, **cursor, limit=1)
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        assert len(page["items"]) == 1, (path, query)
        cursor = {"cursor": page["next_cursor"]}


def parts(answer: httpx.Response) -> list[str]:
    """What is told in one piece: each item of a list; items of one command or request together."""
    body = answer.json() if "json" in answer.headers["content-type"] else answer.text
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        return [f"{body} {dict(answer.headers)}"]
    together: dict[str, list[Any]] = {}
    for item in body["items"]:
        for name in ("command_id", "correlation_id", "causation_id"):
            if item.get(name):
                together.setdefault(item[name], []).append(item)
    rest = {name: value for name, value in body.items() if name != "items"}
    return [
        *map(str, body["items"]),
        *map(str, together.values()),
        f"{rest} {dict(answer.headers)}",
    ]


@pytest.mark.parametrize("who", ["sun", "sun in jinxiu"])
def test_no_get_joins_the_complaint_to_its_household(world: dict[str, Any], who: str) -> None:
    sandbox = world["sandbox"]
    joined, answered = [], 0
    for path, query in asked(world):
        answer = sandbox.call(who, "GET", path, params=query)
        answered += answer.status_code == 200
        sent = f"{path} {query}"
        named = [any(mark in sent for mark in world[of]) for of in ("of_complaint", "of_household")]
        if all(named):
            continue
        for part in parts(answer) if answer.status_code == 200 else [answer.text.replace(path, "")]:
            complaint, household = (
                known or any(mark in part for mark in world[of])
                for known, of in zip(named, ("of_complaint", "of_household"), strict=True)
            )
            if complaint and household:
                joined.append((path, query, part[:300]))
    assert joined == []
    assert answered > 10


def test_the_household_looks_like_one_that_did_not_complain(world: dict[str, Any]) -> None:
    sandbox, who = world["sandbox"], "sun"
    compared = 0
    for path, names in GETS:
        by_path = "{household_id}" in path
        if not by_path and "household_id" not in names:
            continue
        told = []
        for household in (HOUSEHOLD, TWIN):
            filled = path.replace("{household_id}", household)
            query = {} if by_path else {"household_id": household}
            answer = sandbox.call(who, "GET", filled, params=query)
            code = answer.json().get("code")
            count: Any = None
            if answer.status_code == 200 and "cursor" in names:
                count = len(pages(world, who, filled, query))
            elif answer.status_code == 200:
                count = answer.text.replace(household, "").count(",")
            told.append((answer.status_code, code, count))
        assert told[0] == told[1], path
        compared += 1
    assert compared > 6


OWN = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|[A-Z][0-9]{6}-[0-9]{4}"
    r"|zhang|li\b|张阿姨|李阿姨|h-3-1201|h-9-0909|'(position|head)': [0-9]+|'etag.*?',|'date.*?',"
)
"""What every ticket has of its own: ids, hashes, numbers, the household, positions."""


def told_of(world: dict[str, Any], ticket_id: str, path: str, query: dict[str, str]) -> str:
    answer = world["sandbox"].call(
        "sun", "GET", path.replace("{ticket_id}", ticket_id), params=query
    )
    return OWN.sub("…", f"{answer.status_code} {answer.json()}")


def test_a_ticket_tied_to_an_anonymous_complaint_looks_like_one_that_is_not(
    world: dict[str, Any],
) -> None:
    compared = 0
    for path, names in GETS:
        if "{ticket_id}" not in path or "{" in path.replace("{ticket_id}", ""):
            continue
        queries: list[dict[str, str]] = [{"from": "0", "to": "99"} if "diff" in path else {}]
        queries += [{"version": "2"}, {"version": "99"}] if "version" in names else []
        for name, ticket in world["named"].items():
            for query in queries:
                tied, twin = (
                    told_of(world, each["id"], path, query)
                    for each in (ticket, world["of_twin"][name])
                )
                assert tied == twin, (name, path, query)
                compared += 1
    assert compared > 30


def test_no_append_holds_events_of_the_complaint_beside_others_of_its_household(
    world: dict[str, Any],
) -> None:
    """The log is dense: what is withheld stands beside what was appended with it."""
    streams: dict[str, set[str]] = {}
    for event in log_told(world["sandbox"], "shen"):
        streams.setdefault(event["command_id"], set()).add(event["stream_id"])
    hidden = {f"ticket-{each['id']}" for each in world["unnamed"]}
    shown = {f"ticket-{each['id']}" for each in world["named"].values()}
    joined = [each for each in streams.values() if each & hidden and each & shown]
    assert joined == []
    assert all(any(each in found for found in streams.values()) for each in hidden | shown)


SHARED = {"workload", "staff_exposure", "budget", "attachment"}
"""Streams that an anonymous complaint writes to beside others, and that name no household (the
photo: of a photo on no ticket yet the log tells its uploader alone)."""


def test_the_complaint_writes_to_no_stream_that_others_share(world: dict[str, Any]) -> None:
    """A version that is missing there, or a figure drawn from it, would tell whose it is."""
    log = log_told(world["sandbox"], "shen")
    ids = [*world["of_complaint"], *(each["id"] for each in world["unnamed"])]
    appends: dict[str, list[Any]] = {}
    for event in log:
        appends.setdefault(event["command_id"], []).append(event)
    written: dict[bool, set[str]] = {True: set(), False: set()}
    for events in appends.values():
        said = str([(event["stream_id"], event["data"]) for event in events])
        written[any(each in said for each in ids)] |= {event["stream_id"] for event in events}
    both = written[True] & written[False]
    assert {each for each in both if each.partition("-")[0] not in SHARED} == set()
    apart = {each.partition("-")[0] for each in written[True]}
    assert {"ticket", "compensation", "exposure", "survey", "problem", "fingerprint"} <= apart


def test_streams_of_the_household_are_told_as_those_of_one_that_did_not_complain(
    world: dict[str, Any],
) -> None:
    for category in ("exposure", "survey_contact", "complaint_record", "household"):
        told = []
        for household in (HOUSEHOLD, TWIN):
            query = {"stream_id": f"{category}-{household}"}
            answer = world["sandbox"].call("sun", "GET", "/v1/events", params=query)
            items = answer.json().get("items", ())
            told.append([(each["version"], each["type"], set(each["data"])) for each in items])
        assert told[0] == told[1], category


def test_what_the_log_told_before_the_complaint_it_tells_after(world: dict[str, Any]) -> None:
    after = {each["position"]: each for each in log_told(world["sandbox"], "sun")}
    assert [each for each in world["before"] if after[each["position"]] != each] == []


def test_figures_and_problems_of_a_repair_do_not_tell_of_the_complaint(
    world: dict[str, Any],
) -> None:
    sandbox, repairs = world["sandbox"], world["repairs"]
    for who in ("sun", "chen"):
        for path in ("/v1/problems", "/v1/compensations", "/v1/events"):
            told = []
            for owner in ("zhang", "li"):
                query = {"ticket_id": repairs[owner]["id"]}
                answer = sandbox.call(who, "GET", path, params=query)
                told.append(OWN.sub("…", f"{answer.status_code} {answer.json()}"))
            assert told[0] == told[1], (who, path)
    told = [OWN.sub("…", str(world["gifts"][owner]["authority"])) for owner in ("zhang", "li")]
    assert told[0] == told[1]


def test_what_hangs_on_the_complaint_makes_no_gap_in_a_list(world: dict[str, Any]) -> None:
    for path, names in GETS:
        if "cursor" not in names or "{" in path:
            continue
        answer = world["sandbox"].call("sun", "GET", path, params={"limit": 100})
        if answer.status_code == 200:
            assert pages(world, "sun", path, {}) == answer.json()["items"], path


def test_a_guessed_household_is_neither_right_nor_wrong(world: dict[str, Any]) -> None:
    body = {"kind": "csat", "scale_id": "csat_1_5", "score": 5, "channel": "phone"}
    told = [
        world["sandbox"].call(
            "sun",
            "POST",
            "/v1/surveys/responses",
            json=body | {"ticket_id": world["ids"]["ticket_id"], "household_id": household},
        )
        for household in (HOUSEHOLD, "h-9-0909")
    ]
    assert told[0].status_code == told[1].status_code
    assert told[0].json()["code"] == told[1].json()["code"]
    if told[0].json()["code"] != "role_not_permitted":
        problem(told[0], 404, "ticket_not_found")


def test_opening_a_problem_and_inviting_do_not_tell_of_the_complaint(
    world: dict[str, Any],
) -> None:
    sandbox, repairs = world["sandbox"], world["repairs"]
    for who in ("sun", "chen"):
        told = []
        for owner in ("zhang", "li"):
            body = {"phenomenon": "又漏了", "ticket_ids": [repairs[owner]["id"]]}
            answer = sandbox.call(who, "POST", "/v1/problems", json=body)
            told.append((answer.status_code, answer.json().get("code")))
        assert told[0] == told[1], who
    wave: dict[str, Any] = {
        "kind": "nps",
        "scale_id": "nps_0_10",
        "name": "二季度",
        "community": "jinxiu",
    }
    wave |= {"from": "2024-03-01", "to": "2024-03-31", "issued": 9}
    opened = sandbox.call("lin", "POST", "/v1/surveys/campaigns", json=wave)
    assert opened.status_code == 201, opened.text
    path = f"/v1/surveys/campaigns/{opened.json()['id']}/invitations"
    both = {"household_ids": [HOUSEHOLD, TWIN], "closed_loop": True}
    invited = sandbox.call("lin", "POST", path, json=both).json()["items"]
    assert invited[0]["result"] == invited[1]["result"]
