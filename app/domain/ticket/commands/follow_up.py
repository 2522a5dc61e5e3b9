"""What may be asked of a follow-up (docs/domain.md §6.3)."""

from dataclasses import dataclass
from datetime import datetime

from app.events.ticket import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFollowUp:
    """On a stream of its own: the owner will be asked about `parent_id`, by `due_at` or by when the
    policy says. A visit of a series says where and whom itself, where it has no parent.

    Given by the system it is decided to nothing where there is nothing to ask about any more, or
    where there is this follow-up already.
    """

    ticket_id: str
    purpose: str
    parent_id: str | None = None
    due_at: datetime | None = None
    reason: str | None = None
    series_id: str | None = None
    household_id: str | None = None
    location: Location | None = None
    assigned_to: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The owner is called, or called on: before it nobody can have answered."""

    call_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteFollowUp:
    """The owner answered. The ids are those of the tickets that an answer may lead to."""

    outcome: str
    score: int | None = None
    text: str | None = None
    new_ticket_id: str
    complaint_id: str
    callback_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkUnreachable:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule:
    at: datetime
    note: str | None = None


FollowUpCommand = ScheduleFollowUp | Attempt | CompleteFollowUp | MarkUnreachable | Reschedule
