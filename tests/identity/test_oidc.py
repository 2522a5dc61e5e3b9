"""Tokens of an OIDC issuer: which keys and algorithms count, and what happens while it is down."""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.identity.errors import IdentityUnavailable, InvalidToken
from app.identity.oidc import OidcVerifier
from tests.identity.clock import Clock
from tests.identity.oidc_issuer import (
    EC,
    ED,
    ISSUER,
    NOW,
    OTHER_RSA,
    P384,
    RSA,
    SHORT_RSA,
    OidcIssuer,
    PrivateKey,
    jwk,
    private_jwk,
    running_issuer,
    token,
)


async def refusal(verifier: OidcVerifier, text: str) -> str:
    with pytest.raises(InvalidToken) as refused:
        await verifier.verify(text)
    return refused.value.code


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(RSA, "RS256", "r"), (RSA, "PS256", "r"), (EC, "ES256", "e"), (ED, "EdDSA", "d")],
)
async def test_every_algorithm(
    verifier: OidcVerifier, key: PrivateKey, algorithm: str, kid: str
) -> None:
    said = token(key, algorithm, kid, communities=["jinxiu"], household_id="h", aud="anything")
    found = await verifier.verify(said)
    assert (found.subject, found.role, found.communities) == ("staff-7", "dispatcher", ("jinxiu",))
    assert await verifier.verify(said) is found


async def test_keys_are_fetched_once(verifier: OidcVerifier, issuer: OidcIssuer) -> None:
    said = [token(RSA, "RS256", "r", sub=f"u{number}") for number in range(20)]
    issuer.open.clear()
    waiting = [asyncio.ensure_future(verifier.verify(each)) for each in said]
    await issuer.asked.wait()
    issuer.open.set()
    assert len(await asyncio.gather(*waiting)) == 20
    assert issuer.requests == 1


async def test_whoever_gives_up_leaves_the_asking_to_the_others(
    verifier: OidcVerifier, issuer: OidcIssuer
) -> None:
    issuer.open.clear()
    first = asyncio.ensure_future(verifier.verify(token(RSA, "RS256", "r")))
    await issuer.asked.wait()
    second = asyncio.ensure_future(verifier.verify(token(RSA, "RS256", "r")))
    await asyncio.sleep(0)
    first.cancel()
    issuer.open.set()
    assert (await second).subject == "staff-7"
    assert issuer.requests == 2


async def test_the_issuers_public_key_is_no_secret_to_sign_with(
    verifier: OidcVerifier, issuer: OidcIssuer
) -> None:
    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed_part = token(b"x" * 32, "HS256", "r").rpartition(".")[0]
    signature = hmac.digest(public, signed_part.encode(), "sha256")
    forged = f"{signed_part}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert await refusal(verifier, forged) == "token_signature_invalid"
    assert issuer.requests == 0


async def test_a_published_secret_is_no_key(verifier: OidcVerifier, issuer: OidcIssuer) -> None:
    secret = b"x" * 32
    issuer.serve({"kty": "oct", "k": urlsafe_b64encode(secret).decode(), "kid": "s"})
    assert await refusal(verifier, token(secret, "HS256", "s")) == "token_signature_invalid"
    assert await refusal(verifier, token(RSA, "RS256", "s")) == "token_signature_invalid"


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [
        (OTHER_RSA, "RS256", "r"),
        (RSA, "RS256", "e"),
        (RSA, "RS384", "r"),
        (EC, "ES256", "r"),
        (P384, "ES384", "e"),
        (RSA, "RS256", "unknown"),
    ],
)
async def test_another_key_or_algorithm_is_refused(
    verifier: OidcVerifier, key: PrivateKey, algorithm: str, kid: str
) -> None:
    assert await refusal(verifier, token(key, algorithm, kid)) == "token_signature_invalid"


@pytest.mark.parametrize(
    ("key", "algorithm", "entry"),
    [
        (RSA, "RS256", jwk(RSA, "k", use="enc")),
        (RSA, "RS256", jwk(RSA, "k", alg="PS256")),
        (RSA, "RS256", jwk(RSA, "k", alg="HS256")),
        (SHORT_RSA, "RS256", jwk(SHORT_RSA, "k")),
        (RSA, "RS256", private_jwk(RSA, "k")),
        (RSA, "RS256", jwk(RSA, "k", n=7)),
        (RSA, "RS256", jwk(RSA, "k", n="!")),
        (RSA, "RS256", jwk(RSA, "k", kty=[])),
        (RSA, "RS256", jwk(RSA, None) | {"kid": ["k"]}),
        (EC, "ES256", jwk(EC, "k", crv="P-384")),
        (EC, "ES256", jwk(EC, "k", x="AA", y="AA")),
        (ED, "EdDSA", jwk(ED, "k", crv="X25519")),
        (RSA, "RS256", "not an object"),
    ],
)
@pytest.mark.filterwarnings("ignore:The RSA key is:jwt.warnings.InsecureKeyLengthWarning")
async def test_an_unfit_entry_of_the_set_is_passed_over(
    verifier: OidcVerifier, issuer: OidcIssuer, key: PrivateKey, algorithm: str, entry: object
) -> None:
    issuer.serve(entry, jwk(EC, "e"))
    assert await refusal(verifier, token(key, algorithm, "k")) == "token_signature_invalid"
    assert (await verifier.verify(token(EC, "ES256", "e"))).role == "dispatcher"


async def test_without_a_key_id_there_must_be_one_key_only(
    verifier: OidcVerifier, issuer: OidcIssuer, age: Clock
) -> None:
    assert (await verifier.verify(token(RSA, "RS256", None))).role == "dispatcher"
    issuer.serve(jwk(RSA, "r"), jwk(OTHER_RSA, "o"))
    age.forward(601)
    assert await refusal(verifier, token(RSA, "RS256", None)) == "token_signature_invalid"


async def test_a_new_key_is_asked_for_but_not_more_often_than_every_half_minute(
    verifier: OidcVerifier, issuer: OidcIssuer, age: Clock
) -> None:
    await verifier.verify(token(RSA, "RS256", "r"))
    rotated = token(OTHER_RSA, "RS256", "new")
    issuer.serve(jwk(RSA, "r"), jwk(OTHER_RSA, "new"))
    age.forward(29)
    for _ in range(5):
        assert await refusal(verifier, rotated) == "token_signature_invalid"
    assert issuer.requests == 1
    age.forward(1)
    assert (await verifier.verify(rotated)).subject == "staff-7"
    for _ in range(5):
        assert await refusal(verifier, token(RSA, "RS256", "odd")) == "token_signature_invalid"
    assert issuer.requests == 2


async def test_a_withdrawn_key_is_believed_for_ten_minutes_at_most(
    verifier: OidcVerifier, issuer: OidcIssuer, age: Clock
) -> None:
    said = token(RSA, "RS256", "r")
    await verifier.verify(said)
    issuer.serve(jwk(OTHER_RSA, "new"))
    age.forward(600)
    assert (await verifier.verify(said)).subject == "staff-7"
    age.forward(1)
    assert await refusal(verifier, said) == "token_signature_invalid"


@pytest.mark.parametrize("trouble", ["500", "302", "html", "list", "endless", "deep"])
async def test_old_keys_are_used_for_a_day_while_the_issuer_is_down(
    verifier: OidcVerifier, issuer: OidcIssuer, age: Clock, trouble: str
) -> None:
    await verifier.verify(token(RSA, "RS256", "r"))
    if trouble.isdigit():
        issuer.status = int(trouble)
    bodies = {
        "html": b"<html>",
        "list": b"[]",
        "endless": b'{"keys": []}' + b" " * 600_000,
        "deep": b"[" * 100_000,
    }
    issuer.body = bodies.get(trouble, issuer.body)
    age.forward(3600)
    for number in range(5):
        assert (await verifier.verify(token(RSA, "RS256", "r", sub=f"u{number}"))).role
    assert issuer.requests == 2
    with pytest.raises(IdentityUnavailable):
        await verifier.verify(token(OTHER_RSA, "RS256", "perhaps new"))
    age.forward(24 * 3600)
    with pytest.raises(IdentityUnavailable):
        await verifier.verify(token(RSA, "RS256", "r"))


async def test_without_any_keys_identity_is_unavailable_and_soon_asked_again(
    verifier: OidcVerifier, issuer: OidcIssuer, age: Clock
) -> None:
    issuer.status = 503
    for _ in range(3):
        with pytest.raises(IdentityUnavailable):
            await verifier.verify(token(RSA, "RS256", "r"))
    assert issuer.requests == 1
    issuer.status = 200
    age.forward(5)
    assert (await verifier.verify(token(RSA, "RS256", "r"))).subject == "staff-7"


async def test_nobody_listens(client: httpx.AsyncClient) -> None:
    async with running_issuer() as gone:
        url = gone.url
    verifier = OidcVerifier(ISSUER, url, client, clock=Clock(NOW))
    with pytest.raises(IdentityUnavailable):
        await verifier.verify(token(RSA, "RS256", "r"))


async def test_a_silent_issuer_is_given_up_in_time(
    verifier: OidcVerifier, issuer: OidcIssuer
) -> None:
    issuer.open.clear()
    async with asyncio.timeout(10):
        with pytest.raises(IdentityUnavailable):
            await verifier.verify(token(RSA, "RS256", "r"))


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://elsewhere.example"}, {"role": "system"}, {"tenant_id": "acme"}, {"sub": ""}],
)
async def test_claims_are_judged_as_ours_are(verifier: OidcVerifier, wrong: dict[str, Any]) -> None:
    assert await refusal(verifier, token(RSA, "RS256", "r", **wrong)) == "token_claims_invalid"


async def test_a_token_that_ended(verifier: OidcVerifier) -> None:
    assert await refusal(verifier, token(RSA, "RS256", "r", exp=NOW - 31)) == "token_expired"


@pytest.fixture
def choosy(issuer: OidcIssuer, client: httpx.AsyncClient) -> OidcVerifier:
    return OidcVerifier(ISSUER, issuer.url, client, audience="suyuan", clock=Clock(NOW))


@pytest.mark.parametrize("said", ["suyuan", ["a", "suyuan"]])
async def test_a_token_for_our_audience(choosy: OidcVerifier, said: object) -> None:
    assert (await choosy.verify(token(RSA, "RS256", "r", aud=said))).subject == "staff-7"


@pytest.mark.parametrize("said", ["other", ["a"], None, {"suyuan": 1}, "suyuan2"])
async def test_a_token_for_somebody_else(choosy: OidcVerifier, said: object) -> None:
    assert await refusal(choosy, token(RSA, "RS256", "r", aud=said)) == "token_claims_invalid"


@pytest.mark.parametrize("text", ["", "a.b.c", "\ud800", "x" * 9000, "eyJhbGciOltdfQ.e30."])
async def test_what_is_no_token_never_reaches_the_issuer(
    verifier: OidcVerifier, issuer: OidcIssuer, text: str
) -> None:
    assert await refusal(verifier, text) in {"token_malformed", "token_signature_invalid"}
    assert issuer.requests == 0
