"""Facts about a call back to the owner (回访): a ticket of its own, which the ticket that it asks
about knows too.

`parent_id` is that ticket, `cycle` its cycle; a visit of a series may have none. That it is
scheduled stands on both streams.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpScheduled:
    """The owner will be asked by `due_at`, about the work of `executor`, who will not ask."""

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
    """The owner was called, or called on, for the `attempt`th time since a time was agreed."""

    attempt: int
    on: date  # the day there
    call_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpCompleted:
    """The owner was reached and answered; a score is on the scale of one to five stars."""

    parent_id: str | None
    cycle: int | None
    purpose: str
    outcome: str  # satisfied | neutral | dissatisfied | recurred
    score: int | None = None
    text: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpUnreachable:
    """The owner was not reached, however often and on however many days it was tried."""

    parent_id: str | None
    cycle: int | None
    purpose: str
    attempts: int
    days: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRescheduled:
    """Another time was agreed; what was tried before is not counted any more."""

    previous_due_at: datetime
    due_at: datetime
    note: str | None = None
