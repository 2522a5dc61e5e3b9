"""Commands of follow-ups (docs/domain.md §6.3)."""

from datetime import datetime

from app.events.base import Value
from app.events.ticket import Location


class ScheduleFollowUp(Value, frozen=True, kw_only=True):
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


class Attempt(Value, frozen=True, kw_only=True):
    """The owner was called or visited; required before an answer."""

    call_id: str | None = None
    note: str | None = None


class CompleteFollowUp(Value, frozen=True, kw_only=True):
    """The owner answered. The ids are for tickets that the answer may open."""

    outcome: str
    score: int | None = None
    text: str | None = None
    new_ticket_id: str
    complaint_id: str
    callback_id: str
    note: str | None = None


class MarkUnreachable(Value, frozen=True, kw_only=True):
    note: str | None = None


class Reschedule(Value, frozen=True, kw_only=True):
    at: datetime
    note: str | None = None


FollowUpCommand = ScheduleFollowUp | Attempt | CompleteFollowUp | MarkUnreachable | Reschedule
