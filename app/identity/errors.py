"""Why somebody's token is not believed. `app/http/problems.py` gives each its status."""


class InvalidToken(Exception):
    """Nobody is behind this token (401). It never says more than its code: no claim, no key id.

    Codes: token_malformed, token_signature_invalid, token_expired, token_claims_invalid,
    api_key_invalid.
    """

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


class IdentityUnavailable(Exception):
    """Nobody can say now whether the token is good: the issuer's keys are out of reach (503)."""

    code = "identity_unavailable"
