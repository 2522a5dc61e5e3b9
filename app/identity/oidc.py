"""Tokens of the OIDC issuer that the operator named, verified with the public keys it serves."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx

from app.identity.claims import LEEWAY, principal_of
from app.identity.errors import InvalidToken
from app.identity.jwks import JwksCache
from app.identity.principal import Principal
from app.identity.signatures import header_of, signed_claims
from app.identity.verified_tokens import VerifiedTokens

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")


class OidcVerifier:
    """The caller closes `client`. `monotonic` measures the age of keys."""

    def __init__(
        self,
        issuer: str,
        jwks_url: str,
        client: httpx.AsyncClient,
        *,
        audience: str | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._verified = VerifiedTokens()
        # a token signed with a withdrawn key must not outlive the key in memory
        self._keys = JwksCache(jwks_url, client, clock=monotonic, on_change=self._verified.clear)

    def remembers(self, token: str) -> bool:
        """Whether the signature was verified before; `verify` then checks only expiry and key
        age."""
        return token in self._verified

    async def verify(self, token: str) -> Principal:
        """Raises `InvalidToken`, or `IdentityUnavailable` if its key cannot be fetched."""
        if self.remembers(token):
            await self._keys.refresh_if_old()  # which may forget it
            known = self._verified.get(token, self._clock())
            if known is not None:
                return known
        header = header_of(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise InvalidToken("token_signature_invalid")
        key = await self._keys.find(header.get("kid"), algorithm)
        if key is None:
            raise InvalidToken("token_signature_invalid")
        claims = signed_claims(token, key.key, key.algorithms)
        # `sid` would be a session of the issuer's, not one of ours. Its clock may be ahead of ours:
        # a revocation must meet what was issued before it.
        principal = principal_of(
            {**claims, "sid": None}, issuer=self._issuer, audience=self._audience, now=self._clock()
        )
        if principal.issued_at is not None:
            issued_at = principal.issued_at - timedelta(seconds=LEEWAY)
            principal = replace(principal, issued_at=issued_at)
        self._verified.add(token, principal)
        return principal
