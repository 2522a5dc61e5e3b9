"""What a caller is told, and who is counted with whom."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from starlette.requests import Request

from app.cli.listening import proxies
from app.config import BadSetting, Settings, read_settings
from app.http.rates import address_of
from app.rates.limits import REPORTS, URGES, WRONG_CREDENTIALS, Limit
from tests.api.expecting import problem
from tests.rates.house import ADDRESS, REPORT, House


async def use_up(house: House, limit: Limit | None, *who: str, but: int = 0) -> None:
    assert limit is not None
    await house.services.limiter.take(limit, *who, cost=limit.amount - but)


async def test_a_household_shares_a_limit_and_nobody_else_is_held_up(house: House) -> None:
    ticket = await house.report("zhang")
    urge = f"/v1/tickets/{ticket}/urge"
    await use_up(house, URGES.owner, str(house.tenant_id), "household", "h-1", but=1)
    key = {"Idempotency-Key": str(uuid4())}
    first = await house.call("zhang", "POST", urge, json={}, headers=key)
    assert first.status_code == 200, first.text
    refused = await house.call("zhang-jr", "POST", urge, json={}, address="198.51.100.7")
    found = problem(refused, 429, "too_many_requests")
    assert found["details"] == {"limit": "urges", "amount": 60, "seconds": 600}
    assert found["retryable"]
    assert 1 <= int(refused.headers["retry-after"]) <= 600
    again = await house.call("zhang", "POST", urge, json={}, headers=key)
    assert again.content == first.content, "a double tap gets its first answer"
    assert again.headers["idempotency-replayed"] == "true"
    new = {"Idempotency-Key": str(uuid4())}
    problem(await house.call("zhang", "POST", urge, json={}, headers=new), 429, "too_many_requests")
    await house.report("li")
    comment = f"/v1/tickets/{ticket}/comment"
    said = await house.call("zhang", "POST", comment, json={"text": "还在漏"})
    assert said.status_code == 200, "another limit"


async def test_a_repeat_counts_nothing(house: House) -> None:
    who = (str(house.tenant_id), "household", "h-1")
    await use_up(house, REPORTS.owner, *who, but=2)
    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(4):
        made = await house.call("zhang", "POST", "/v1/tickets", json=REPORT, headers=key)
        assert made.status_code == 201
    await house.report("zhang")
    for _ in range(2):
        refused = await house.call("zhang", "POST", "/v1/tickets", json=REPORT)
        problem(refused, 429, "too_many_requests")
        for _ in range(3):
            made = await house.call("zhang", "POST", "/v1/tickets", json=REPORT, headers=key)
            assert made.status_code == 201, "nor does it give back what it did not take"


async def test_staff_report_for_others_without_a_limit(house: House) -> None:
    who = (str(house.tenant_id), "subject", "csr")
    assert REPORTS.staff is None
    assert REPORTS.key is None
    await use_up(house, REPORTS.owner, *who)
    await house.report("csr")


UNKNOWN_KEY = f"sk_{uuid4().hex}_{uuid4().hex}_{'x' * 43}"


@pytest.mark.parametrize(
    ("method", "path", "token"),
    [
        ("GET", "/v1/tickets", UNKNOWN_KEY),
        ("GET", "/v1/tickets", "neither.a.token"),
        ("POST", "/v1/tenants", "a wrong operator key"),
    ],
)
async def test_an_address_that_guesses_is_refused_and_its_neighbours_are_not(
    house: House, method: str, path: str, token: str
) -> None:
    async def guess(address: str = ADDRESS) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": str(uuid4())}
        async with house.client(address) as client:
            return await client.request(method, path, headers=headers)

    await use_up(house, WRONG_CREDENTIALS, ADDRESS)
    refused = await guess()
    assert problem(refused, 429, "too_many_requests")["details"]["limit"] == "wrong_credentials"
    assert (await guess("198.51.100.7")).status_code == 401
    assert (await house.call("li", "GET", "/v1/sandbox/clock")).status_code == 200
    known = await house.call("operator", "POST", "/v1/tenants", json={"name": "二号物业"})
    assert known.status_code == 201, known.text


async def test_forged_survey_links_are_guesses(house: House) -> None:
    async with house.client() as client:
        unknown = await client.get("/v1/surveys/answers/forged-1")
        problem(unknown, 404, "survey_unknown")
        await use_up(house, WRONG_CREDENTIALS, ADDRESS, but=1)
        problem(await client.get("/v1/surveys/answers/forged-2"), 429, "too_many_requests")


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 1), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (None, "unknown"),
        (("x" * 1000, 1), "x" * 64),
    ],
)
def test_an_address_is_what_one_subscriber_has(client: Any, address: str) -> None:
    assert address_of(Request({"type": "http", "client": client, "headers": []})) == address


@pytest.mark.parametrize(
    ("setting", "peer", "address"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("", "10.1.2.3", "10.1.2.3"),
        ("10.0.0.0/8", "10.1.2.3", "203.0.113.9"),
        ("10.0.0.0/8, 2001:db8::1", "2001:db8::1", "203.0.113.9"),
        ("10.0.0.0/8", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.0/8", "127.0.0.1", "127.0.0.1"),
    ],
)
async def test_only_a_proxy_that_is_named_says_who_it_speaks_for(
    setting: str, peer: str, address: str
) -> None:
    seen: list[str] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(address_of(Request(scope)))

    settings = read_settings({"SUYUAN_TRUSTED_PROXIES": setting})
    config = uvicorn.Config(application, **proxies(settings), lifespan="off")
    config.load()
    headers = [(b"x-forwarded-for", b"192.0.2.66, 203.0.113.9, 10.9.9.9")]
    if "2001" in peer:
        headers = [(b"x-forwarded-for", b"192.0.2.66, 203.0.113.9")]
    scope = {"type": "http", "client": (peer, 1), "headers": headers, "scheme": "http"}
    await config.loaded_app(scope, None, None)
    assert seen == [address]


def test_a_proxy_has_an_address() -> None:
    with pytest.raises(BadSetting, match="SUYUAN_TRUSTED_PROXIES"):
        read_settings({"SUYUAN_TRUSTED_PROXIES": "*"})
    assert Settings(database_url=None, data_dir=None).trusted_proxies is None
