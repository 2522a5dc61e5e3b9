"""Tokens of survey links: tenant, survey and a MAC over both. Nothing is stored: the same token can
be minted again, and a forged one is refused without a look at the database."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

LENGTH = 64
_MAC_BYTES = 16  # RFC 2104 §5: no fewer than half of the hash
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class SurveyLink:
    tenant_id: UUID
    survey_id: UUID


@dataclass(frozen=True, slots=True)
class SurveyLinks:
    """Mints the tokens of one tenant's surveys."""

    secret: bytes = field(repr=False)
    tenant_id: UUID

    def token(self, survey_id: str) -> str:
        return mint(self.secret, SurveyLink(tenant_id=self.tenant_id, survey_id=UUID(survey_id)))


def mint(secret: bytes, link: SurveyLink) -> str:
    """64 characters, short enough for a text message."""
    named = link.tenant_id.bytes + link.survey_id.bytes
    return urlsafe_b64encode(named + _mac(secret, named)).decode()


def read(secrets: bytes | Sequence[bytes], token: str) -> SurveyLink | None:
    """None for a token that none of the secrets minted."""
    any_of = (secrets,) if isinstance(secrets, bytes) else secrets
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        sealed = urlsafe_b64decode(token)
    except ValueError:
        return None
    named, mac = sealed[: 2 * _ID_BYTES], sealed[2 * _ID_BYTES :]
    if not any(hmac.compare_digest(mac, _mac(secret, named)) for secret in any_of):
        return None
    return SurveyLink(
        tenant_id=UUID(bytes=named[:_ID_BYTES]), survey_id=UUID(bytes=named[_ID_BYTES:])
    )


def _mac(secret: bytes, named: bytes) -> bytes:
    return hmac.digest(secret, named, "sha256")[:_MAC_BYTES]
