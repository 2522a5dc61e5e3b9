"""Tokens that we issue ourselves, signed and verified with one secret."""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from uuid import UUID

import jwt

from app.identity.claims import principal_of
from app.identity.errors import InvalidToken
from app.identity.principal import Principal
from app.identity.signatures import MAX_TOKEN_BYTES, signed_claims
from app.identity.verified_tokens import VerifiedTokens

ISSUER = "suyuan"
ALGORITHM = "HS256"


class TokenIssuer:
    """`clock` is real time in seconds, also for sandbox tenants, whose test clock stands still."""

    def __init__(
        self, secret: bytes, *, clock: Callable[[], float] = time.time, cached: int = 4096
    ) -> None:
        if len(secret) < 32:
            raise ValueError("a signing secret has at least 32 bytes")
        self._secret = secret
        self._clock = clock
        self._verified = VerifiedTokens(cached)

    def issue(
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
    ) -> str:
        """Raises ValueError for claims that `verify` would refuse."""
        now = int(self._clock())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
            "sub": subject,
            "tenant_id": str(tenant_id),
            "role": role,
            "communities": list(communities),
        }
        optional = {"household_id": household_id, "name": name}
        claims |= {claim: value for claim, value in optional.items() if value is not None}
        if scopes is not None:
            claims["scopes"] = sorted(scopes)
        try:
            principal_of(claims, issuer=ISSUER, audience=None, now=now)
        except InvalidToken as error:
            raise ValueError("these claims would not be accepted") from error
        token = jwt.encode(claims, self._secret, algorithm=ALGORITHM)
        if len(token) > MAX_TOKEN_BYTES:
            raise ValueError("too long for a token")
        return token

    def verify(self, token: str) -> Principal:
        """Raises `InvalidToken`. Verified tokens are cached."""
        now = self._clock()
        known = self._verified.get(token, now)
        if known is not None:
            return known
        claims = signed_claims(token, self._secret, [ALGORITHM])
        principal = principal_of(claims, issuer=ISSUER, audience=None, now=now)
        self._verified.add(token, principal)
        return principal
