"""Commands of follow-ups (docs/domain.md §6.3)."""

from dataclasses import dataclass
from datetime import datetime

from app.events.ticket import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFollowUp:
    """Opens a follow-up ticket: the owner will be asked about `parent_id`, by `due_at` or when
    the policy says. A visit of a series that has no parent names location and household itself.

    From the system it is a no-op if there is nothing left to ask about, or if it already exists.
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
    """The owner was called or visited; required before an answer."""

    call_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteFollowUp:
    """The owner answered. The ids are for tickets that the answer may open."""

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
