"""Events of the authority matrix: what each role may decide alone."""

from datetime import datetime

from app.events.base import Integer, Value


class AuthorityRow(Value, frozen=True, kw_only=True):
    """What a role may decide of one kind. Limits are inclusive; None means no limit."""

    kind: str
    limit_fen: Integer | None = None
    limit_days: Integer | None = None
    per_ticket_fen: Integer | None = None
    per_household_30d_fen: Integer | None = None
    per_staff_day_fen: Integer | None = None
    valid_until: datetime | None = None


class Deputy(Value, frozen=True, kw_only=True):
    """`subject` stands in for `delegated_by`, with the authority of the role, for a time."""

    subject: str
    delegated_by: str
    valid_from: datetime
    valid_until: datetime


class AuthorityRecorded(Value, frozen=True, kw_only=True):
    """A role's authority was recorded as a whole; past decisions keep their version."""

    role: str
    version: Integer
    valid_from: datetime
    rows: tuple[AuthorityRow, ...]
    deputies: tuple[Deputy, ...] = ()
    source: str | None = None


AuthorityEvent = AuthorityRecorded
