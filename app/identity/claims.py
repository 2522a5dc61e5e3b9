"""Turns the claims of a verified token into a `Principal`. Checks every type and range."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from app.domain.characters import is_id
from app.domain.roles import ROLES
from app.domain.unicode_text import InvalidText, canonical_text
from app.identity.errors import InvalidToken
from app.identity.principal import Principal

LEEWAY = 30
"""Seconds of clock skew allowed."""
_MAX_TEXT = 200
_MAX_ITEMS = 200
_LATEST = 253_370_764_800  # the year 9999; a datetime cannot hold much more
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

INVALID = "token_claims_invalid"
INVALID_ID = "token_ids_invalid"
Claims = Mapping[str, object]


def principal_of(claims: Claims, *, issuer: str, audience: str | None, now: float) -> Principal:
    """Raises `InvalidToken`, with token_expired, token_claims_invalid or
    token_ids_invalid."""
    if claims.get("iss") != issuer:
        raise InvalidToken(INVALID)
    _check_audience(claims.get("aud"), audience)
    expires_at = _check_times(claims, now)
    role = _text(claims.get("role"))
    if role not in ROLES:
        raise InvalidToken(INVALID)
    communities, scopes = claims.get("communities"), claims.get("scopes")
    household_id, session = claims.get("household_id"), claims.get("sid")
    return Principal(
        subject=_id(claims.get("sub")),
        tenant_id=_uuid(claims.get("tenant_id")),
        role=role,
        household_id=None if household_id is None else _id(household_id),
        communities=_texts([] if communities is None else communities),
        scopes=None if scopes is None else frozenset(_texts(scopes)),
        name=_optional_text(claims.get("name")),
        expires_at=expires_at,
        issued_at=datetime.fromtimestamp(_instant(claims.get("iat")), UTC),
        session=None if session is None else str(_uuid(session)),
    )


def _check_times(claims: Claims, now: float) -> datetime:
    expires = _instant(claims.get("exp"))
    if expires + LEEWAY < now:
        raise InvalidToken("token_expired")
    not_before = claims.get("nbf")
    starts = (_instant(claims.get("iat")), 0 if not_before is None else _instant(not_before))
    if max(starts) > now + LEEWAY:
        raise InvalidToken(INVALID)
    return datetime.fromtimestamp(expires, UTC)


def _check_audience(claim: object, audience: str | None) -> None:
    """Without a configured audience any is accepted: then the issuer serves only us."""
    if audience is None or claim == audience:
        return
    if not isinstance(claim, list) or audience not in claim:
        raise InvalidToken(INVALID)


def _instant(claim: object) -> float:
    """NumericDate of RFC 7519. NaN fails the range check."""
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not 0 <= claim <= _LATEST:
        raise InvalidToken(INVALID)
    return claim


def _text(claim: object) -> str:
    """Text that every column and log can hold: no control character, no lone surrogate, bounded."""
    if not isinstance(claim, str) or not 0 < len(claim) <= _MAX_TEXT or _UNSTORABLE.search(claim):
        raise InvalidToken(INVALID)
    return claim


def _id(claim: object) -> str:
    """An id as it could stand in a body or a path: what is made under another one has no address.
    In NFC as there, so that the same id is the same."""
    text = _text(claim)
    try:
        text = canonical_text(text)
    except InvalidText:
        raise InvalidToken(INVALID_ID) from None
    if not is_id(text):
        raise InvalidToken(INVALID_ID)
    return text


def _optional_text(claim: object) -> str | None:
    return None if claim is None else _text(claim)


def _texts(claim: object) -> tuple[str, ...]:
    if not isinstance(claim, list) or len(claim) > _MAX_ITEMS:
        raise InvalidToken(INVALID)
    return tuple(_text(item) for item in claim)


def _uuid(claim: object) -> UUID:
    """Only the canonical form: two spellings of a tenant would be two tenants to a cache."""
    text = _text(claim)
    try:
        parsed = UUID(text)
    except ValueError:
        raise InvalidToken(INVALID) from None
    if str(parsed) != text:
        raise InvalidToken(INVALID)
    return parsed
