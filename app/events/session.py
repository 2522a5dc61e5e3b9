"""Events of sessions: a log-in whose access is renewed with a rotating refresh token. No token is
stored. Their instants are those of the server's own clock, also in a sandbox, whose clock stands
still."""

from datetime import datetime

from app.events.base import Integer, Value


class SessionOpened(Value, frozen=True, kw_only=True):
    """Somebody logged in at `opened_at`; their tokens say what stands here."""

    subject: str
    role: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    name: str | None = None
    opened_at: datetime


class SessionRefreshed(Value, frozen=True, kw_only=True):
    """The refresh token was exchanged for that of this generation, at `refreshed_at`."""

    generation: Integer
    refreshed_at: datetime


class SessionEnded(Value, frozen=True, kw_only=True):
    """The session was ended; its tokens are refused."""

    reason: str


SessionEvent = SessionOpened | SessionRefreshed | SessionEnded
