"""Events of follow-ups (回访). A follow-up is a ticket of its own; its parent is the ticket that it
asks about.

`cycle` is the parent's cycle; a visit of a series may have no parent. `FollowUpScheduled` is
recorded on both streams.
"""

from datetime import date, datetime

from app.events.base import Integer, Value


class FollowUpScheduled(Value, frozen=True, kw_only=True):
    """The owner will be asked by `due_at` about the work of `executor`, who must not ask."""

    follow_up_id: str
    number: str
    parent_id: str | None
    parent_number: str | None
    cycle: Integer | None
    purpose: str  # satisfaction | outcome | callback | care | inspection
    due_at: datetime
    is_fixed: bool  # named by somebody, not by the policy
    executor: str | None
    series_id: str | None = None
    reason: str | None = None


class FollowUpAttempted(Value, frozen=True, kw_only=True):
    """The owner was called or visited, the `attempt`th time since a time was agreed."""

    attempt: Integer
    on: date  # the day there
    call_id: str | None = None
    note: str | None = None


class FollowUpCompleted(Value, frozen=True, kw_only=True):
    """The owner was reached and answered; `score` is one to five stars."""

    parent_id: str | None
    cycle: Integer | None
    purpose: str
    outcome: str  # satisfied | neutral | dissatisfied | recurred
    score: Integer | None = None
    text: str | None = None
    note: str | None = None


class FollowUpUnreachable(Value, frozen=True, kw_only=True):
    """The owner was not reached in `attempts` attempts on `days` days."""

    parent_id: str | None
    cycle: Integer | None
    purpose: str
    attempts: Integer
    days: Integer
    note: str | None = None


class FollowUpRescheduled(Value, frozen=True, kw_only=True):
    """Another time was agreed; earlier attempts no longer count."""

    previous_due_at: datetime
    due_at: datetime
    note: str | None = None
