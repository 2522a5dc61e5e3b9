"""Behind an address from which somebody guesses: genuine keys go on, guesses cost nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.event_store.store import EventStore
from app.identity import api_keys
from app.rates.limits import WRONG_CREDENTIALS
from app.use_cases.issued_keys import EVERY, TENANTS, IssuedKeys
from tests.api.expecting import problem
from tests.rates.house import ADMIN_KEY, House, open_house
from tests.rates.test_limiter import Clock
from tests.rates.test_requests import use_up

NAT = "198.51.100.7"  # nobody has called from there


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path) as house:
        yield house


class CountedStore(EventStore):
    """Counts the reads that look for keys."""

    reads = 0

    async def tenants(self, **options: Any) -> Any:
        self.reads += 1
        return await super().tenants(**options)

    async def read_all(self, tenant_id: UUID, **options: Any) -> Any:
        self.reads += 1
        return await super().read_all(tenant_id, **options)


async def issue(house: House, name: str = "ERP") -> tuple[str, str]:
    body = {"name": name, "scopes": ["tickets:read"]}
    made = await house.call("admin", "POST", "/v1/api-keys", json=body)
    assert made.status_code == 201, made.text
    return made.json()["id"], made.json()["key"]


def with_another_secret(key: str) -> str:
    return key[:-43] + "x" * 43


async def show(house: House, token: str, method: str = "GET", path: str = "/v1/tickets") -> Any:
    async with house.client(NAT) as client:
        return await client.request(method, path, headers={"Authorization": f"Bearer {token}"})


def refused(answer: httpx.Response) -> None:
    found = problem(answer, 429, "too_many_requests")
    assert found["details"]["limit"] == "wrong_credentials"


async def test_every_genuine_credential_goes_on_behind_a_guesser(house: House) -> None:
    await use_up(house, WRONG_CREDENTIALS, NAT)
    refused(await show(house, "a wrong operator key", "GET", "/v1/tenants"))
    _, key = await issue(house)
    for path, token in (
        ("/v1/tickets", key),
        ("/v1/tickets", house.tokens["li"]),
        ("/v1/tenants", ADMIN_KEY),
    ):
        answer = await show(house, token, path=path)
        assert answer.status_code == 200, answer.text


async def test_beyond_the_limit_a_guess_is_answered_alike_whatever_it_names(house: House) -> None:
    key_id, key = await issue(house)
    revoked_id, revoked = await issue(house, "门禁")
    ended = await house.call("admin", "POST", f"/v1/api-keys/{revoked_id}/revoke")
    assert ended.status_code == 200
    await use_up(house, WRONG_CREDENTIALS, NAT)
    refused(await show(house, "sk_no_form"))
    unknown_key = api_keys.mint(house.tenant_id, uuid4())[0]
    unknown_tenant = api_keys.mint(uuid4(), UUID(key_id))[0]
    for guess in (unknown_key, unknown_tenant, with_another_secret(key), revoked):
        refused(await show(house, guess))
    assert (await show(house, key)).status_code == 200


async def test_however_many_guesses_there_are_keys_are_read_once(house: House) -> None:
    _, key = await issue(house)
    clock, store = Clock(), CountedStore(house.services.pool)
    issued = IssuedKeys(store, clock=clock)
    assert await issued.holds(key)
    assert store.reads == 4, "tenants and keys, each with the page behind the last"
    for _ in range(100):
        assert not await issued.holds(api_keys.mint(house.tenant_id, uuid4())[0])
        assert not await issued.holds(api_keys.mint(uuid4(), uuid4())[0])
        assert not await issued.holds(with_another_secret(key))
    assert store.reads == 4
    _, later = await issue(house, "BI")
    assert not await issued.holds(later), "not known yet"
    clock.now += EVERY
    assert await issued.holds(later)
    assert store.reads == 6, "the log from where it was read to"
    assert await issued.holds(key)


async def test_what_is_remembered_of_keys_is_bounded(house: House) -> None:
    issued = IssuedKeys(house.services.store)
    for n in range(TENANTS + 5):
        issued._of(UUID(int=n))
    assert len(issued._keys) == TENANTS
