"""API keys of integrations, `sk_<tenant>_<key id>_<secret>`. Only the secret's hash is stored."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from uuid import UUID

_FORM = re.compile(r"sk_([0-9a-f]{32})_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyParts:
    tenant_id: UUID
    key_id: UUID
    secret: str = field(repr=False)


def mint(tenant_id: UUID, key_id: UUID) -> tuple[str, str]:
    """(the key, to be shown once; the hash of its secret, to be stored).

    Plain SHA-256, no slow hash: 256 random bits cannot be guessed, and a slow hash would cost every
    request.
    """
    secret = secrets.token_urlsafe(32)
    return f"sk_{tenant_id.hex}_{key_id.hex}_{secret}", _hash(secret)


def parse(text: str) -> ApiKeyParts | None:
    """Checks the form only: look the key id up and call `matches`."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    tenant_id, key_id, secret = found.groups()
    return ApiKeyParts(tenant_id=UUID(tenant_id), key_id=UUID(key_id), secret=secret)


def matches(parts: ApiKeyParts, secret_hash: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(_hash(parts.secret).encode(), secret_hash.encode())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
