"""What is remembered of a follow-up on its own ticket, and on the ticket that it asks about."""

from dataclasses import dataclass
from datetime import date, datetime

KEPT = 20  # follow-ups that a ticket remembers, the latest; its links name all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """`attempts` and `days` are those since it was last agreed when; `executor` is the engineer
    whose work is asked about."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledFollowUp:
    """One that asks about this ticket, as it was scheduled: how it went stands on its own."""

    ticket_id: str
    number: str
    purpose: str
    due_at: datetime
    cycle: int
