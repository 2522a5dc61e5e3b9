"""Every refusal is a problem with the right status, code and headers, and leaks nothing."""

from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from structlog.testing import capture_logs

from app.attachments.storage import StorageUnavailable
from app.bootstrap import WorkerSilent
from app.clock_watch import ClockInDoubt
from app.commands import Contended, KeyReused, VersionMismatch
from app.db import DatabaseUnavailable, TenantBusy
from app.domain import errors as domain
from app.event_store.codec import NotCanonical
from app.event_store.errors import UnknownEvent, UnknownTenant
from app.http import refusals
from app.http.problem_json import BELOW, STATUS
from app.identity.errors import IdentityUnavailable
from tests.api_edge.little_app import make_app

CLAIMED_TOO_LATE = domain.IllegalTransition("illegal_transition", command="Claim", status="closed")

REFUSALS: dict[str, tuple[Exception, int, str, bool]] = {
    "illegal": (
        domain.IllegalTransition("illegal_transition", command="Claim", status="closed"),
        409,
        "",
        False,
    ),
    "forbidden": (domain.NotPermitted("not_permitted"), 403, "", False),
    "unknown": (domain.NotFound("api_key_unknown"), 404, "", False),
    "withdrawn": (domain.Withdrawn("staff_inactive"), 401, "", False),
    "unacceptable": (domain.Unacceptable("too_long", pointer="/name", max=64), 422, "", False),
    "bare": (domain.DomainError("not_permitted"), 409, "", False),
    "nobody": (refusals.Unauthenticated(), 401, "unauthenticated", False),
    "expired": (refusals.Unauthenticated("token_expired"), 401, "", False),
    "invalid": (refusals.InvalidInput("invalid_cursor", pointer="query:cursor"), 422, "", False),
    "in_flight": (refusals.InFlight(), 409, "idempotency_in_flight", True),
    "large": (refusals.TooLarge(10), 413, "too_large", False),
    "media": (refusals.UnsupportedMediaType("image/jpeg"), 415, "unsupported_media_type", False),
    "late": (refusals.RequestTimeout(), 408, "request_timeout", True),
    "charset": (refusals.ForeignCharset(), 415, "foreign_charset", False),
    "often": (refusals.TooManyRequests(7), 429, "too_many_requests", True),
    "overloaded": (refusals.Overloaded(retry_after=3), 503, "overloaded", True),
    "mismatch": (VersionMismatch(7), 412, "version_mismatch", False),
    "reused": (KeyReused(), 422, "idempotency_key_reused", False),
    "contended": (Contended(), 503, "contended", True),
    "uncanonical": (NotCanonical(), 422, "invalid_text", False),
    "tenantless": (UnknownTenant(), 401, "tenant_unknown", False),
    "clock": (ClockInDoubt("04:00"), 503, "clock", True),
    "lost": (DatabaseUnavailable("password=x"), 503, "store_unavailable", True),
    "storage": (StorageUnavailable(), 503, "storage_unavailable", True),
    "issuer": (IdentityUnavailable(), 503, "identity_unavailable", True),
    "worker": (WorkerSilent(), 503, "worker_silent", True),
    "older": (UnknownEvent("from_the_future"), 503, "newer_release_needed", True),
    "tenant": (TenantBusy(), 503, "overloaded", True),
    "teapot": (HTTPException(418, "tea"), 418, "bad_request", False),
    "bare_401": (HTTPException(401), 401, "unauthenticated", False),
}


async def test_a_client_that_left_is_no_error_of_ours() -> None:
    transport = httpx.ASGITransport(make_app({"left": ClientDisconnect()}))
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
        assert (await client.get("/v1/refused/left")).status_code == 499


async def get(path: str, **headers: str) -> httpx.Response:
    app = make_app({name: error for name, (error, *_) in REFUSALS.items()})
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_becomes_a_problem(name: str) -> None:
    error, status, code, retryable = REFUSALS[name]
    answer = await get(f"/v1/refused/{name}")
    problem = answer.json()
    expected_code = code or getattr(error, "code", "")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {k: problem[k] for k in ("type", "status", "instance", "code", "retryable")} == {
        "type": f"/problems/{expected_code}",
        "status": status,
        "instance": f"/v1/refused/{name}",
        "code": expected_code,
        "retryable": retryable,
    }
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"]
    assert ("retry-after" in answer.headers) is retryable


def test_every_status_of_the_table_was_seen() -> None:
    seen = {type(error) for error, *_ in REFUSALS.values()}
    assert {*STATUS, *BELOW} <= seen


async def test_a_value_that_a_rule_refused_is_named() -> None:
    problem = (await get("/v1/refused/unacceptable")).json()
    assert problem["errors"] == [
        {"pointer": "/name", "code": "too_long", "message": "最多 64 个字符。"}
    ]


async def test_statuses_are_told_by_their_labels() -> None:
    assert "“已关闭”" in (await get("/v1/refused/illegal")).json()["detail"]


async def test_a_version_mismatch_tells_the_version() -> None:
    answer = await get("/v1/refused/mismatch")
    assert answer.headers["etag"] == '"v7"'
    assert answer.json()["actual_version"] == 7
    assert "7" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "challenge"),
    [
        ("nobody", 'Bearer realm="suyuan"'),
        ("expired", 'Bearer realm="suyuan", error="invalid_token"'),
        ("tenantless", 'Bearer realm="suyuan", error="invalid_token"'),
        ("bare_401", 'Bearer realm="suyuan"'),
    ],
)
async def test_who_is_not_signed_in_is_told_how(name: str, challenge: str) -> None:
    assert (await get(f"/v1/refused/{name}")).headers["www-authenticate"] == challenge


async def test_waiting_times() -> None:
    assert (await get("/v1/refused/often")).headers["retry-after"] == "7"
    assert (await get("/v1/refused/overloaded")).headers["retry-after"] == "3"
    assert (await get("/v1/refused/lost")).headers["retry-after"] == "1"


async def test_the_text_of_an_exception_stays_inside() -> None:
    assert "password" not in (await get("/v1/refused/lost")).text


async def test_an_unforeseen_error_is_logged_and_not_told() -> None:
    with capture_logs() as logs:
        answer = await get("/v1/broken")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["request_id"] in answer.json()["detail"]
    assert "Zhang" not in answer.text
    [unforeseen] = [entry for entry in logs if entry["event"] == "unforeseen"]
    assert isinstance(unforeseen["exc_info"], ZeroDivisionError)


async def test_an_answer_that_does_not_fit_is_not_quoted_in_the_log() -> None:
    with capture_logs() as logs:
        answer = await get("/v1/misfit")
    assert answer.status_code == 500
    assert "Zhang" not in answer.text
    [entry] = [one for one in logs if one["log_level"] == "error"]
    assert entry["wrong"] == [("missing", ("response", "request_id"))]
    assert "exc_info" not in entry


async def test_an_unknown_path_is_a_problem() -> None:
    answer = await get("/v1/nothing/here")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_route")


async def test_a_wrong_method_names_all_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/v1/reports/1")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST, PUT"


@pytest.mark.parametrize(
    ("accepted", "language", "word"),
    [("en", "en", "Not"), ("zh", "zh-CN", "没有"), ("", "zh-CN", "没有")],
)
async def test_the_language_follows_the_caller(accepted: str, language: str, word: str) -> None:
    answer = await get("/v1/refused/forbidden", **{"accept-language": accepted})
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "Accept-Language"
    assert answer.json()["title"].startswith(word)
    assert answer.json()["code"] == "not_permitted"


async def test_odd_paths_are_quoted() -> None:
    problem: dict[str, Any] = (await get("/v1/无/<x>")).json()
    assert problem["instance"] == "/v1/%E6%97%A0/%3Cx%3E"
