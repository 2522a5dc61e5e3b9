"""Whatever bytes come: no answer is a 5xx, and the next client is served."""

import re
import socket
from contextlib import suppress
from select import select

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.running import Sandbox

STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3})")
FORM = (
    b"--x\r\nContent-Disposition: form-data; name=stage\r\n\r\nafter\r\n"
    b"--x\r\nContent-Disposition: form-data; name=file; filename*=undefined''%ff\r\n"
    b"Content-Type: image/png; charset=undefined\r\n\r\n\x89PNG\r\n--x--\r\n"
)
UNDEFINED = (
    b"POST /v1/attachments HTTP/1.1\r\nHost: suyuan\r\nConnection: close\r\n"
    b"Authorization: Bearer TOKEN\r\nContent-Length: %d\r\n"
    b"Content-Type: multipart/form-data; boundary=x; charset=undefined\r\n\r\n%s"
    % (len(FORM), FORM)
)
CHARSETS = ["utf-8", "gbk", "undefined", "idna", "punycode", "utf-16", "base64", "\xe9", '"', ""]
TYPES = [
    *("application/json", "multipart/form-data; boundary=x", "multipart/form-data"),
    *("application/x-www-form-urlencoded", "text/plain", ";", "a/b/c", "\xff"),
]
PATHS = [
    *("/v1/tickets", "/v1/attachments", "/v1/events", "/v1/households/h-1", "/v1/staff/x"),
    *("/v1/surveys/answers/x", "/v1/tenants", "/", "/openapi.json", "/nowhere", "*", "//", "http:"),
]
ODD = ["%FF", "%00", "%", "%2F", "/", "?q=%C4%E3", "?limit=%FF", "?q=%00", "?&&==", ";", "%2e%2e/"]
METHODS = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "CONNECT", "get", "PRI"]
NAMES = [
    *("Accept-Language", "Accept-Encoding", "If-Match", "If-None-Match", "Idempotency-Key"),
    *("X-Request-Id", "Expect", "Upgrade", "Content-Encoding", "Range", "Cookie", "Host"),
    *("Transfer-Encoding", "Content-Length", "X-Forwarded-For", "X-Forwarded-Proto", "Origin"),
    *("traceparent", "Forwarded", "Authorization"),
]
VALUES = [
    *("", "*", "gzip;q=0", "gzip;q=x", '"v1"', "W/", "100-continue", "h2c", "chunked", "identity"),
    *("-1", "9" * 400, "0x1", "+3", "\xff\xfe", "a\tb", "en;q=9,*;q=-1", "bytes=0-", "Bearer \xe9"),
    *("00-" + "f" * 32 + "-" + "0" * 16 + "-ff", "[::1", "https"),
]
BODIES = [
    *(b"", b"{}", b"[" * 500, b'{"a":1,"a":2}', b"\xff\xfe", b"\x00", b"1" * 5000),
    *(FORM, FORM[:-3], FORM[:60], b"a=%FF&b=%", b"0\r\n\r\n", b"zz\r\nx\r\n"),
    '{"description": "漏水"}'.encode("gbk"),
]


def one_of(values: list[str]) -> st.SearchStrategy[str]:
    noise = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)
    return st.one_of(st.sampled_from(values), noise)


@st.composite
def requests(draw: st.DrawFn) -> tuple[bytes, bool]:
    """One that is nearly right, so that it often gets past the parser; and whether it is cut."""
    target = draw(st.sampled_from(PATHS)) + draw(st.sampled_from(["", *ODD]))
    body = draw(st.one_of(st.sampled_from(BODIES), st.binary(max_size=200)))
    content_type = draw(st.sampled_from(TYPES))
    if draw(st.booleans()):
        content_type += "; charset=" + draw(st.sampled_from(CHARSETS))
    headers = {"Host": "suyuan", "Connection": "close", "Content-Type": content_type}
    if draw(st.booleans()):
        headers["Authorization"] = "Bearer TOKEN"
    for _ in range(draw(st.integers(0, 2))):
        headers[draw(st.sampled_from(NAMES))] = draw(one_of(VALUES))
    if draw(st.booleans()):
        headers.setdefault("Transfer-Encoding", "chunked")
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    else:
        headers.setdefault("Content-Length", str(len(body)))
    lines = [f"{draw(st.sampled_from(METHODS))} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    whole = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
    cut = draw(st.one_of(st.none(), st.none(), st.integers(0, len(whole) - 1)))
    return whole[:cut], cut is not None


@pytest.fixture(scope="module")
def token(base_url: str) -> str:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        return Sandbox.open(client).admin


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(requests())
@example((UNDEFINED, False))
def test_no_bytes_are_answered_by_a_5xx(
    base_url: str, token: str, request_: tuple[bytes, bool]
) -> None:
    sent, cut = request_
    url = httpx.URL(base_url)
    with socket.create_connection((url.host, url.port or 80), timeout=60) as raw:
        raw.sendall(sent.replace(b"TOKEN", token.encode()))
        if not cut:  # if it is wrong about its length, the server waits for more
            select([raw], [], [], 1)
        raw.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionError):
            while part := raw.recv(65536):
                answer += part
    found = [int(status) for status in STATUS.findall(answer)]
    assert all(status < 500 for status in found), answer


def test_the_next_client_is_served(client: httpx.Client) -> None:
    assert client.get("/readyz").status_code == 200
