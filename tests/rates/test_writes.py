"""Every write has a rate: the general one of its caller, or one of its own."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.identity import survey_tokens
from app.identity.survey_tokens import SurveyLink
from app.rates.buckets import Buckets
from app.rates.limiter import LimitReached
from app.rates.limits import (
    HOUSEHOLD_CHANGES,
    OPERATOR_WRITES,
    REFRESHES,
    REVOCATIONS,
    SURVEY_LINK,
    WRITES,
    Limit,
)
from tests.api.expecting import problem
from tests.rates.house import House
from tests.rates.operations import operations, subject_of, token_of
from tests.rates.test_limiter import Clock
from tests.rates.test_requests import use_up

WITHOUT_CREDENTIALS = {"refresh_session", "answer_survey"}  # by session, by survey: below


def use_up_writes(buckets: Buckets, limit: Limit | None, *who: str) -> None:
    assert limit is not None
    with suppress(LimitReached):  # something was taken before
        for _ in range(limit.amount):
            buckets.take(limit, *who)


async def test_every_write_falls_under_a_rate(house: House) -> None:
    tenant = str(house.tenant_id)
    writes = [each for each in operations(house) if each.method != "GET"]
    assert len(writes) > 90
    assert {each.id for each in writes if not each.needs_credentials} == WITHOUT_CREDENTIALS
    for each in writes:
        if each.id in WITHOUT_CREDENTIALS:
            continue
        buckets = Buckets(clock=Clock())  # time stands still
        house.app.state.services = replace(house.services, writes=buckets)
        if each.role is None:
            use_up_writes(buckets, OPERATOR_WRITES)
        elif each.role == "owner":
            use_up_writes(buckets, WRITES.owner, tenant, "household", "h-9")
        else:
            use_up_writes(buckets, WRITES.staff, tenant, "subject", subject_of(each.role))
        refused = await each.sent(house, token_of(house, each.role))
        found = problem(refused, 429, "too_many_requests")
        assert (each.id, found["details"]["limit"]) == (each.id, "writes")


async def test_repeats_fall_under_the_general_rate_too(house: House) -> None:
    """Each costs a look-up of its receipt."""
    buckets = Buckets(clock=Clock())
    house.app.state.services = replace(house.services, writes=buckets)
    ticket = await house.report("zhang")
    key = {"Idempotency-Key": str(uuid4())}
    urge = f"/v1/tickets/{ticket}/urge"
    assert (await house.call("zhang", "POST", urge, json={}, headers=key)).status_code == 200
    use_up_writes(buckets, WRITES.owner, str(house.tenant_id), "household", "h-1")
    refused = await house.call("zhang", "POST", urge, json={}, headers=key)
    problem(refused, 429, "too_many_requests")
    assert (await house.call("zhang", "GET", f"/v1/tickets/{ticket}")).status_code == 200
    await house.report("li")


async def test_an_owner_changes_the_household_at_a_bounded_rate(house: House) -> None:
    path, body = "/v1/households/h-1", {"preferences": {"tags": ["孕妇"]}}
    who = (str(house.tenant_id), "household", "h-1")
    await use_up(house, HOUSEHOLD_CHANGES.owner, *who, but=1)
    assert (await house.call("zhang", "PUT", path, json=body)).status_code == 200
    refused = await house.call("zhang-jr", "PUT", path, json=body | {"preferences": {}})
    assert problem(refused, 429, "too_many_requests")["details"]["limit"] == "household_changes"
    whole = {"members": [{"subject": each, "name": each} for each in ("zhang", "zhang-jr")]}
    assert (await house.call("csr", "PUT", path, json=whole)).status_code == 200


@pytest.mark.parametrize("body", [{"subject": "zhang"}, {}])
async def test_revocations_have_a_rate(house: House, body: dict[str, Any]) -> None:
    who = (str(house.tenant_id), "household", "h-1")
    await use_up(house, REVOCATIONS.owner, *who)
    refused = await house.call("zhang", "POST", "/v1/auth/revoke", json=body)
    assert problem(refused, 429, "too_many_requests")["details"]["limit"] == "revocations"
    assert (await house.call("zhang", "GET", "/v1/tickets")).status_code == 200
    other = await house.call("li", "POST", "/v1/auth/revoke", json={"subject": "li"})
    assert other.status_code == 200, other.text


async def session(house: House, subject: str) -> tuple[str, str]:
    """The refresh token and the session's id."""
    body = {"role": "csr", "subject": subject, "refresh": True}
    made = await house.call("admin", "POST", "/v1/sandbox/tokens", json=body)
    given: str = made.json()["refresh_token"]
    return given, str(house.services.sessions.link_of(given).session_id)


async def test_a_session_is_refreshed_at_a_bounded_rate(house: House) -> None:
    async def refresh(token: str) -> Any:
        async with house.client() as client:
            return await client.post("/v1/auth/refresh", json={"refresh_token": token})

    mine, session_id = await session(house, "csr")
    other, _ = await session(house, "csr")
    await use_up(house, REFRESHES, str(house.tenant_id), session_id, but=1)
    assert (await refresh(mine)).status_code == 200
    refused = await refresh(mine)
    assert problem(refused, 429, "too_many_requests")["details"]["limit"] == "refreshes"
    assert (await refresh(other)).status_code == 200, "a session is counted alone"


async def test_an_answer_to_a_survey_falls_under_the_rate_of_its_link(house: House) -> None:
    survey = UUID(int=7)
    link = SurveyLink(tenant_id=house.tenant_id, survey_id=survey)
    token = survey_tokens.mint(house.services.survey_secrets[0], link)
    await use_up(house, SURVEY_LINK, str(survey))
    async with house.client() as client:
        refused = await client.post(f"/v1/surveys/answers/{token}", json={"channel": "link"})
    assert problem(refused, 429, "too_many_requests")["details"]["limit"] == "survey_link"


def test_a_bucket_fills_again_with_time() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    limit = Limit(name="three", amount=3, seconds=30)

    def taken() -> int:
        for n in range(100):
            try:
                buckets.take(limit, "a")
            except LimitReached:
                return n
        return 100

    assert taken() == 3
    with pytest.raises(LimitReached) as reached:
        buckets.take(limit, "a")
    assert reached.value.retry_after == 10
    buckets.take(limit, "b")
    clock.now += 20
    assert taken() == 2
    clock.now += 10_000
    assert taken() == 3, "no more than at first"


@pytest.mark.parametrize("limit", [WRITES.owner, WRITES.staff, WRITES.key])
@pytest.mark.parametrize("now", [0.0, 1_234_567.891])
def test_exactly_as_many_pass_as_the_limit_says(limit: Limit, now: float) -> None:
    clock = Clock()
    clock.now = now
    buckets = Buckets(clock=clock)
    for _ in range(limit.amount):
        buckets.take(limit)
    with pytest.raises(LimitReached):
        buckets.take(limit)


def test_what_is_remembered_is_bounded() -> None:
    buckets = Buckets(clock=Clock(), remembered=2)
    limit = Limit(name="one", amount=1, seconds=30)
    for who in ("a", "b", "c"):
        buckets.take(limit, who)
    buckets.take(limit, "a")
    with pytest.raises(LimitReached):
        buckets.take(limit, "c")
