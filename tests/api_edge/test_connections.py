"""Connections that do not get on are ended, and never stand in the way of one that does."""

import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest

from app.cli.listening import ACCEPTED_AT_ONCE
from tests.api_edge.serving import CONNECTIONS, PATIENCE, Served, drip, many, read_all

GET = b"GET /nowhere HTTP/1.1\r\nHost: edge\r\n\r\n"
HEADER = b"POST /echo HTTP/1.1\r\nHost: edge\r\n"
LENGTH = b"Content-Length: 100000\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served(connections=CONNECTIONS) as served:
        yield served


def problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head, answer
    assert b"connection: close" in head.lower(), answer
    told = json.loads(body)
    assert f"x-request-id: {told['request_id']}".encode() in head.lower()
    return told["status"], told["code"]


def test_what_is_not_sent_is_not_waited_for(served: Served) -> None:
    slow = {
        "half a header": HEADER,
        "half a body": HEADER + LENGTH + b"\r\n" + b"x" * 500,
        "half a chunk": HEADER + CHUNKED + b"\r\nffff\r\nx",
        "no body": HEADER + LENGTH + b"\r\n",
    }
    dripped = {
        "header": (HEADER + b"X: ", b"a" * 10_000),
        "body": (HEADER + LENGTH + b"\r\n", b"x" * 10_000),
        "chunks": (HEADER + CHUNKED + b"\r\n", b"1\r\nx\r\n" * 10_000),
    }

    def start_and_drip(name: str) -> bytes:
        start, rest = dripped[name]
        with served.connect() as raw:
            raw.sendall(start)
            return drip(raw, rest)

    with ThreadPoolExecutor(8) as pool:
        silent = pool.submit(served.answer, b"")
        answers = dict(zip(slow, pool.map(served.answer, slow.values()), strict=True))
        answers |= dict(zip(dripped, pool.map(start_and_drip, dripped), strict=True))
    assert silent.result() == b""
    assert {name: problem(answer) for name, answer in answers.items()} == dict.fromkeys(
        answers, (408, "request_timeout")
    )


def test_a_body_that_comes_slowly_but_steadily_is_taken(served: Served) -> None:
    """More than twice the patience, at several times the least pace."""
    size, parts = 80_000, 25
    with served.connect() as raw:
        raw.sendall(HEADER + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(parts):
            raw.sendall(b"x" * (size // parts))
            sleep(2.2 * PATIENCE / parts)  # the client's pace
        assert read_all(raw).endswith(str(size).encode())


def whole_answer(raw: socket.socket) -> bytes:
    """Of a connection that stays open: header and body may come apart."""
    answer = b""
    while not (found := re.search(rb"content-length: (\d+)\r\n(?s:.*?)\r\n\r\n", answer)):
        answer += raw.recv(65536)
    while len(answer) < found.end() + int(found[1]):
        answer += raw.recv(65536)
    return answer


@pytest.mark.parametrize("next_request", [b"", b"GET /now", b"\r\n"])
def test_after_a_response_it_is_the_same(next_request: bytes) -> None:
    with Served(keep_alive=PATIENCE) as brief, brief.connect() as raw:
        raw.sendall(GET)
        assert whole_answer(raw).startswith(b"HTTP/1.1 404")
        raw.sendall(next_request)
        assert read_all(raw)[9:12] == (b"408" if next_request.startswith(b"GET") else b"")


def test_the_rest_of_a_refused_request_is_not_waited_for_either(served: Served) -> None:
    with served.connect() as raw:
        raw.sendall(GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\n"))
        assert drip(raw, b"12345678").startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("path", [b"/large", b"/whole"])
@pytest.mark.parametrize("close", [b"", b"Connection: close\r\n"])
def test_a_response_that_nobody_reads_is_not_kept(path: bytes, close: bytes) -> None:
    with Served(response_timeout=0.3) as served, served.connect(small=True) as raw:
        raw.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: edge\r\n" + close + b"\r\n")
        assert raw.recv(1)
        until_closed(served)


def until_closed(served: Served) -> None:
    deadline = monotonic() + 30
    while served.open:
        assert monotonic() < deadline
        sleep(0.02)


@pytest.mark.parametrize(
    "sent", [b"", HEADER, GET, HEADER + LENGTH + b"\r\nx"], ids=["silent", "header", "idle", "body"]
)
def test_a_request_is_served_however_many_wait(sent: bytes) -> None:
    """With long deadlines: it is the limit that helps."""
    long = {"body_timeout": 60, "header_timeout": 60, "linger": 60, "keep_alive": 60}
    with Served(connections=CONNECTIONS, **long) as served, many(served, 6 * CONNECTIONS, sent):
        answer = served.answer(HEADER + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc")
        assert answer.startswith(b"HTTP/1.1 200")
        assert served.open <= CONNECTIONS


def until_waiting(served: Served, count: int) -> None:
    deadline = monotonic() + 30
    while served.waiting < count:
        assert monotonic() < deadline
        sleep(0.02)


def test_many_new_connections_are_taken_in_one_turn_of_the_loop() -> None:
    """Otherwise a client that opens many has everybody's next one wait behind them."""
    count = 20 * ACCEPTED_AT_ONCE
    with Served(connections=2 * count) as served, served.connect() as raw:
        raw.sendall(b"GET /turns?until=%d HTTP/1.1\r\nHost: edge\r\n\r\n" % count)
        until_waiting(served, 1)
        with many(served, count, b""):
            served.gate.set()
            turns = int(whole_answer(raw).rpartition(b"\r\n\r\n")[2])
    assert turns < count / 2


def test_what_is_being_worked_on_is_not_given_up() -> None:
    ask = b"GET /wait HTTP/1.1\r\nHost: edge\r\n\r\n"
    with Served(connections=4) as served, many(served, 4, ask):
        until_waiting(served, 4)
        assert problem(served.answer(GET)) == (503, "overloaded")
        served.gate.set()


def test_who_does_not_read_the_response_makes_room() -> None:
    """The second request waits for the first response to be read."""
    ask = b"GET /whole HTTP/1.1\r\nHost: edge\r\n\r\n" * 2
    with Served(connections=4, response_timeout=60) as served, many(served, 4, ask) as held:
        for raw in held:
            assert raw.recv(1)
        answer = served.answer(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert answer.startswith(b"HTTP/1.1 404")


def test_a_body_in_tiny_chunks_is_refused(served: Served) -> None:
    tiny, small = b"1\r\nx\r\n" * 40_000, b"20\r\n" + b"x" * 32 + b"\r\n"
    assert problem(served.answer(HEADER + CHUNKED + b"\r\n" + tiny)) == (400, "bad_request")
    end = b"Connection: close\r\n\r\n"
    answer = served.answer(HEADER + CHUNKED + end + small * 4000 + b"0\r\n\r\n")
    assert answer.endswith(b"128000")
    answer = served.answer(HEADER + CHUNKED + end + b"1\r\nx\r\n" * 1000 + b"0\r\n\r\n")
    assert answer.endswith(b"1000")


def test_a_refusal_of_a_body_under_way_arrives(served: Served) -> None:
    body = b"Content-Length: %d\r\n\r\n" % (30 * MEGABYTE) + b"x" * 30 * MEGABYTE
    assert problem(served.answer(HEADER + body)) == (413, "too_large")
    elsewhere = b"POST /nowhere HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n"
    assert served.answer(elsewhere + body)[9:12] == b"413"
    long = b"POST /nowhere HTTP/1.1\r\nHost: edge\r\nX: " + b"x" * MEGABYTE + b"\r\n\r\n"
    assert problem(served.answer(long)) == (431, "headers_too_large")
    chunk = CHUNKED + b"\r\n%x\r\n" % MEGABYTE + b"x" * MEGABYTE + b"\r\n0\r\n\r\n"
    assert served.answer(elsewhere + chunk)[9:12] == b"404"
    assert problem(served.answer(b"nonsense\r\n\r\n" + b"x" * MEGABYTE)) == (400, "bad_request")


def test_it_is_thrown_away_up_to_a_bound() -> None:
    with Served(linger_bytes=MEGABYTE) as served, pytest.raises(ConnectionError):
        served.answer(HEADER + b"Content-Length: 99999999\r\n\r\n" + b"x" * 30 * MEGABYTE)


def test_no_body_is_asked_for_that_will_not_be_read(served: Served) -> None:
    """RFC 9110 §10.1.1. The connection ends, because the body may follow or not."""
    expect = b"Host: edge\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    for start in (b"POST /nowhere HTTP/1.1\r\n", b"POST /echo?q=%FF HTTP/1.1\r\n"):
        answer = served.answer(start + expect)
        assert answer[9:10] == b"4"
        assert b"connection: close" in answer
    with served.connect() as raw:
        raw.sendall(b"POST /echo HTTP/1.1\r\nConnection: close\r\n" + expect)
        assert raw.recv(65536).startswith(b"HTTP/1.1 100")
        raw.sendall(b"abc")
        assert read_all(raw).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "request_",
    [
        HEADER + CHUNKED + b"Content-Length: 3\r\n\r\n0\r\n\r\n" + GET,
        HEADER + CHUNKED + b"\r\nno chunk\r\n",
        HEADER + b"Content-Length: 3, 4\r\n\r\nabc",
        HEADER + b"Transfer-Encoding: gzip\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: edge\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_not_http_is_refused_and_the_connection_ends(
    served: Served, request_: bytes
) -> None:
    assert problem(served.answer(request_)) == (400, "bad_request")


def test_what_follows_the_last_request_is_ignored() -> None:
    with Served() as served, served.connect() as raw:
        raw.sendall(b"GET /wait HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n\r\n")
        until_waiting(served, 1)
        raw.sendall(b"\r\n" + GET)
        served.gate.set()
        assert read_all(raw).startswith(b"HTTP/1.1 200")


def test_nobody_who_waits_holds_up_the_end() -> None:
    with Served(header_timeout=60, linger=60, keep_alive=60) as other:
        silent, half, idle = other.connect(), other.connect(), other.connect()
        half.sendall(HEADER)
        idle.sendall(GET)
        assert idle.recv(65536)
        lost: socket.socket = other.connect()
        lost.sendall(b"nonsense\r\n\r\n")
        assert lost.recv(65536).startswith(b"HTTP/1.1 400")
        began = monotonic()
    assert monotonic() - began < 9, "the grace of requests under way is ten seconds"
    for raw in (silent, half, idle, lost):
        raw.close()
