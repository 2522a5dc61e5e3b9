"""Nothing that anybody reads confirms a guess: every household and unit that it may have been is
tried against all of it, with the formulas at hand."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid5

import httpx
import pytest

from app.build import build_version
from app.domain.fingerprint.keys import fingerprint_of, rollup_of, unit_key
from app.domain.problem.recurring import PROBLEMS
from app.domain.roles import READ_LOG
from app.event_store.codec import canonical, content_hash, leaf_hash, microseconds
from app.events.ticket import Location
from tests.running import Sandbox

COMMUNITY, HOUSEHOLD = "jinxiu", "h-3-1201"
FLATS = [f"{floor:02}{door:02}" for floor in range(1, 51) for door in range(1, 5)]  # 200
PLACE = {"community": COMMUNITY, "component": "kitchen.drain"}
ROLES = ("manager", "admin", "auditor", "supervisor", "csr", "finance", "engineer")
PUBLISHED = ("/v1/problems", "/v1/root-causes", "/v1/surveys", "/v1/tickets", "/v1/households")


@pytest.fixture(scope="module")
def world(base_url: str) -> Iterator[Sandbox]:
    """A household without address, and three units of a building, all with a recurring leak."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        sandbox = Sandbox.open(client)
        sandbox.owner("zhang", HOUSEHOLD)
        for role in ROLES:
            if role != "admin":
                sandbox.person(role, role)
        for _ in range(3):
            sandbox.report("zhang", location={"community": COMMUNITY})
        for unit in ("1201", "1301", "1401"):
            sandbox.report("zhang", location=PLACE | {"building": "3", "unit": unit})
        sandbox.at("2024-03-05T10:00:00")
        yield sandbox


def log(sandbox: Sandbox, who: str, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = "0"
    while after is not None:
        page = sandbox.read(who, "/v1/events", limit=100, after=after, **filters)
        found += page["items"]
        after = page["next_cursor"]
    return found


def read_all(sandbox: Sandbox, who: str) -> str:
    read = [sandbox.call(who, "GET", path).text for path in PUBLISHED]
    tickets = sandbox.call(who, "GET", "/v1/tickets").json().get("items", [])
    read += [
        sandbox.call(who, "GET", f"/v1/tickets/{each['id']}{part}").text
        for each in tickets
        for part in ("/events", "/timeline")
    ]
    return "\n".join([*read, *(map(repr, log(sandbox, who)) if who in READ_LOG.who else ())])


def guesses(flat: str) -> list[str]:
    """What the formulas make of a candidate."""
    somewhere = Location(community=COMMUNITY, building="3", unit=flat, component="kitchen.drain")
    keys = [
        fingerprint_of(Location(community=COMMUNITY), "leak", f"h-3-{flat}"),
        fingerprint_of(somewhere, "leak"),
        rollup_of(somewhere, "leak"),
        unit_key(somewhere),
    ]
    known = [each for each in keys if each]
    return [*known, *(str(uuid5(PROBLEMS, each)) for each in known)]


@pytest.mark.parametrize("role", ROLES)
def test_no_candidate_is_confirmed(world: Sandbox, role: str) -> None:
    read = read_all(world, role)
    assert len(read) > 500
    assert [flat for flat in FLATS if any(guess in read for guess in guesses(flat))] == []


def test_what_is_shown_is_found_again(world: Sandbox) -> None:
    problems = world.read("manager", "/v1/problems")["items"]
    shown = [each for each in problems if each["fingerprint"]]
    assert (len(shown), len(problems)) == (1, 2)
    alias = shown[0]["fingerprint"]
    assert world.read("manager", "/v1/problems", fingerprint=alias)["items"] == shown
    opened = log(world, "auditor", types="problem_opened")
    assert {each["data"]["fingerprint"] for each in opened} == {alias, None}
    stream = f"fingerprint-{alias}"
    events = log(world, "auditor", stream_id=stream)
    assert {each["stream_id"] for each in events} == {stream}
    assert "fingerprint_attached" in {each["type"] for each in events}
    rollups = {each["stream_id"] for each in log(world, "auditor", types="unit_affected")}
    assert len(rollups) == 1
    assert len(log(world, "auditor", stream_id=rollups.pop())) == 4


def test_a_guess_is_no_filter(world: Sandbox) -> None:
    for guess in guesses("1201"):
        assert log(world, "auditor", stream_id=f"fingerprint-{guess}") == []
        assert log(world, "auditor", stream_id=f"rollup-{guess}") == []
        found = world.read("manager", "/v1/problems", fingerprint=guess)
        assert found["items"] == []


def test_who_knows_all_but_the_salt_cannot_compute_the_leaf(world: Sandbox) -> None:
    """The header is rebuilt from the answer, every value right."""
    events = [each for each in log(world, "auditor") if each["type"] == "ticket_reported"]
    assert len(events) == 6
    for event in events:
        header = rebuilt(event, world.tenant_id)
        for salt in ({"v": 1}, {"v": 2}, {"v": 2, "salt": ""}):
            leaf = leaf_hash(
                event["position"],
                datetime.fromisoformat(event["recorded_at"]),
                canonical({**header, **salt}),
            )
            assert leaf.hex() != event["leaf_hash"]


def rebuilt(event: dict[str, Any], tenant: str) -> dict[str, Any]:
    content = canonical(event["data"])
    return {
        "act": event["actor"]["subject"],
        "app": build_version(),
        "ch": content_hash(content),
        "cause": event["causation_id"],
        "chn": event["channel"],
        "cl": len(content.encode()),
        "cmd": event["command_id"],
        "corr": event["correlation_id"],
        "eid": event["id"],
        "log": f"suyuan/{tenant}",
        "occ": microseconds(datetime.fromisoformat(event["occurred_at"])),
        "rol": event["actor"]["role"],
        "str": event["stream_id"],
        "sub": [],
        "sv": event["schema_version"],
        "ten": tenant,
        "typ": event["type"],
        "ver": event["version"],
    }
