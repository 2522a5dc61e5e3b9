"""JSON bodies that two parsers could read differently are refused."""

import json
from contextlib import suppress
from typing import Any
from unicodedata import is_normalized

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http.json_body import MAX_DEPTH, read_json
from app.http.refusals import InvalidInput
from app.texts.catalogue import text_of

REFUSED: list[tuple[bytes, str, str | None]] = [
    (b"{", "malformed_json", None),
    (b'{"a":1}x', "malformed_json", None),
    (b"{'a':1}", "malformed_json", None),
    (b"NaN", "malformed_json", None),
    (b'{"a":Infinity}', "malformed_json", None),
    (b"[1e999]", "malformed_json", None),
    (b'"\xff"', "malformed_json", None),
    (b'"\xed\xa0\x80"', "malformed_json", None),
    (b'"\\ud800"', "malformed_json", None),
    (b"\xef\xbb\xbf{}", "malformed_json", None),
    (b'{"a":"\x00"}', "malformed_json", None),
    (b"[" * 100_000, "malformed_json", None),
    (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "malformed_json", None),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "malformed_json", None),
    (b"9" * 100_000, "malformed_json", None),
    (b'{"a":{"b":["\\u0000"]}}', "invalid_text", "/a/b/0"),
    (b'{"a":{"\\u0000":1}}', "invalid_text", "/a"),
    (b'{"a":9007199254740992}', "unsafe_integer", "/a"),
    (b'{"a":[-9007199254740992]}', "unsafe_integer", "/a/0"),
    (b'{"a":1,"a":1}', "duplicate_key", "/a"),
    (b'{"a":1,"\\u0061":2}', "duplicate_key", "/a"),
    (b'[{"b":{"c":1,"c":2}}]', "duplicate_key", "/c"),
]


@pytest.mark.parametrize(("body", "code", "pointer"), REFUSED)
def test_a_body_that_is_refused(body: bytes, code: str, pointer: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_json(body)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b'{"a":[1,-2,3.5,true,null,"x"]}', {"a": [1, -2, 3.5, True, None, "x"]}),
        (b"[9007199254740991,-9007199254740991]", [2**53 - 1, 1 - 2**53]),
        ('["e\u0301"]'.encode(), ["\u00e9"]),
        (b'{"e\\u0301":"\\u0065\\u0301"}', {"\u00e9": "\u00e9"}),
        ('["厨房漏水"]'.encode(), ["厨房漏水"]),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (b'"' + b"[{" * 500 + b'"', "[{" * 500),
        (b'["' + b'\\"[' * 100 + b'"]', ['"[' * 100]),
    ],
)
def test_a_body_that_is_taken(body: bytes, value: Any) -> None:
    read = read_json(body)
    assert value is None or read == value


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {"content-type": "application/json"}, 422, "malformed_json"),
        (b"{}", {"content-type": "text/plain"}, 415, "unsupported_media_type"),
        (b"{}", {}, 415, "unsupported_media_type"),
        (b"{}", {"content-type": "application/jsonp"}, 415, "unsupported_media_type"),
        (
            b"{}",
            {"content-type": "application/json", "content-encoding": "gzip"},
            415,
            "unsupported_media_type",
        ),
        (b"{}", {"content-type": "Application/JSON ; charset=utf-8"}, 422, "validation_failed"),
        (b"{}", {"content-type": "application/vnd.suyuan+json"}, 422, "validation_failed"),
    ],
)
async def test_what_the_caller_is_told(
    client: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await client.post("/v1/reports/1", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "é"])
async def test_a_route_that_takes_a_form_takes_nothing_else(
    client: httpx.AsyncClient, kind: str
) -> None:
    headers = [(b"content-type", kind.encode())]
    answer = await client.post("/v1/attachments", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json()["detail"]


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_surprise_the_reader(body: bytes) -> None:
    with suppress(InvalidInput):
        read_json(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_what_is_read_is_nfc_and_safe(value: Any, escaped: bool) -> None:  # noqa: FBT001
    body = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    with suppress(InvalidInput):
        again = orjson.dumps(read_json(body), option=orjson.OPT_STRICT_INTEGER)
        assert is_normalized("NFC", again.decode())
        assert b"\\u0000" not in again


async def test_texts_arrive_in_nfc(client: httpx.AsyncClient) -> None:
    body = '{"place": {"community": "a", "unit": "e\u0301"}, "extra": {"x": "\\u0000"}}'
    answer = await client.post(
        "/v1/reports/1", content=body.encode(), headers={"content-type": "application/json"}
    )
    assert answer.json()["errors"][0] == {
        "pointer": "/extra/x",
        "code": "invalid_text",
        "message": text_of("invalid_text").detail("zh-CN", {}),
    }
