"""Picks the verifier of a bearer token: our own, or that of the OIDC issuer if there is one."""

from app.identity.errors import InvalidToken
from app.identity.oidc import OidcVerifier
from app.identity.principal import Principal
from app.identity.signatures import header_of
from app.identity.tokens import ALGORITHM, TokenIssuer


class BearerVerifier:
    """The `alg` header only picks the verifier: each accepts only its own algorithms and issuer."""

    def __init__(self, ours: TokenIssuer, theirs: OidcVerifier | None) -> None:
        self._ours = ours
        self._theirs = theirs

    async def verify(self, token: str) -> Principal:
        """Raises `InvalidToken` or `IdentityUnavailable`."""
        if self._theirs is not None and self._theirs.remembers(token):
            return await self._theirs.verify(token)
        try:
            return self._ours.verify(token)
        except InvalidToken:
            if self._theirs is None or header_of(token).get("alg") == ALGORITHM:
                raise
        return await self._theirs.verify(token)
