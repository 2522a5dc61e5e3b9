"""The state of a follow-up, on its own ticket and on its parent."""

from datetime import date, datetime

from app.events.base import Value

REMEMBERED_FOLLOW_UPS = 20  # the latest ones; the ticket's links name all of them


class FollowUp(Value, frozen=True, kw_only=True):
    """`attempts` and `days` count since the last agreed time; `executor` did the work asked
    about."""

    purpose: str
    due_at: datetime
    is_fixed: bool
    parent_id: str | None
    parent_number: str | None
    cycle: int | None
    executor: str | None
    series_id: str | None = None
    attempts: int = 0
    days: tuple[date, ...] = ()
    last_call_id: str | None = None
    last_attempt_at: datetime | None = None
    outcome: str | None = None
    score: int | None = None


class ScheduledFollowUp(Value, frozen=True, kw_only=True):
    """A follow-up about this ticket, as scheduled; its outcome is on its own ticket."""

    ticket_id: str
    number: str
    purpose: str
    due_at: datetime
    cycle: int
