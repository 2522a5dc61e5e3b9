"""What a client chooses as an id does its work, and no event has it."""

from typing import Any
from uuid import UUID, uuid4

from app.http.callers import command_id_of
from tests.running import Sandbox

PHONE = "13800000000"
URGED = {"note": "快"}


def events(sandbox: Sandbox) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.read("admin", "/v1/events", limit=100)["items"]
    return found


def urge(sandbox: Sandbox, ticket: Any, **headers: str) -> dict[str, Any]:
    """The event of it. The answer has the client's own request id."""
    path = f"/v1/tickets/{ticket['id']}/comment"
    answer = sandbox.call("zhang", "POST", path, json={"text": "快"}, headers=headers)
    assert answer.status_code == 200, answer.text
    if "X-Request-Id" in headers:
        assert answer.headers["x-request-id"] == headers["X-Request-Id"]
    position = int(answer.headers["suyuan-receipt"].partition(":")[0])
    event: dict[str, Any] = events(sandbox)[position - 1]
    assert event["position"] == position
    ours = {"X-Request-Id": answer.headers["x-request-id"]}
    return event | ours


def test_a_request_id_of_the_clients_is_in_no_event(sandbox: Sandbox) -> None:
    sandbox.owner()
    ticket = sandbox.report("zhang")
    one, same = (urge(sandbox, ticket, **{"X-Request-Id": PHONE}) for _ in range(2))
    other = urge(sandbox, ticket, **{"X-Request-Id": f"{PHONE}1"})
    assert one["correlation_id"] == same["correlation_id"] != other["correlation_id"]
    assert UUID(one["correlation_id"]).version == 8
    ours = urge(sandbox, ticket)
    assert ours["correlation_id"] == ours["X-Request-Id"]
    assert PHONE not in repr(events(sandbox))


def test_another_tenant_has_other_ids_for_the_same(sandbox: Sandbox) -> None:
    another = Sandbox.open(sandbox.client)
    ids = []
    for each in (sandbox, another):
        each.owner()
        told = {"X-Request-Id": PHONE, "Idempotency-Key": PHONE}
        event = urge(each, each.report("zhang"), **told)
        ids += [event["correlation_id"], event["command_id"]]
    assert len(set(ids)) == 4


def test_the_command_of_a_guessed_key_is_not_recognised(sandbox: Sandbox) -> None:
    """Who sees the event and suspects `zhang` cannot try keys."""
    sandbox.owner()
    event = urge(sandbox, sandbox.report("zhang"), **{"Idempotency-Key": "1"})
    assert UUID(event["command_id"]).version == 8
    assert event["command_id"] != str(command_id_of("1", f"{sandbox.tenant_id}\nzhang"))


def test_a_random_uuid_stays_the_id_of_its_command(sandbox: Sandbox) -> None:
    sandbox.owner()
    key = str(uuid4())
    event = urge(sandbox, sandbox.report("zhang"), **{"Idempotency-Key": key})
    assert event["command_id"] == key
