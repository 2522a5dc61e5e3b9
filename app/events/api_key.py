"""Events of integrations' keys. The secret is never stored, only its hash."""

from app.events.base import Value


class ApiKeyIssued(Value, frozen=True, kw_only=True):
    """An integration was issued a key, limited to `scopes`."""

    name: str
    scopes: tuple[str, ...]
    role: str = "integration"
    secret_hash: str


class ApiKeyRevoked(Value, frozen=True, kw_only=True):
    """The key was revoked."""


ApiKeyEvent = ApiKeyIssued | ApiKeyRevoked
