"""What comes over the wire otherwise than a polite client sends it: offers of an upgrade, headers
without end, bodies that break off, bodies of strangers."""

import json
import re
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest

from tests.api.expecting import nothing_recorded, problem
from tests.running import Sandbox, new_key

REPORT = {"category": "leak", "description": "漏水", "location": {"community": "jinxiu"}}
HEADER_LIMIT = 32 * 1024


@contextmanager
def connection(base_url: str) -> Iterator[socket.socket]:
    url = httpx.URL(base_url)
    with socket.create_connection((url.host, url.port or 80), timeout=20) as raw:
        yield raw


def request(sandbox: Sandbox, body: bytes, *lines: str) -> bytes:
    head = [
        "POST /v1/tickets HTTP/1.1",
        "Host: suyuan",
        f"Authorization: Bearer {sandbox.tokens['zhang']}",
        "Content-Type: application/json",
        *lines,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def read_all(raw: socket.socket) -> bytes:
    answer = b""
    while part := raw.recv(65536):
        answer += part
    return answer


@pytest.mark.parametrize(
    "offer",
    [
        ("Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
        ("Connection: Upgrade, close", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
        ("Connection: close, upgrade", "Upgrade: TLS/1.0, something/else"),
    ],
)
def test_a_body_survives_the_offer_of_an_upgrade(
    sandbox: Sandbox, base_url: str, offer: tuple[str, ...]
) -> None:
    """RFC 9110 §7.8: a server that does not take up the offer answers as if there were none."""
    sandbox.owner()
    body = json.dumps(REPORT).encode()
    with connection(base_url) as raw:
        raw.sendall(request(sandbox, body, f"Content-Length: {len(body)}", *offer))
        answer = read_all(raw)
    assert answer.startswith(b"HTTP/1.1 201"), answer
    assert "漏水".encode() in answer


def test_a_body_that_breaks_off_reports_nothing(sandbox: Sandbox, base_url: str) -> None:
    sandbox.owner()
    body = json.dumps(REPORT).encode()
    with nothing_recorded(sandbox), connection(base_url) as raw:
        raw.sendall(request(sandbox, body[:-2], f"Content-Length: {len(body)}"))
        raw.shutdown(socket.SHUT_WR)
        assert not read_all(raw).startswith(b"HTTP/1.1 2")


def test_headers_beyond_the_limit_are_refused_and_hurt_nobody(sandbox: Sandbox) -> None:
    sandbox.owner()
    for headers in (
        {"X-Long": "a" * (HEADER_LIMIT + 1)},
        {f"X-{n}": "a" * 100 for n in range(400)},
        {"Accept-Language": "en," * (HEADER_LIMIT // 3)},
    ):
        problem(
            sandbox.call("zhang", "GET", "/v1/tickets", headers=headers), 431, "headers_too_large"
        )
    long_query = sandbox.call("zhang", "GET", "/v1/tickets", params={"q": "a" * HEADER_LIMIT})
    problem(long_query, 431, "headers_too_large")
    long_path = sandbox.call("zhang", "GET", "/v1/tickets/" + "a" * HEADER_LIMIT)
    assert problem(long_path, 431, "headers_too_large")["details"] == {"max_bytes": HEADER_LIMIT}
    fits = {"X-Long": "a" * (HEADER_LIMIT // 2)}
    assert sandbox.call("zhang", "GET", "/v1/tickets", headers=fits).status_code == 200


def bytes_taken(raw: socket.socket, most: int) -> int:
    """How much of a header that never ends is taken before the connection is closed."""
    taken = 0
    with suppress(ConnectionError):
        while taken < most:
            raw.sendall(b"a" * 65536)
            taken += 65536
    return taken


def test_a_header_without_end_is_cut_off(sandbox: Sandbox, base_url: str) -> None:
    most = 64 * 1024 * 1024
    with connection(base_url) as raw:
        raw.sendall(b"GET /v1/tickets HTTP/1.1\r\nHost: suyuan\r\nX-Long: ")
        assert bytes_taken(raw, most) < most
    assert sandbox.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("token", [None, "made-up"])
def test_a_stranger_is_told_so_before_the_body_is_parsed(
    sandbox: Sandbox, token: str | None
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    answer = sandbox.client.post("/v1/tickets", content=b"[" * 100_000, headers=headers)
    assert answer.status_code == 401
    known = sandbox.call(
        "admin",
        "POST",
        "/v1/api-keys",
        content=b"[" * 100_000,
        headers=headers | {"Authorization": f"Bearer {sandbox.tokens['admin']}"},
    )
    problem(known, 422, "malformed_json")


def test_no_operation_parses_the_body_of_a_stranger(client: httpx.Client) -> None:
    contract = client.get("/openapi.json").json()
    parsed = []
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in body or not operation.get("security"):
                continue
            answer = client.request(
                method,
                re.sub(r"{[^}]+}", "x", path),
                content=b"[" * 100,
                headers={"Authorization": "Bearer x", "Content-Type": "application/json"},
            )
            if answer.status_code != 401:
                parsed.append((method, path, answer.status_code))
    assert parsed == []


def test_who_may_not_is_told_so_before_the_body_is_parsed(sandbox: Sandbox) -> None:
    sandbox.person("auditor", "chen")
    json_type = {"Content-Type": "application/json"}
    answer = sandbox.call("chen", "POST", "/v1/tickets", content=b"{", headers=json_type)
    problem(answer, 403, "role_not_permitted")


def test_requests_are_served_while_two_thousand_connections_wait(base_url: str) -> None:
    """More than the process keeps (`SUYUAN_CONNECTIONS`), and no deadline has passed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    url = httpx.URL(base_url)
    with ExitStack() as held:
        for _ in range(2_000):
            held.enter_context(socket.create_connection((url.host, url.port or 80), timeout=20))
        for _ in range(3):
            assert httpx.get(f"{base_url}/readyz", timeout=20).status_code == 200


def test_a_client_that_sends_too_much_is_told_so(client: httpx.Client) -> None:
    """And not that the connection was reset."""
    answer = client.post("/v1/tickets", content=bytes(30 * 1024 * 1024))
    problem(answer, 413, "too_large")
    assert answer.headers["connection"] == "close"
