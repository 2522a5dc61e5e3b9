"""Events of the access that a person has by tokens, whoever issued them. Their instants are those
of the server's own clock, also in a sandbox."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRevoked:
    """Every token that the subject was issued until `issued_until` was revoked."""

    subject: str
    issued_until: datetime
    reason: str | None = None


AccessEvent = AccessRevoked
