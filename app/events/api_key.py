"""Facts about the keys of integrations. The secret itself is nowhere: only its hash."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyIssued:
    """An integration got a key that may do what its scopes name."""

    name: str
    scopes: tuple[str, ...]
    role: str = "integration"
    secret_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked:
    """A key opens nothing any more."""


ApiKeyEvent = ApiKeyIssued | ApiKeyRevoked
