"""Assertions on refusals over HTTP: a valid problem, and nothing recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.running import Sandbox

JSON = {"Content-Type": "application/json"}


def problem(
    answer: httpx.Response, status: int, code: str, pointer: str | None = None
) -> dict[str, Any]:
    """Asserts that the response is a problem by RFC 9457 and our contract, and returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["code"]) == (status, code), found
    assert found["type"] == f"/problems/{code}"
    assert found["request_id"] == answer.headers["x-request-id"]
    assert found["title"]
    assert found["detail"]
    if pointer is not None:
        assert pointer in {error["pointer"] for error in found["errors"]}, found
    return found


def head(sandbox: Sandbox) -> int:
    """The position of the tenant's newest event."""
    position: int = sandbox.read("admin", "/v1/events", limit=1)["head"]
    return position


def settled_head(sandbox: Sandbox) -> int:
    """The position once all subscriptions have caught up."""
    now = sandbox.read("admin", "/v1/sandbox/clock")
    answer = sandbox.call("admin", "POST", "/v1/sandbox/clock", json=now)
    assert answer.status_code == 200, answer.text
    return head(sandbox)


@contextmanager
def nothing_recorded(sandbox: Sandbox) -> Iterator[None]:
    before = settled_head(sandbox)
    yield
    assert settled_head(sandbox) == before


@dataclass(frozen=True)
class Target:
    """A ticket to send invalid requests to, with tokens."""

    sandbox: Sandbox
    ticket: str

    def comment(self, body: bytes, **headers: str) -> httpx.Response:
        path = f"{self.ticket}/comment"
        return self.sandbox.call("csr", "POST", path, content=body, headers=JSON | headers)


def targeted(sandbox: Sandbox) -> Target:
    """A ticket with an assignee."""
    sandbox.owner()
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    sandbox.person("engineer", "laowang")
    ticket = sandbox.report("zhang")
    sandbox.give("csr", ticket, "acknowledge")
    sandbox.give("dispatcher", ticket, "open-to-pool")
    sandbox.give("laowang", ticket, "claim")
    return Target(sandbox, f"/v1/tickets/{ticket['id']}")
