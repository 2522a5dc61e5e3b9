"""Caches verified tokens, so that a busy caller's signature is checked once."""

from app.identity.claims import LEEWAY
from app.identity.errors import InvalidToken
from app.identity.principal import Principal


class VerifiedTokens:
    """An LRU cache. Only verified tokens enter it, so a flood of bad ones evicts nothing. Not
    thread-safe: use it from the event loop."""

    def __init__(self, capacity: int = 4096) -> None:
        self._capacity = capacity
        self._entries: dict[str, tuple[Principal, float]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, token: str) -> bool:
        return token in self._entries

    def get(self, token: str, now: float) -> Principal | None:
        """Raises `InvalidToken` for a token that has expired since, and drops it."""
        entry = self._entries.pop(token, None)
        if entry is None:
            return None
        principal, last_moment = entry
        if last_moment < now:
            raise InvalidToken("token_expired")
        self._entries[token] = entry  # behind the others: a dict keeps the order of insertion
        return principal

    def add(self, token: str, principal: Principal) -> None:
        if principal.expires_at is None:
            return
        while len(self._entries) >= self._capacity:
            del self._entries[next(iter(self._entries))]
        self._entries[token] = (principal, principal.expires_at.timestamp() + LEEWAY)

    def clear(self) -> None:
        self._entries.clear()
