"""The authenticated caller, whatever the credential."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`scopes` is None for people, who may do what their role may.

    `expires_at` is None for a credential that does not expire, such as an API key. `session` is the
    id of the session that the token belongs to, if any.
    """

    subject: str
    tenant_id: UUID
    role: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    name: str | None = None
    expires_at: datetime | None
    issued_at: datetime | None = None
    session: str | None = None
