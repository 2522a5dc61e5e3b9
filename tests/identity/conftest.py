"""An OIDC issuer that runs, and somebody who believes it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.identity.oidc import OidcVerifier
from tests.identity.clock import Clock
from tests.identity.oidc_issuer import EC, ED, ISSUER, NOW, RSA, OidcIssuer, jwk, running_issuer


@pytest.fixture
async def issuer() -> AsyncIterator[OidcIssuer]:
    async with running_issuer() as issuer:
        issuer.serve(jwk(RSA, "r"), jwk(EC, "e"), jwk(ED, "d"))
        yield issuer


@pytest.fixture
def age() -> Clock:
    return Clock(1000)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def verifier(issuer: OidcIssuer, age: Clock, client: httpx.AsyncClient) -> OidcVerifier:
    return OidcVerifier(ISSUER, issuer.url, client, clock=Clock(NOW), monotonic=age)
