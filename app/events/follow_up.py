"""Events of follow-ups (回访). A follow-up is a ticket of its own; its parent is the ticket that it
asks about.

`cycle` is the parent's cycle; a visit of a series may have no parent. `FollowUpScheduled` is
recorded on both streams.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpScheduled:
    """The owner will be asked by `due_at` about the work of `executor`, who must not ask."""

    follow_up_id: str
    number: str
    parent_id: str | None
    parent_number: str | None
    cycle: int | None
    purpose: str  # satisfaction | outcome | callback | care | inspection
    due_at: datetime
    is_fixed: bool  # named by somebody, not by the policy
    executor: str | None
    series_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAttempted:
    """The owner was called or visited, the `attempt`th time since a time was agreed."""

    attempt: int
    on: date  # the day there
    call_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpCompleted:
    """The owner was reached and answered; `score` is one to five stars."""

    parent_id: str | None
    cycle: int | None
    purpose: str
    outcome: str  # satisfied | neutral | dissatisfied | recurred
    score: int | None = None
    text: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpUnreachable:
    """The owner was not reached in `attempts` attempts on `days` days."""

    parent_id: str | None
    cycle: int | None
    purpose: str
    attempts: int
    days: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRescheduled:
    """Another time was agreed; earlier attempts no longer count."""

    previous_due_at: datetime
    due_at: datetime
    note: str | None = None
