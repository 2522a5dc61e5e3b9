"""What the edge does to every request and response."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.types import Message
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.testing import capture_logs

from app.http.correlation import current_request_id
from app.http.middleware import JSON_LIMIT, UPLOAD_LIMIT
from app.telemetry import render_metrics
from tests.api_edge.little_app import make_app, report_body

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize("sent", ["abc", "A.b_c-9", "x" * 64])
async def test_a_sane_request_id_is_kept(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.post("/v1/reports/1", json=report_body(), headers={"x-request-id": sent})
    assert answer.headers["x-request-id"] == sent
    assert answer.json()["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", 'a"b', "\u65e0", "a\nb"])
async def test_any_other_request_id_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/healthz", headers=[(b"x-request-id", sent.encode())])
    assert UUID7.fullmatch(answer.headers["x-request-id"])


async def test_nothing_of_a_request_outlives_it(client: httpx.AsyncClient) -> None:
    await client.get("/v1/reports/1")
    assert current_request_id() == ""
    assert get_contextvars() == {}


async def test_answers_carry_the_headers_of_safety(client: httpx.AsyncClient) -> None:
    for path in ("/v1/reports/1", "/healthz", "/nowhere", "/v1/broken", "/v1/stream"):
        answer = await client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"]


async def test_answers_are_not_stored_unless_they_say_so(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/reports/1")).headers["cache-control"] == "no-store"
    assert (await client.get("/v1/cached")).headers["cache-control"] == "private, max-age=60"
    assert "cache-control" not in (await client.get("/healthz")).headers


async def in_parts(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b" " * 1024
    yield b" " * (size % 1024)


async def test_a_declared_length_that_is_too_great(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/v1/reports/1", content=b" " * (JSON_LIMIT + 1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["connection"] == "close"


async def test_a_stream_that_grows_too_great(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    content = in_parts(JSON_LIMIT + 1)
    answer = await client.post("/v1/reports/1", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert str(JSON_LIMIT) in answer.json()["detail"]


async def test_a_length_that_is_untrue(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json", "content-length": "2"}
    content = in_parts(JSON_LIMIT + 1)
    answer = await client.post("/v1/reports/1", content=content, headers=headers)
    assert answer.status_code == 413


async def test_a_body_of_just_the_limit_is_read(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/v1/reports/1", content=in_parts(JSON_LIMIT), headers=headers)
    assert answer.json()["code"] == "malformed_json"


async def test_a_photo_may_be_larger(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/attachments", files={"file": b"x" * (JSON_LIMIT + 1)})
    assert answer.json() == {"bytes": JSON_LIMIT + 1}
    answer = await client.post("/v1/attachments", files={"file": b"x" * (UPLOAD_LIMIT + 1)})
    assert answer.status_code == 413


async def test_a_form_elsewhere_may_not(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/reports/1", files={"file": b"x" * (JSON_LIMIT + 1)})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "code", "pointer"),
    [
        ("/v1/reports/1?q=a%00b", "invalid_text", "query:q"),
        ("/v1/reports/1?other=%00", "invalid_text", "query:other"),
        ("/v1/reports/1?a%00=1", "invalid_text", "query:a"),
        ("/v1/reports/a%00b", "invalid_text", "path"),
        ("/v1/reports/1?q=%FF", "invalid_encoding", "query:q"),
        ("/v1/reports/1?a=%E6%BC%8F&q=%C2%A4%C4", "invalid_encoding", "query:q"),
        ("/v1/reports/1?q=%ED%A0%80", "invalid_encoding", "query:q"),
        ("/v1/reports/1?%C4%E3=1", "invalid_encoding", "query:\ufffd\ufffd"),
        ("/v1/reports/1?q=50%", "invalid_encoding", "query:q"),
        ("/v1/reports/1?q=%E6%BC%8", "invalid_encoding", "query:q"),
        ("/v1/reports/1?q=%zz", "invalid_encoding", "query:q"),
        ("/v1/reports/%C4%E3", "invalid_encoding", "path"),
        ("/v1/reports/%", "invalid_encoding", "path"),
    ],
)
async def test_a_path_or_query_that_is_no_text(path: str, code: str, pointer: str) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    target, _, query = path.partition("?")
    scope: dict[str, Any] = {"type": "http", "method": "GET", "headers": [], "root_path": ""}
    scope |= {"path": unquote(target), "raw_path": target.encode(), "query_string": query.encode()}
    await make_app()(scope, receive, send)
    assert sent[0]["status"] == 422
    problem = json.loads(sent[1]["body"])
    assert problem["code"] == code
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


async def test_chinese_in_a_query_is_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/reports/漏水?q=漏+水%20%25%2B")
    assert answer.json()["q"] == "漏 水 %+"


async def test_one_line_about_a_request(client: httpx.AsyncClient) -> None:
    with capture_logs(processors=[merge_contextvars]) as logs:
        await client.get(
            "/v1/reports/77?q=Zhang", headers={"authorization": "Bearer abc", "x-request-id": "r-1"}
        )
    [line] = logs
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/v1/reports/{report_id}",
        "status": 200,
        "subject": "s-1",
        "tenant_id": "t-1",
        "request_id": "r-1",
    }


async def test_a_failure_is_a_warning_and_has_its_status(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await client.get("/v1/broken")
    assert [(one["log_level"], one["status"]) for one in logs if one["event"] == "request"] == [
        ("warning", 500)
    ]


async def test_probes_write_no_line(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await client.get("/healthz")
    assert logs == []


def counted(method: str, route: str, status: str) -> float:
    labels = {"method": method, "route": route, "status": status}
    return REGISTRY.get_sample_value("suyuan_http_requests_total", labels) or 0.0


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/v1/reports/5", "/v1/reports/{report_id}", "200"),
        ("DELETE", "/v1/reports/5", "/v1/reports/{report_id}", "405"),
        ("GET", "/wp-login.php", "unmatched", "404"),
        ("BREW", "/healthz", "/healthz", "405"),
        ("GET", "/v1/broken", "/v1/broken", "500"),
    ],
)
async def test_answers_are_counted_by_template(
    client: httpx.AsyncClient, method: str, path: str, route: str, status: str
) -> None:
    label = method if method != "BREW" else "OTHER"
    before = counted(label, route, status)
    await client.request(method, path)
    assert counted(label, route, status) == before + 1
    assert f'method="{label}",route="{route}"'.encode() in render_metrics()


async def test_a_stream_is_timed_to_its_end(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/stream")).content == b"ab"
