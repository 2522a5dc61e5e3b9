"""Invalid input gets a problem that locates the error, and nothing is recorded."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.bodies import NOBODY
from tests.api.expecting import JSON, Target, nothing_recorded, problem, targeted
from tests.running import Sandbox

SKEW = "/evidence/measured_skew_ms"


@pytest.fixture(scope="module")
def aimed(base_url: str) -> Iterator[Target]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield targeted(Sandbox.open(client))


@pytest.fixture
def target(aimed: Target) -> Iterator[Target]:
    """Asserts afterwards that nothing was recorded."""
    with nothing_recorded(aimed.sandbox):
        yield aimed


def nested(levels: int) -> bytes:
    return b'{"text": ' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b'{"text": "x"', "malformed_json", None),
        (b"{'text': 'x'}", "malformed_json", None),
        (b'{"text": "x"} {"text": "y"}', "malformed_json", None),
        (b'{"text": "x",}', "malformed_json", None),
        (b" ", "malformed_json", None),
        (b"\xff\xfe{\x00}\x00", "malformed_json", None),
        (b'\xef\xbb\xbf{"text": "x"}', "malformed_json", None),
        (b'{"text": "\xc3\x28"}', "malformed_json", None),
        (b'{"text": "\x00"}', "malformed_json", None),
        (b'{"text": "\\ud800"}', "malformed_json", None),
        (b'{"text": NaN}', "malformed_json", None),
        (b'{"text": -Infinity}', "malformed_json", None),
        (b'{"evidence": {"measured_skew_ms": 1e999}}', "malformed_json", None),
        (nested(40), "malformed_json", None),
        (nested(100_000), "malformed_json", None),
        (b'{"text": "\\u0000"}', "invalid_text", "/text"),
        (b'{"text": "a", "text": "b"}', "duplicate_key", "/text"),
        (b'{"text": "a", "\\u0074ext": "b"}', "duplicate_key", "/text"),
        (b'{"text": "a", "evidence": {"geo": null, "geo": null}}', "duplicate_key", None),
        (b'{"evidence": {"measured_skew_ms": 9007199254740993}}', "unsafe_integer", SKEW),
        (b'{"text": "a", "note": -9007199254740992}', "unsafe_integer", "/note"),
    ],
)
def test_a_body_has_one_meaning_or_none(
    target: Target, body: bytes, code: str, pointer: str | None
) -> None:
    problem(target.comment(body), 422, code, pointer)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"", "", "required"),
        (b"null", "", "not_an_object"),
        (b"[]", "", "not_an_object"),
        (b'"text"', "", "not_an_object"),
        (b"7", "", "not_an_object"),
        (b"{}", "/text", "required"),
        (b'{"text": null}', "/text", "not_text"),
        (b'{"text": 5}', "/text", "not_text"),
        (b'{"text": ["x"]}', "/text", "not_text"),
        (b'{"text": ""}', "/text", "blank"),
        (b'{"text": " \\u3000\\t"}', "/text", "blank"),
        (b'{"text": "x", "visibility": "secret"}', "/visibility", "not_one_of"),
        (b'{"text": "x", "txet": "y"}', "/txet", "unknown_field"),
        (b'{"text": "x", "a/b~c": "y"}', "/a~1b~0c", "unknown_field"),
        (b'{"text": "x", "__proto__": {}}', "/__proto__", "unknown_field"),
        (b'{"text": "x", "evidence": []}', "/evidence", "not_an_object"),
        (b'{"text": "x", "evidence": {"geo": {"lat": 91, "lon": 0}}}', "/evidence/geo/lat", None),
        (b'{"text": "x", "evidence": {"measured_skew_ms": true}}', SKEW, "not_an_integer"),
        (b'{"text": "x", "evidence": {"measured_skew_ms": 1.0}}', SKEW, "not_an_integer"),
        (b'{"text": "x", "evidence": {"measured_skew_ms": 1e30}}', SKEW, "not_an_integer"),
        (b'{"text": "x", "evidence": {"measured_skew_ms": 1' + b"0" * 400 + b"}}", SKEW, None),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(
    target: Target, body: bytes, pointer: str, code: str | None
) -> None:
    answer = target.comment(body)
    if answer.json()["code"] == "malformed_json":  # a number of 400 digits is none at all
        assert len(body) > 400
        return
    found = problem(answer, 422, "validation_failed", pointer)
    assert code in {None, *(error["code"] for error in found["errors"])}


@pytest.mark.parametrize(
    "value",
    [
        *("2024-03-05", "2024-03-05T09:00:00", "2024-02-30T09:00:00Z", "2024-03-05T24:00:01Z"),
        *("1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "1970-01-01T00:00:00+01:00"),
        *("9999-12-31T23:59:59Z", "2024-03-05T09:00:00+99:00", "2024-W10-2T09:00:00Z"),
        *("20240305T090000Z", "now", "", "2024-03-05T09:00:60Z", 1709600400, 1.5, True, [], {}),
        "２０２４-03-05T09:00:00Z",
    ],
)
def test_an_instant_is_written_in_one_way(target: Target, value: object) -> None:
    body = json.dumps({"text": "x", "occurred_at": value}).encode()
    problem(target.comment(body), 422, "validation_failed", "/occurred_at")


@pytest.mark.parametrize(
    ("occurred_at", "code"),
    [
        ("2199-12-31T23:59:59Z", "occurred_at_in_future"),
        ("1970-01-01T00:00:00Z", "occurred_at_before_report"),
    ],
)
def test_a_time_out_of_the_tickets_life_is_refused(
    target: Target, occurred_at: str, code: str
) -> None:
    body = json.dumps({"text": "x", "occurred_at": occurred_at}).encode()
    problem(target.comment(body), 422, code, "/occurred_at")


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (0.5, "not_an_integer"),
        (100.0, "not_an_integer"),
        ("100", "not_an_integer"),
        (True, "not_an_integer"),
        (None, "not_an_integer"),
        (0, "too_small"),
        (-1, "too_small"),
        (10**12 + 1, "too_great"),
        (10**30, "not_an_integer"),
    ],
)
def test_money_is_a_whole_number_of_fen(target: Target, amount: object, code: str) -> None:
    body = {"kind": "material", "description": "角阀", "amount_fen": amount}
    answer = target.sandbox.call("laowang", "POST", f"{target.ticket}/add-cost", json=body)
    found = problem(answer, 422, "validation_failed", "/amount_fen")
    assert {error["code"] for error in found["errors"]} == {code}


def test_every_fault_of_a_body_is_named_at_once(target: Target) -> None:
    body = {
        "category": "a b",
        "kind": "poem",
        "location": {"unit": 5, "geo": {"lat": "1"}},
        "photo_ids": ["", 7],
        "quiet_hours": [{"start": "25:00", "end": "06:00"}],
        "service_class": "urgent",
    }
    found = problem(
        target.sandbox.call("zhang", "POST", "/v1/tickets", json=body), 422, "validation_failed"
    )
    assert {error["pointer"] for error in found["errors"]} >= {
        *("/category", "/kind", "/location/community", "/location/unit", "/location/geo/lat"),
        *("/location/geo/lon", "/photo_ids/0", "/photo_ids/1", "/quiet_hours/0/start"),
        "/service_class",
    }
    assert all(error["message"] for error in found["errors"])


def test_a_body_that_is_too_large_is_413(target: Target) -> None:
    large = json.dumps({"text": "漏" * 300_000}).encode()
    told = problem(target.comment(large), 413, "too_large")["details"]

    def pieces() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(40):
            yield b"x" * 10_000
        yield b'"}'

    path = f"{target.ticket}/comment"
    chunked = target.sandbox.call("csr", "POST", path, content=pieces(), headers=JSON)
    assert problem(chunked, 413, "too_large")["details"] == told
    long = json.dumps({"text": "x" * 4001}).encode()
    problem(target.comment(long), 422, "validation_failed", "/text")


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
        *("application/xml", "application/jsonp", "", "nonsense"),
    ],
)
def test_a_body_that_is_not_said_to_be_json_is_415(target: Target, content_type: str) -> None:
    answer = target.comment(b'{"text": "x"}', **{"Content-Type": content_type})
    problem(answer, 415, "unsupported_media_type")


def test_a_compressed_body_is_415(target: Target) -> None:
    answer = target.comment(b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "path",
    [
        *("/v1", "/v1/nothing", "/v1/tickets/", "/v1//tickets", "/V1/tickets", "/admin"),
        *("/v1/tickets/%2e%2e/events", "/.env", "/v1/tickets/x/y/z", "/v1/attachments"),
    ],
)
def test_an_unknown_address_is_404_or_405(target: Target, path: str) -> None:
    answer = target.sandbox.call("csr", "GET", path)
    if path == "/v1/attachments":
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "POST"
    elif path.endswith("/events"):
        problem(answer, 404, "not_found")
    else:
        problem(answer, 404, "unknown_route")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
def test_a_wrong_method_is_405_and_told_the_right_ones(target: Target, method: str) -> None:
    for path, allowed in (
        ("/v1/tickets", "GET, HEAD, POST"),
        (target.ticket, "GET, HEAD"),
        (f"{target.ticket}/comment", "POST"),
    ):
        answer = target.sandbox.call("csr", method, path)
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == allowed


BAD_IDS = ("x", "0", "123", "%20", NOBODY[:-1], NOBODY + "0", NOBODY.replace("-", ""), "null")


@pytest.mark.parametrize("bad", BAD_IDS)
def test_a_malformed_id_in_the_path_is_404_like_an_unknown_one(target: Target, bad: str) -> None:
    """Before the body is validated: nothing can have that id."""
    for who, method, path, body in (
        ("csr", "GET", f"/v1/tickets/{bad}", None),
        ("csr", "GET", f"/v1/tickets/{bad}/events", None),
        ("csr", "GET", f"/v1/tickets/{bad}/diff", None),
        ("csr", "POST", f"/v1/tickets/{bad}/comment", {"nonsense": True}),
        ("csr", "GET", f"/v1/attachments/{bad}", None),
        ("admin", "GET", f"/v1/api-keys/{bad}", None),
    ):
        found = problem(target.sandbox.call(who, method, path, json=body), 404, "not_found")
        assert found["errors"] == []
    unknown = target.sandbox.call("csr", "GET", f"/v1/tickets/{NOBODY}")
    problem(unknown, 404, "ticket_not_found")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("version=0", "query:version"),
        ("version=-1", "query:version"),
        ("version=x", "query:version"),
        ("version=1.5", "query:version"),
        ("version=99999999999", "query:version"),
        ("version=" + "9" * 5000, "query:version"),
        ("as_of=yesterday", "query:as_of"),
        ("as_of=2024-03-05", "query:as_of"),
        ("as_of=9999-12-31T23:59:59Z", "query:as_of"),
    ],
)
def test_a_version_or_an_instant_that_is_none_is_422(
    target: Target, query: str, pointer: str
) -> None:
    answer = target.sandbox.call("csr", "GET", f"{target.ticket}?{query}")
    problem(answer, 422, "validation_failed", pointer)


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("limit=0", "validation_failed", "query:limit"),
        ("limit=101", "validation_failed", "query:limit"),
        ("limit=1e1", "validation_failed", "query:limit"),
        ("limit=" + "9" * 5000, "validation_failed", "query:limit"),
        ("cursor=x", "invalid_cursor", "query:cursor"),
        ("cursor=%C3%A9", "invalid_cursor", "query:cursor"),
        ("cursor=" + base64.urlsafe_b64encode(bytes(60)).decode(), "invalid_cursor", None),
        ("cursor=" + "a" * 2000, "validation_failed", "query:cursor"),
        ("q=%00", "invalid_text", "query:q"),
        ("q=" + "x" * 101, "validation_failed", "query:q"),
        ("on_hold=perhaps", "validation_failed", "query:on_hold"),
        ("status=lost", "validation_failed", "query:status"),
        ("kind=", "validation_failed", "query:kind"),
        ("sort=number", "validation_failed", "query:sort"),
        ("reported_from=1", "validation_failed", "query:reported_from"),
        ("assignee=a%20b", "validation_failed", "query:assignee"),
    ],
)
def test_a_bad_parameter_of_a_list_is_422(
    target: Target, query: str, code: str, pointer: str | None
) -> None:
    problem(target.sandbox.call("csr", "GET", f"/v1/tickets?{query}"), 422, code, pointer)


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=x", "after=9007199254740992", "limit=0", "stream_id=", "stream_id=a%20b"],
)
def test_a_bad_parameter_of_the_log_is_422(target: Target, query: str) -> None:
    answer = target.sandbox.call("admin", "GET", f"/v1/events?{query}")
    problem(answer, 422, "validation_failed", f"query:{query.partition('=')[0]}")


@pytest.mark.parametrize("text", ["'; drop table events", "%25", "%F0%9F%92%A7"])
def test_odd_text_finds_nothing_and_breaks_nothing(target: Target, text: str) -> None:
    assert target.sandbox.call("csr", "GET", f"/v1/tickets?q={text}").json()["items"] == []
    assert target.sandbox.call("admin", "GET", f"/v1/events?types={text}").json()["items"] == []


@pytest.mark.parametrize("charset", ["gbk", "GB18030", "latin-1", "undefined", "utf-16", "idna"])
def test_text_in_another_encoding_is_415(target: Target, charset: str) -> None:
    """Read as UTF-8 or Latin-1 it would be other characters."""
    json_type = f"application/json; charset={charset}"
    answer = target.comment('{"text": "漏水"}'.encode("gbk"), **{"Content-Type": json_type})
    problem(answer, 415, "foreign_charset", "header:content-type")
    form = b'--x\r\nContent-Disposition: form-data; name="stage"\r\n\r\nafter\r\n--x--\r\n'
    form_type = f'multipart/form-data; boundary=x; charset="{charset}"'
    for content in (form, form.replace(b"after", b"\xc4\xe3")):
        answer = target.sandbox.call(
            "csr",
            "POST",
            "/v1/attachments",
            content=content,
            headers={"Content-Type": form_type},
        )
        problem(answer, 415, "foreign_charset", "header:content-type")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=UTF-8", 'a/json;charset="utf8"']
)
def test_to_say_utf_8_is_fine(target: Target, content_type: str) -> None:
    json_type = content_type.replace("a/", "application/")
    problem(target.comment(b"{}", **{"Content-Type": json_type}), 422, "validation_failed", "/text")


BAD_PLACES = ("a/b", "/", "https://idp.example/zhang", ".", "..")


@pytest.mark.parametrize("bad", BAD_PLACES)
def test_an_id_that_no_path_can_name_is_not_written(target: Target, bad: str) -> None:
    location = {"community": "jinxiu"}
    report = {"description": "x", "location": location, "category": "leak"}
    why = {"parents": ["ph"], "answer": "x", "category": "management"}
    problems = "/v1/problems/" + NOBODY
    for who, method, path, body, pointer in (
        ("admin", "POST", "/v1/sandbox/tokens", {"role": "csr", "subject": bad}, "/subject"),
        (
            *("admin", "POST", "/v1/sandbox/tokens"),
            {"role": "owner", "subject": "x", "household_id": bad},
            "/household_id",
        ),
        ("csr", "POST", "/v1/tickets", report | {"household_id": bad}, "/household_id"),
        ("csr", "POST", "/v1/tickets", report | {"category": bad}, "/category"),
        ("csr", "POST", "/v1/tickets", report | {"quotes": [bad]}, "/quotes/0"),
        (
            *("csr", "POST", "/v1/tickets"),
            report | {"kind": "complaint", "subject_of_complaint": bad},
            "/subject_of_complaint",
        ),
        ("dispatcher", "POST", f"{target.ticket}/assign", {"engineer": bad}, "/engineer"),
        ("laowang", "POST", f"{target.ticket}/transfer", {"engineer": bad}, "/engineer"),
        (
            *("admin", "PUT", "/v1/households/h-9"),
            {"members": [{"name": "x", "subject": bad}]},
            "/members/0/subject",
        ),
        ("admin", "POST", f"{problems}/whys", why | {"id": bad}, "/id"),
        ("admin", "POST", f"{problems}/actions", {"id": bad}, "/id"),
    ):
        answer = target.sandbox.call(who, method, path, json=body)
        found = problem(answer, 422, "validation_failed", pointer)
        codes = {e["code"] for e in found["errors"] if e["pointer"] == pointer}
        assert codes == {"unusable_in_a_path"}, (path, pointer)


@pytest.mark.parametrize("kind", ["staff", "households", "categories", "checklists", "calendars"])
def test_an_escaped_slash_in_a_path_is_a_slash(target: Target, kind: str) -> None:
    answer = target.sandbox.call("admin", "PUT", f"/v1/{kind}/a%2Fb", json={})
    problem(answer, 404, "unknown_route")


@pytest.mark.parametrize(
    ("language", "expected", "title"),
    [
        (None, "zh-CN", "提交的内容有误"),
        ("zh-CN", "zh-CN", "提交的内容有误"),
        ("zh-TW;q=0.9, en;q=0.1", "zh-CN", "提交的内容有误"),
        ("en", "en", "The request is not valid"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en", "The request is not valid"),
        ("fr, *;q=0.1", "zh-CN", "提交的内容有误"),
        (";;q=,," + "en," * 500, None, None),
    ],
)
def test_texts_follow_the_language_and_codes_do_not(
    target: Target, language: str | None, expected: str | None, title: str | None
) -> None:
    headers = {} if language is None else {"Accept-Language": language}
    found = problem(target.comment(b"{}", **headers), 422, "validation_failed", "/text")
    assert title in {None, found["title"]}
    answer = target.comment(b"{}", **headers)
    assert expected in {None, answer.headers["content-language"]}
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"role": "system", "subject": "x"}, "/role"),
        ({"role": "operator", "subject": "x"}, "/role"),
        ({"role": "owner", "subject": "x"}, "/household_id"),
        ({"role": "csr", "subject": "a b"}, "/subject"),
        ({"role": "csr", "subject": "\u200b"}, "/subject"),
        ({"role": "csr", "subject": "x", "name": "\u0085"}, "/name"),
        ({"role": "csr", "subject": "x", "name": "\x7f"}, "/name"),
        ({"role": "csr", "subject": "x", "communities": ["a"] * 101}, "/communities"),
        ({"role": "csr"}, "/subject"),
    ],
)
def test_a_token_that_nobody_could_use_is_not_made(
    target: Target, body: dict[str, Any], pointer: str
) -> None:
    answer = target.sandbox.call("admin", "POST", "/v1/sandbox/tokens", json=body)
    problem(answer, 422, answer.json()["code"], pointer)


def test_a_token_with_more_communities_than_it_can_hold_is_422(target: Target) -> None:
    body = {"role": "integration", "subject": "x", "communities": ["漢" * 60] * 100}
    answer = target.sandbox.call("admin", "POST", "/v1/sandbox/tokens", json=body)
    problem(answer, 422, answer.json()["code"], "/communities")
