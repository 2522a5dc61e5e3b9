"""Tokens that we issue ourselves, signed with the first of our secrets and verified with each."""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt

from app.identity.claims import principal_of
from app.identity.errors import InvalidToken
from app.identity.principal import Principal
from app.identity.signatures import MAX_TOKEN_BYTES, header_of, signed_claims
from app.identity.signing_keys import SigningKey, SigningKeys
from app.identity.verified_tokens import VerifiedTokens

ISSUER = "suyuan"
ALGORITHM = "HS256"


class TokenIssuer:
    """`clock` is real time in seconds, also for sandbox tenants, whose test clock stands still."""

    def __init__(
        self,
        secret: bytes | SigningKeys,
        *,
        clock: Callable[[], float] = time.time,
        cached: int = 4096,
    ) -> None:
        self._keys = (
            secret if isinstance(secret, SigningKeys) else SigningKeys((SigningKey.of(secret),))
        )
        self._clock = clock
        self._verified = VerifiedTokens(cached)

    def issue(  # noqa: PLR0913 - the claims of a token
        self,
        *,
        subject: str,
        tenant_id: UUID,
        role: str,
        lifetime: timedelta,
        household_id: str | None = None,
        communities: Sequence[str] = (),
        scopes: Collection[str] | None = None,
        name: str | None = None,
        session: str | None = None,
    ) -> str:
        """Raises ValueError for claims that `verify` would refuse."""
        now = round(self._clock(), 3)  # to the millisecond, for revocations
        claims: dict[str, object] = {
            "iss": ISSUER,
            "iat": now,
            "exp": int(now + lifetime.total_seconds()),
            "sub": subject,
            "tenant_id": str(tenant_id),
            "role": role,
            "communities": list(communities),
        }
        optional = {"household_id": household_id, "name": name, "sid": session}
        claims |= {claim: value for claim, value in optional.items() if value is not None}
        if scopes is not None:
            claims["scopes"] = sorted(scopes)
        try:
            principal_of(claims, issuer=ISSUER, audience=None, now=now)
        except InvalidToken as error:
            raise ValueError("these claims would not be accepted") from error
        key = self._keys.first
        token = jwt.encode(claims, key.secret, algorithm=ALGORITHM, headers={"kid": key.kid})
        if len(token) > MAX_TOKEN_BYTES:
            raise ValueError("too long for a token")
        return token

    def verify(self, token: str) -> Principal:
        """Raises `InvalidToken`. Verified tokens are cached."""
        now = self._clock()
        known = self._verified.get(token, now)
        if known is not None:
            return known
        claims = self._signed_claims(token)
        principal = principal_of(claims, issuer=ISSUER, audience=None, now=now)
        self._verified.add(token, principal)
        return principal

    def _signed_claims(self, token: str) -> dict[str, Any]:
        for secret in self._keys.candidates(header_of(token).get("kid")):
            try:
                return signed_claims(token, secret, [ALGORITHM])
            except InvalidToken as invalid:
                if invalid.code != "token_signature_invalid":
                    raise
        raise InvalidToken("token_signature_invalid")
