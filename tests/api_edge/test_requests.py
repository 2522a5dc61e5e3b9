"""Which bytes are a request. What two parsers may read differently is refused: behind a proxy that
reads the other way, somebody could hide a request in another's (RFC 9112 §11.2)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api_edge.raw_requests import CHUNKED, GET, LAST, OFFER, REFUSED, TAKEN, THREE
from tests.api_edge.reading import Seen, read, read_by_h11

KB = 1024


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def comparable(seen: list[Seen]) -> list[Seen]:
    """What is read whoever reads: not the offer of an upgrade, and codings in small letters."""
    return [
        one._replace(
            headers=tuple(
                (name, value.lower() if name == b"transfer-encoding" else value)
                for name, value in one.headers
                if name != b"upgrade"
            )
        )
        for one in seen
    ]


def in_pieces(raw: bytes, size: int) -> list[bytes]:
    return [raw[at : at + size] for at in range(0, len(raw), size)]


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_a_request_is_read_as_h11_reads_it(name: str) -> None:
    raw, expected = TAKEN[name]
    whole = raw + LAST + GET + b"\r\n"
    theirs = comparable(read_by_h11(whole))
    for size in (1, 3, 1 << 20):
        outcome = read(in_pieces(whole, size))
        found = [b" ".join(one[:3]).decode() for one in outcome.seen]
        assert found == [expected, "GET /last "]
        assert statuses(outcome.answer) == [200, 200]
        assert outcome.answer.count(b"connection: close") == 1
        assert comparable(outcome.seen) == theirs


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_none_is_refused_with_all_that_follows(name: str) -> None:
    for size in (1, 1 << 20):
        outcome = read(in_pieces(REFUSED[name] + LAST, size))
        assert outcome.seen == []
        assert statuses(outcome.answer) == [400]
        assert b"connection: close" in outcome.answer.lower()


@pytest.mark.parametrize("first", [GET, GET + OFFER])
def test_no_end_is_believed_that_we_do_not_see(first: bytes) -> None:
    """If llhttp came to take LF for the end of a line."""
    outcome = read([first + b"\n" + LAST], lenient=True)
    assert b"/last" not in [one.target for one in outcome.seen]
    assert statuses(outcome.answer) == [400]


def test_requests_are_read_one_at_a_time() -> None:
    """Thousands fit in what is read at once, and none of them has been answered."""
    raw = (GET + b"\r\n") * 100 + (THREE + b"\r\nabc") * 100 + (CHUNKED + b"0\r\n\r\n") * 100
    for size in (1000, 1 << 20):
        outcome = read(in_pieces(raw + LAST, size))
        assert statuses(outcome.answer) == [200] * 301
        assert outcome.at_once == 1


MUCH = b"a" * 40 * KB
SMALL = b"a:\r\n" * 20 * KB
TOO_LONG = {
    "a header": GET + b"X: " + MUCH + b"\r\n\r\n",
    "a header without end": GET + b"X: " + MUCH,
    "a name": GET + MUCH,
    "a target": b"GET /" + MUCH,
    "small headers": GET + SMALL,
    "the header of a later request": GET + b"\r\n" + GET + SMALL,
    "of an upgrade": GET + OFFER + SMALL + b"\r\n",
    "a chunk extension": CHUNKED + b"3;" + MUCH,
    "chunk extensions": CHUNKED + (b"1;" + b"a" * 60 + b"\r\nx\r\n") * 800 + b"0\r\n\r\n",
    "a trailer": CHUNKED + b"0\r\na: " + MUCH,
    "trailers": CHUNKED + b"0\r\n" + SMALL,
    "trailers and their end": CHUNKED + b"0\r\n" + SMALL + b"\r\n",
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_what_is_no_content_is_limited(name: str) -> None:
    for size in (500, 1 << 20):
        outcome = read(in_pieces(TOO_LONG[name], size))
        assert statuses(outcome.answer)[-1] == 431
        assert b'"code":"headers_too_large"' in outcome.answer


def test_what_is_no_content_may_be_as_large_as_the_content() -> None:
    chunk = b"%x;%s\r\n%s\r\n" % (100, b"a" * 90, b"x" * 100)
    outcome = read([CHUNKED + chunk * 1000 + b"0\r\n\r\n" + LAST])
    assert [len(one.body) for one in outcome.seen] == [100_000, 0]


@pytest.mark.parametrize(
    "tiny", [b"1\r\nx\r\n" * 40_000, b"%x\r\n" % (200 * KB) + b"\r\n\r\n" * 50 * KB]
)
def test_what_costs_much_to_read_is_not_read_to_the_end(tiny: bytes) -> None:
    """Chunks of a byte, and blank lines, each of which could be the end of the chunks."""
    outcome = read([CHUNKED + tiny + b"\r\n0\r\n\r\n" + LAST])
    assert outcome.seen == []
    assert statuses(outcome.answer) == [400]


def test_a_response_without_a_length_ends_with_the_connection_of_http_1_0() -> None:
    """RFC 9112 §6.1: no chunks for it, whatever it understands."""
    parts = (
        {"type": "http.response.start", "status": 200, "headers": []},
        {"type": "http.response.body", "body": b"one", "more_body": True},
        {"type": "http.response.body", "body": b"two"},
    )
    for method, body in ((b"GET", b"onetwo"), (b"HEAD", b"")):
        outcome = read([method + b" / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + LAST], parts)
        head, _, found = outcome.answer.partition(b"\r\n\r\n")
        assert (found, len(outcome.seen)) == (body, 1)
        assert b"transfer-encoding" not in head
        assert b"connection: close" in head
    assert read([GET + b"\r\n" + LAST], parts).answer.count(b"0\r\n\r\n") == 2
    assert read([b"GET / HTTP/1.0\r\n\r\n"]).answer.endswith(b"\r\n\r\nok")


def test_100_continue_is_for_those_who_wait_for_it() -> None:
    waiting = THREE + b"Expect: 100-Continue\r\n\r\n"
    assert statuses(read([waiting, b"abc", LAST]).answer) == [100, 200, 200]
    assert statuses(read([waiting.replace(b"1.1", b"1.0"), b"abc"]).answer) == [200]
    assert statuses(read([waiting.replace(b"100-Continue", b"x"), b"abc"]).answer) == [200]


def test_a_request_that_is_answered_is_not_answered_again() -> None:
    """By what is wrong with the rest of it."""
    early = CHUNKED + b"3\r\nabc\r\n"
    outcome = read([early, b"no chunk\r\n" + LAST], early=True)
    assert statuses(outcome.answer) == [200]
    assert read([early, b"0\r\n\r\n" + LAST], early=True).answer.count(b"200 OK") == 2


NASTY = [b"\r", b"\n", b"\r\n", b"\0", b" ", b"\t", b":", b";", b"0", b"3", b"\x0b", b"\xff", b","]


@st.composite
def almost_requests(draw: st.DrawFn) -> list[bytes]:
    """Several after each other, damaged here and there, and cut anywhere."""
    cases = [raw for raw, _ in TAKEN.values() if len(raw) < KB] + list(REFUSED.values())
    whole = b"".join(draw(st.lists(st.sampled_from(cases), min_size=1, max_size=3))) + LAST
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(whole)))
        whole = whole[:at] + draw(st.sampled_from(NASTY)) + whole[at + draw(st.integers(0, 2)) :]
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    return [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


@settings(max_examples=400, deadline=None)
@given(almost_requests())
def test_nothing_is_read_that_h11_reads_otherwise(pieces: list[bytes]) -> None:
    ours, theirs = read(pieces).seen, read_by_h11(b"".join(pieces))
    assert comparable(ours) == comparable(theirs)[: len(ours)]


@settings(max_examples=200, deadline=None)
@given(almost_requests())
def test_it_does_not_matter_how_the_bytes_are_cut(pieces: list[bytes]) -> None:
    cut, whole = read(pieces), read([b"".join(pieces)])
    assert cut.seen == whole.seen
    assert statuses(cut.answer) == statuses(whole.answer)
