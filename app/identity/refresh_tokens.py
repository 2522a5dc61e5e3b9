"""Refresh tokens: tenant, session and generation, and a MAC over them. Nothing is stored, so a lost
answer can be given again, and a forged token is refused without a look at the database."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

PREFIX = "rt_"
_LENGTH = 92  # of what follows the prefix: 69 bytes
_NAMED_BYTES = 16 + 16 + 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshLink:
    tenant_id: UUID
    session_id: UUID
    generation: int


def mint(secret: bytes, link: RefreshLink) -> str:
    named = link.tenant_id.bytes + link.session_id.bytes + link.generation.to_bytes(5)
    return PREFIX + urlsafe_b64encode(named + _mac(secret, named)).rstrip(b"=").decode()


def read(secrets: Sequence[bytes], token: str) -> RefreshLink | None:
    """None for a token that none of the secrets made."""
    text = token.removeprefix(PREFIX)
    if len(text) != _LENGTH or text == token or not text.isascii():
        return None
    try:
        sealed = urlsafe_b64decode(text)
    except ValueError:
        return None
    named, mac = sealed[:_NAMED_BYTES], sealed[_NAMED_BYTES:]
    if not any(hmac.compare_digest(mac, _mac(secret, named)) for secret in secrets):
        return None
    return RefreshLink(
        tenant_id=UUID(bytes=named[:16]),
        session_id=UUID(bytes=named[16:32]),
        generation=int.from_bytes(named[32:]),
    )


def _mac(secret: bytes, named: bytes) -> bytes:
    return hmac.digest(secret, named, "sha256")
