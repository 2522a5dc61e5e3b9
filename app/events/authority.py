"""Events of the authority matrix: what each role may decide alone."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRow:
    """What a role may decide of one kind. Limits are inclusive; None means no limit."""

    kind: str
    limit_fen: int | None = None
    limit_days: int | None = None
    per_ticket_fen: int | None = None
    per_household_30d_fen: int | None = None
    per_staff_day_fen: int | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """`subject` stands in for `delegated_by`, with the authority of the role, for a time."""

    subject: str
    delegated_by: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRecorded:
    """A role's authority was recorded as a whole; past decisions keep their version."""

    role: str
    version: int
    valid_from: datetime
    rows: tuple[AuthorityRow, ...]
    deputies: tuple[Deputy, ...] = ()
    source: str | None = None


AuthorityEvent = AuthorityRecorded
