"""Which verifier a bearer token goes to."""

import pytest

from app.identity.bearer import BearerVerifier
from app.identity.errors import InvalidToken
from app.identity.oidc import OidcVerifier
from app.identity.tokens import TokenIssuer
from tests.identity.clock import Clock
from tests.identity.oidc_issuer import ISSUER, NOW, RSA, token

SECRET = b"a secret that is long enough to sign"


async def test_each_kind_goes_to_its_verifier(verifier: OidcVerifier) -> None:
    bearer = BearerVerifier(TokenIssuer(SECRET, clock=Clock(NOW)), verifier)
    theirs = token(RSA, "RS256", "r")
    ours = token(SECRET, "HS256", None, iss="suyuan", sub="ours")
    assert (await bearer.verify(theirs)).subject == "staff-7"
    assert (await bearer.verify(ours)).subject == "ours"


async def test_neither_may_speak_for_the_other(verifier: OidcVerifier) -> None:
    bearer = BearerVerifier(TokenIssuer(SECRET, clock=Clock(NOW)), verifier)
    for text in (
        token(SECRET, "HS256", None, iss=ISSUER),
        token(RSA, "RS256", "r", iss="suyuan"),
    ):
        with pytest.raises(InvalidToken, match="token_claims_invalid"):
            await bearer.verify(text)


async def test_our_own_refusals_keep_their_reason(verifier: OidcVerifier) -> None:
    bearer = BearerVerifier(TokenIssuer(SECRET, clock=Clock(NOW)), verifier)
    ended = token(SECRET, "HS256", None, iss="suyuan", exp=NOW - 100)
    with pytest.raises(InvalidToken, match="token_expired"):
        await bearer.verify(ended)
    with pytest.raises(InvalidToken, match="token_malformed"):
        await bearer.verify("nonsense")


async def test_without_an_oidc_issuer_its_tokens_are_refused() -> None:
    bearer = BearerVerifier(TokenIssuer(SECRET, clock=Clock(NOW)), None)
    with pytest.raises(InvalidToken, match="token_signature_invalid"):
        await bearer.verify(token(RSA, "RS256", "r"))
