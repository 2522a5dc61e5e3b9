"""Why a token is not accepted. `app/http/problem_json.py` maps each to its status."""


class InvalidToken(Exception):
    """The token is not valid (401). It carries only a code: no claim, no key id.

    Codes: token_malformed, token_signature_invalid, token_expired, token_claims_invalid,
    token_ids_invalid, api_key_invalid.
    """

    def __init__(self, code: str, /) -> None:
        super().__init__(code)
        self.code = code


class IdentityUnavailable(Exception):
    """The token cannot be verified now: the issuer's keys cannot be fetched (503)."""

    code = "identity_unavailable"
