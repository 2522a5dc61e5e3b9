"""Idempotency keys: a repeated request takes effect once, and gets the first response byte for
byte."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.expecting import nothing_recorded, problem
from tests.running import ADMIN_KEY, Sandbox, new_key, picture

SAME = ("etag", "location", "suyuan-receipt", "content-type")
STAFF = {"name": "老王", "roles": ["engineer"], "skills": ["leak"]}


@pytest.fixture
def staffed(sandbox: Sandbox) -> Sandbox:
    sandbox.owner()
    sandbox.owner("li", "h-2")
    sandbox.person("csr", "csr")
    sandbox.person("csr", "csr-2")
    sandbox.person("dispatcher", "dispatcher")
    sandbox.person("engineer", "laowang")
    return sandbox


def post(
    sandbox: Sandbox, who: str, path: str, key: str, body: Any = None, **headers: str
) -> httpx.Response:
    told = {"Idempotency-Key": key} | headers
    return sandbox.call(who, "POST", path, json=body, headers=told)


def replayed(first: httpx.Response, again: httpx.Response) -> None:
    assert again.status_code == first.status_code, again.text
    assert again.content == first.content
    for name in SAME:
        assert again.headers.get(name) == first.headers.get(name), name
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


def types(sandbox: Sandbox, stream_id: str) -> Counter[str]:
    """How often each event type occurs in a stream."""
    found = sandbox.read("admin", "/v1/events", stream_id=stream_id)["items"]
    return Counter(event["type"] for event in found)


def report(**more: Any) -> dict[str, Any]:
    return {"category": "leak", "description": "漏水", "location": {"community": "c"}} | more


def test_a_report_that_is_sent_again_is_one_ticket(staffed: Sandbox) -> None:
    key = new_key()
    first = post(staffed, "zhang", "/v1/tickets", key, report())
    assert first.status_code == 201
    with nothing_recorded(staffed):
        for _ in range(3):
            replayed(first, post(staffed, "zhang", "/v1/tickets", key, report()))
    assert len(staffed.read("csr", "/v1/tickets")["items"]) == 1


def test_the_answer_stays_the_first_one_after_the_ticket_moved_on(staffed: Sandbox) -> None:
    key, other = new_key(), new_key()
    first = post(staffed, "zhang", "/v1/tickets", key, report())
    ticket = first.json()
    path = f"/v1/tickets/{ticket['id']}/acknowledge"
    second = post(staffed, "csr", path, other)
    staffed.at("2024-03-06T12:00:00")
    staffed.give("dispatcher", ticket, "assign", engineer="laowang")
    staffed.give("laowang", ticket, "accept")
    with nothing_recorded(staffed):
        replayed(second, post(staffed, "csr", path, other))
        replayed(first, post(staffed, "zhang", "/v1/tickets", key, report()))
    assert types(staffed, ticket["id"])["ticket_acknowledged"] == 1


def test_fifty_at_once_are_one(staffed: Sandbox) -> None:
    key = new_key()
    with ThreadPoolExecutor(50) as together:
        answers = list(
            together.map(lambda _: post(staffed, "zhang", "/v1/tickets", key, report()), range(50))
        )
    assert Counter(answer.status_code for answer in answers) == {201: 50}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert types(staffed, answers[0].json()["id"])["ticket_reported"] == 1
    assert len(staffed.read("csr", "/v1/tickets")["items"]) == 1


def test_fifty_comments_at_once_under_one_key_are_one(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    path, key = f"/v1/tickets/{ticket['id']}/comment", new_key()
    with ThreadPoolExecutor(50) as together:
        answers = list(
            together.map(lambda _: post(staffed, "csr", path, key, {"text": "在路上"}), range(50))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({(answer.content, answer.headers["etag"]) for answer in answers}) == 1
    assert types(staffed, ticket["id"])["comment_added"] == 1


def test_a_key_belongs_to_one_body_one_route_and_one_sender(staffed: Sandbox) -> None:
    ticket, other = staffed.report("zhang"), staffed.report("zhang")
    path, key = f"/v1/tickets/{ticket['id']}/comment", new_key()
    assert post(staffed, "csr", path, key, {"text": "一"}).status_code == 200
    with nothing_recorded(staffed):
        for who, to, body in (
            ("csr", path, {"text": "二"}),
            ("csr", path, {"text": "一", "visibility": "internal"}),
            ("csr", f"/v1/tickets/{other['id']}/comment", {"text": "一"}),
            ("csr", f"/v1/tickets/{ticket['id']}/escalate", {"reason": "一"}),
            ("csr", "/v1/tickets", report(reporter={"name": "张"})),
            ("csr-2", path, {"text": "一"}),
        ):
            problem(post(staffed, who, to, key, body), 422, "idempotency_key_reused")


def test_a_key_of_another_tenant_is_another_key(client: httpx.Client, staffed: Sandbox) -> None:
    other = Sandbox.open(client)
    other.owner()
    key = new_key()
    first = post(staffed, "zhang", "/v1/tickets", key, report())
    second = post(other, "zhang", "/v1/tickets", key, report(description="灯不亮"))
    assert (first.status_code, second.status_code) == (201, 201)
    assert "idempotency-replayed" not in second.headers


@pytest.mark.parametrize(
    ("key", "again"),
    [
        ("order-17", "order-17"),
        ("order 17/3: <a> {b}", "order 17/3: <a> {b}"),
        ('"quoted"', "quoted"),
        ("x" * 255, "x" * 255),
        ("1", "1"),
    ],
)
def test_a_key_need_not_be_a_uuid(staffed: Sandbox, key: str, again: str) -> None:
    ticket = staffed.report("zhang")
    path = f"/v1/tickets/{ticket['id']}/comment"
    first = post(staffed, "csr", path, key, {"text": "一"})
    replayed(first, post(staffed, "csr", path, again, {"text": "一"}))
    problem(post(staffed, "csr", path, key, {"text": "二"}), 422, "idempotency_key_reused")
    # Made up by two people, the same word is two keys.
    theirs = post(staffed, "csr-2", path, key, {"text": "二"})
    assert theirs.status_code == 200
    assert "idempotency-replayed" not in theirs.headers


def test_one_uuid_in_all_its_spellings_is_one_key(staffed: Sandbox) -> None:
    key = uuid4()
    first = post(staffed, "zhang", "/v1/tickets", str(key), report())
    for spelling in (str(key).upper(), key.hex, f"{{{key}}}", f'"{key}"', key.urn):
        replayed(first, post(staffed, "zhang", "/v1/tickets", spelling, report()))


def test_a_command_that_changed_nothing_has_its_answer_too(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    path, key = f"/v1/tickets/{ticket['id']}/acknowledge", new_key()
    staffed.give("csr", ticket, "acknowledge")
    with nothing_recorded(staffed):
        first = post(staffed, "csr", path, key)
        assert first.status_code == 200
        assert "suyuan-receipt" not in first.headers
    staffed.give("dispatcher", ticket, "open-to-pool")
    with nothing_recorded(staffed):
        replayed(first, post(staffed, "csr", path, key))
        problem(post(staffed, "csr", path, key, {"note": "x"}), 422, "idempotency_key_reused")


def test_what_was_refused_may_be_tried_again_under_its_key(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    path, key = f"/v1/tickets/{ticket['id']}/open-to-pool", new_key()
    problem(post(staffed, "dispatcher", path, key), 409, "illegal_transition")
    problem(post(staffed, "dispatcher", path, key, {"x": 1}), 422, "validation_failed")
    staffed.give("csr", ticket, "acknowledge")
    done = post(staffed, "dispatcher", path, key)
    assert done.status_code == 200
    assert done.json()["status"] == "pooled"
    replayed(done, post(staffed, "dispatcher", path, key))


def test_a_repeat_is_not_held_to_the_version_that_it_made_old(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    path, key = f"/v1/tickets/{ticket['id']}/comment", new_key()
    meant = {"If-Match": f'"v{ticket["version"]}"'}
    first = post(staffed, "csr", path, key, {"text": "一"}, **meant)
    assert first.status_code == 200, first.text
    replayed(first, post(staffed, "csr", path, key, {"text": "一"}, **meant))


def test_a_reopening_that_made_a_new_ticket_makes_no_third(staffed: Sandbox) -> None:
    ticket = staffed.report("zhang")
    staffed.give("csr", ticket, "acknowledge")
    staffed.give("dispatcher", ticket, "assign", engineer="laowang")
    staffed.give("laowang", ticket, "accept")
    staffed.work("laowang", ticket)
    staffed.give("zhang", ticket, "sign-completion")
    staffed.ask("csr", ticket, "satisfied")
    staffed.give("csr", ticket, "close")
    staffed.at("2024-06-05T09:00:00")
    path, key = f"/v1/tickets/{ticket['id']}/reopen", new_key()
    first = post(staffed, "zhang", path, key, {"reason": "又漏了"})
    assert first.json()["id"] != ticket["id"]
    assert first.headers["location"] == f"/v1/tickets/{first.json()['id']}"
    with nothing_recorded(staffed):
        replayed(first, post(staffed, "zhang", path, key, {"reason": "又漏了"}))


def upload(sandbox: Sandbox, key: str, stage: str, data: bytes) -> httpx.Response:
    return sandbox.call(
        "zhang",
        "POST",
        "/v1/attachments",
        files={"file": ("p.png", data, "image/png")},
        data={"stage": stage},
        headers={"Idempotency-Key": key},
    )


def test_a_photo_that_is_sent_again_is_one_photo(staffed: Sandbox) -> None:
    key = new_key()
    first = upload(staffed, key, "report", picture())
    assert first.status_code == 201
    with nothing_recorded(staffed):
        replayed(first, upload(staffed, key, "report", picture()))  # its boundary is another one
        problem(upload(staffed, key, "after", picture()), 422, "idempotency_key_reused")
        problem(upload(staffed, key, "report", picture("red")), 422, "idempotency_key_reused")


def test_a_record_that_is_put_again_is_put_once(staffed: Sandbox) -> None:
    def put(subject: str, body: dict[str, Any]) -> httpx.Response:
        path, headers = f"/v1/staff/{subject}", {"Idempotency-Key": key}
        return staffed.call("admin", "PUT", path, json=body, headers=headers)

    key = new_key()
    first = put("laoli", STAFF)
    assert first.status_code == 200
    changed = staffed.call("admin", "PUT", "/v1/staff/laoli", json=STAFF | {"name": "老李"})
    assert changed.headers["etag"] == '"v2"'
    with nothing_recorded(staffed):
        replayed(first, put("laoli", STAFF))
        problem(put("laoli", STAFF | {"name": "x"}), 422, "idempotency_key_reused")
        problem(put("laozhang", STAFF), 422, "idempotency_key_reused")
    assert staffed.read("admin", "/v1/staff/laoli")["name"] == "老李"


def test_a_tenant_that_is_opened_again_is_one_tenant(client: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {ADMIN_KEY}", "Idempotency-Key": new_key()}
    body = {"name": "锦绣物业", "sandbox": True}
    with ThreadPoolExecutor(8) as together:
        answers = list(
            together.map(lambda _: client.post("/v1/tenants", json=body, headers=headers), range(8))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["tenant_id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    other = client.post("/v1/tenants", json=body | {"name": "x"}, headers=headers)
    problem(other, 422, "idempotency_key_reused")
    for answer in answers:  # each token works, whichever answer arrived
        token = {"Authorization": f"Bearer {answer.json()['admin_token']}"}
        assert client.get("/v1/sandbox/clock", headers=token).status_code == 200


def test_an_api_key_is_shown_once_and_not_issued_twice(staffed: Sandbox) -> None:
    key, body = new_key(), {"name": "iot", "scopes": ["tickets:read"]}
    first = post(staffed, "admin", "/v1/api-keys", key, body)
    again = post(staffed, "admin", "/v1/api-keys", key, body)
    assert again.json() == first.json() | {"key": None}
    assert first.json()["key"].startswith("sk_")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]


def test_a_move_of_the_test_clock_that_is_asked_again_has_the_same_answer(staffed: Sandbox) -> None:
    def move(key: str, now: str) -> httpx.Response:
        headers = {"Idempotency-Key": key}
        return staffed.call(
            "admin", "POST", "/v1/sandbox/clock", json={"now": now}, headers=headers
        )

    staffed.report("zhang")
    key = new_key()
    first = move(key, "2024-03-05T12:00:00+08:00")
    assert first.json()["events"] > 0  # an acknowledgement and an arrival were missed
    later = move(new_key(), "2024-03-05T12:30:00+08:00")
    assert later.json()["now"] == "2024-03-05T04:30:00Z"
    with nothing_recorded(staffed):
        replayed(first, move(key, "2024-03-05T12:00:00+08:00"))
        problem(move(key, "2024-03-05T13:00:00+08:00"), 422, "idempotency_key_reused")


def test_a_sandbox_token_that_is_asked_again_is_of_the_same_person(staffed: Sandbox) -> None:
    def ask(subject: str) -> httpx.Response:
        body = {"role": "csr", "subject": subject}
        headers = {"Idempotency-Key": key}
        return staffed.call("admin", "POST", "/v1/sandbox/tokens", json=body, headers=headers)

    key = new_key()
    assert "idempotency-replayed" not in ask("xiaolin").headers
    with nothing_recorded(staffed):
        assert ask("xiaolin").headers["idempotency-replayed"] == "true"
        problem(ask("laoli"), 422, "idempotency_key_reused")
