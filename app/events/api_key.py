"""Events of integrations' keys. The secret is never stored, only its hash."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyIssued:
    """An integration was issued a key, limited to `scopes`."""

    name: str
    scopes: tuple[str, ...]
    role: str = "integration"
    secret_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked:
    """The key was revoked."""


ApiKeyEvent = ApiKeyIssued | ApiKeyRevoked
