"""Hostile bodies: the time to parse one is short, and linear in its length."""

from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.unicode_text import MAX_MARKS, InvalidText, canonical_text, has_long_run_of_marks
from app.http.json_body import read_json
from app.http.middleware import JSON_LIMIT
from app.http.refusals import InvalidInput

ALLOWED = 0.05  # seconds of CPU
MARKS = "\u0301\u0316"  # in mixed order, so that they have to be sorted

Body = Callable[[int], bytes]

# Each makes a body of about that many bytes. The first three were quadratic.
HOSTILE: dict[str, Body] = {
    "brackets, then a string that never ends": lambda n: b"[" * 33 + b'"\\' * (n // 2),
    "the last key twice": lambda n: (
        b"{"
        + b",".join(b'"k%d":1' % each for each in range(n // 12))
        + b',"k%d":2}' % (n // 12 - 1)
    ),
    "marks to be sorted": lambda n: f'"a{MARKS * (n // 4)}"'.encode(),
    "marks in escapes": lambda n: b'"a' + b"\\u0301\\u0316" * (n // 12) + b'"',
    "short runs of marks": lambda n: f'["a{",".join([f"a{MARKS * 15}"] * (n // 64))}"]'.encode(),
    "open brackets": lambda n: b"[" * n,
    "open quotes": lambda n: b'"' * (n - 1),
    "backslashes": lambda n: b"\\" * n,
    "empty objects": lambda n: b"[" + b"{}," * (n // 3 - 1) + b"{}]",
    "keys in escapes": lambda n: (
        b"{" + b",".join(b'"\\u0065%d":1' % each for each in range(n // 16)) + b"}"
    ),
    "numbers of sixteen digits": lambda n: b"[" + b"1234567890123456," * (n // 17 - 1) + b"1]",
    "one long number": lambda n: b"[" + b"9" * (n - 2) + b"]",
    "Chinese": lambda n: f'"{"漏" * (n // 3 - 1)}"'.encode(),
}


def cpu(body: bytes) -> float:
    """CPU time, the least of three, to leave out other load."""
    times = []
    for _ in range(3):
        started = process_time()
        with suppress(InvalidInput):
            read_json(body)
        times.append(process_time() - started)
    return min(times)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_body_under_the_limit_costs_a_moment(hostile: str) -> None:
    """Or, on a slow machine, at most 4.5 times the cost of a quarter of the body."""
    body = HOSTILE[hostile]
    whole = cpu(body(JSON_LIMIT)[:JSON_LIMIT])
    assert whole < max(ALLOWED, 6 * cpu(body(JSON_LIMIT // 4)[: JSON_LIMIT // 4])), whole


@given(st.text(alphabet=[*MARKS, "a", "漏", '"', "\\", "[", "{", ":", ","], max_size=400))
def test_made_up_text_is_canonical_or_refused(text: str) -> None:
    try:
        clean = canonical_text(text)
    except InvalidText:
        assert has_long_run_of_marks(text)
    else:
        assert canonical_text(clean) == clean


@pytest.mark.parametrize("between", ["", "漏", "a"])
def test_thirty_marks_pass_and_one_more_does_not(between: str) -> None:
    fits = f"{between}{MARKS * (MAX_MARKS // 2)}{between}"
    assert canonical_text(fits)
    with pytest.raises(InvalidText):
        canonical_text(f"{between}{MARKS * (MAX_MARKS // 2)}{MARKS[0]}")


def test_two_ways_of_writing_one_key_are_one_key_twice() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_json('{"\u00e9":1,"e\u0301":2}'.encode())
    assert (refused.value.code, refused.value.pointer) == ("duplicate_key", "/\u00e9")
