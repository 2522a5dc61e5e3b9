"""No answer joins an anonymous complaint to its household for whom it is about: every GET of the
contract is asked, by every role that could be meant."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.expecting import problem
from tests.running import Sandbox

HOUSEHOLD, PHONE, NAME = "h-3-1201", "13900000001", "张阿姨"
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


def open_world(client: httpx.Client, role: str) -> dict[str, Any]:
    sandbox = Sandbox.open(client)
    sandbox.owner("zhang", HOUSEHOLD, name=NAME)
    for each, subject in (("csr", "lin"), ("manager", "ma"), ("auditor", "shen"), (role, "sun")):
        sandbox.person(each, subject)
    complaint = sandbox.report(
        "zhang",
        kind="complaint",
        category="service",
        description="态度差",
        reporter={"name": NAME, "phone": PHONE},
        subject_of_complaint="sun",
        anonymous=True,
    )
    sandbox.give("lin", complaint, "acknowledge")
    given = sandbox.tries(
        "lin", complaint, "compensations", benefit="gift", amount_fen=2000, reason="致歉"
    ).json()
    answer = sandbox.call(
        "lin",
        "POST",
        "/v1/surveys/responses",
        json={
            "kind": "csat",
            "scale_id": "csat_1_5",
            "ticket_id": complaint["id"],
            "score": 1,
            "channel": "phone",
        },
    )
    assert answer.status_code == 201, answer.text
    ids = {
        "ticket_id": complaint["id"],
        "household_id": HOUSEHOLD,
        "compensation_id": given["id"],
        "survey_id": answer.json()["id"],
    }
    return {"sandbox": sandbox, "number": complaint["number"], "ids": ids}


@pytest.fixture(scope="module", params=ABOUT)
def world(base_url: str, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield open_world(client, request.param)


def asked(world: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every GET whose path can be filled in, alone and narrowed to the ticket or the household."""
    ids = world["ids"]
    contract = world["sandbox"].client.get("/openapi.json").json()
    for path, operations in contract["paths"].items():
        if "get" not in operations:
            continue
        filled = path
        for name, value in ids.items():
            filled = filled.replace(f"{{{name}}}", value)
        if "{" in filled:
            continue
        names = {each["name"] for each in operations["get"].get("parameters", ())}
        yield filled, {}
        for name in ("ticket_id", "household_id", "compensation_id"):
            if name in names and f"{{{name}}}" not in path:
                yield filled, {name: ids[name]}


def test_no_get_joins_the_complaint_to_its_household(world: dict[str, Any]) -> None:
    sandbox, ids = world["sandbox"], world["ids"]
    joined, answered = [], 0
    for path, query in asked(world):
        answer = sandbox.call("sun", "GET", path, params=query)
        if answer.status_code != 200:
            continue
        answered += 1
        sent = path + "".join(query.values())
        names_complaint = ids["ticket_id"] in sent or ids["compensation_id"] in sent
        complaint = names_complaint or any(
            each in answer.text for each in (ids["ticket_id"], world["number"])
        )
        household = HOUSEHOLD in sent or any(
            each in answer.text for each in (HOUSEHOLD, NAME, PHONE)
        )
        if complaint and household and not (names_complaint and HOUSEHOLD in sent):
            joined.append((path, query))
    assert joined == []
    assert answered > 10


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
