"""Checks form, algorithm and signature of a JWT.

The claims are checked in `claims.py`, with one clock and one leeway for every kind of token.
"""

import re
from collections.abc import Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.types import Options

from app.identity.errors import InvalidToken

MAX_TOKEN_BYTES = 8 * 1024
# The library skips what is not base64url: one token would have as many spellings as one likes, and
# caches are keyed by the text.
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

_SIGNATURE_ONLY: Options = {
    "verify_signature": True,
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_iss": False,
    "verify_jti": False,
    "verify_nbf": False,
    "verify_sub": False,
}


def header_of(token: str) -> dict[str, Any]:
    """Unverified: use it only to pick the verifier."""
    if len(token) > MAX_TOKEN_BYTES or not _FORM.fullmatch(token):
        raise InvalidToken("token_malformed")
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise InvalidToken("token_malformed") from None


def signed_claims(token: str, key: bytes | PublicKey, algorithms: Sequence[str]) -> dict[str, Any]:
    """`algorithms` are the key's own. Never take them from the token (RFC 8725 §2.1)."""
    if header_of(token).get("alg") not in algorithms:
        raise InvalidToken("token_signature_invalid")
    try:
        return jwt.decode(token, key, algorithms=algorithms, options=_SIGNATURE_ONLY)
    except (jwt.InvalidSignatureError, jwt.InvalidKeyError):
        raise InvalidToken("token_signature_invalid") from None
    except jwt.PyJWTError:
        raise InvalidToken("token_malformed") from None
