"""Events of the access that a person has by tokens, whoever issued them. Their instants are those
of the server's own clock, also in a sandbox."""

from datetime import datetime

from app.events.base import Value


class AccessRevoked(Value, frozen=True, kw_only=True):
    """Every token that the subject was issued until `issued_until` was revoked."""

    subject: str
    issued_until: datetime
    reason: str | None = None


AccessEvent = AccessRevoked
