"""Who is calling, as every part of the API sees it, whatever kind of proof they brought."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`scopes` is None for people: they may do what their role may.

    `expires_at` is None for a proof without an end, such as an API key.
    """

    subject: str
    tenant_id: UUID
    role: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    name: str | None = None
    expires_at: datetime | None
