"""Events of sessions: a log-in whose access is renewed with a rotating refresh token. No token is
stored. Their instants are those of the server's own clock, also in a sandbox, whose clock stands
still."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """Somebody logged in at `opened_at`; their tokens say what stands here."""

    subject: str
    role: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    name: str | None = None
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRefreshed:
    """The refresh token was exchanged for that of this generation, at `refreshed_at`."""

    generation: int
    refreshed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """The session was ended; its tokens are refused."""

    reason: str


SessionEvent = SessionOpened | SessionRefreshed | SessionEnded
