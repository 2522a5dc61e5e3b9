"""Validation errors have a pointer and a message, and never quote the input."""

from typing import Any

import httpx
import pytest

from app.http.validation import pointer_to
from tests.api_edge.little_app import report_body

PHOTO = "0190b5c0-0000-7000-8000-000000000000"

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({}, "/place", "required"),
    ({"place": {}}, "/place/community", "required"),
    ({"place": "jinxiu"}, "/place", "not_an_object"),
    ({"place": {"community": "Jin Xiu"}}, "/place/community", "malformed"),
    ({"place": {"community": "x" * 65}}, "/place/community", "too_long"),
    ({"place": {"community": 5}}, "/place/community", "not_text"),
    ({"place": {"community": "a", "unit": "  "}}, "/place/unit", "blank"),
    (report_body(amount="5"), "/amount", "not_an_integer"),
    (report_body(amount=5.0), "/amount", "not_an_integer"),
    (report_body(amount=True), "/amount", "not_an_integer"),
    (report_body(amount=-1), "/amount", "too_small"),
    (report_body(amount=10**12 + 1), "/amount", "too_great"),
    (report_body(urgent=1), "/urgent", "not_a_boolean"),
    (report_body(kind="party"), "/kind", "not_one_of"),
    (report_body(day="2024-02-30"), "/day", "not_a_date"),
    (report_body(photo_ids="x"), "/photo_ids", "not_a_list"),
    (report_body(photo_ids=["x"]), "/photo_ids/0", "not_an_id"),
    (report_body(photo_ids=[PHOTO] * 101), "/photo_ids", "too_many"),
    (report_body(surprise=1), "/surprise", "unknown_field"),
    (report_body(due={"days": "5"}), "/due/days", "not_an_integer"),
    (report_body(due={"at": 1700000000}), "/due/at", "not_an_instant"),
    (report_body(due="soon"), "/due", "not_an_object"),
    (report_body(**{"a/b~c": 1}), "/a~1b~0c", "unknown_field"),
]


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG)
async def test_a_wrong_value_is_named(
    client: httpx.AsyncClient, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post("/v1/reports/1", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "validation_failed"
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def test_a_right_body_passes(client: httpx.AsyncClient) -> None:
    body = report_body(amount=5, due={"at": "2024-03-05T10:00:00+08:00"}, day="2024-02-29")
    assert (await client.post("/v1/reports/1", json=body)).status_code == 201


async def test_no_body_at_all_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/reports/1")
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("", "required")]


async def test_an_optional_body_may_be_missing(client: httpx.AsyncClient) -> None:
    assert (await client.put("/v1/reports/1")).json() == {"empty": True}


async def test_what_was_sent_is_not_repeated(client: httpx.AsyncClient) -> None:
    body = report_body(kind="Zhang", amount="Zhang", photo_ids=["Zhang"])
    assert "Zhang" not in (await client.post("/v1/reports/1", json=body)).text


async def test_choices_are_listed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/reports/1", json=report_body(kind="party"))
    assert answer.json()["errors"][0]["message"] == "只能是以下之一：repair、complaint。"


async def test_many_errors_are_counted_and_cut(client: httpx.AsyncClient) -> None:
    body = report_body(photo_ids=["x"] * 90)
    answer = await client.post("/v1/reports/1", json=body)
    assert len(answer.json()["errors"]) == 50


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "query:limit", "too_small"),
        ("limit=101", "query:limit", "too_great"),
        ("limit=x", "query:limit", "not_an_integer"),
        ("limit=" + "9" * 5000, "query:limit", "unsafe_integer"),
        ("since=2024-03-05", "query:since", "not_an_instant"),
        ("q=" + "x" * 501, "query:q", "too_long"),
    ],
)
async def test_a_wrong_parameter_is_named(
    client: httpx.AsyncClient, query: str, pointer: str, code: str
) -> None:
    answer = await client.get(f"/v1/reports/1?{query}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


async def test_a_plus_that_nobody_escaped(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/reports/1?since=2024-03-05T10:00:00+08:00")
    assert answer.json()["since"] == "2024-03-05T02:00:00Z"


async def test_parameters_are_put_in_nfc(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/reports/1", params={"q": " e\u0301 "})
    assert answer.json()["q"] == "\u00e9"


async def test_a_missing_file_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/attachments", files={"other": b"x"})
    assert answer.status_code == 422
    assert {(e["pointer"], e["code"]) for e in answer.json()["errors"]} == {("/file", "required")}


async def test_a_broken_form_is_malformed(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await client.post("/v1/attachments", content=b"--y\r\nbroken", headers=headers)
    assert answer.status_code == 422, answer.text


def test_names_of_union_branches_are_no_steps() -> None:
    body = {"due": {"x": [{"y": 1}]}}
    assert pointer_to(("body", "due", "InDays", "x", 0, "Deep", "y"), body) == "/due/x/0/y"
    assert pointer_to(("body",), body) == ""
