"""Facts about who may decide how much alone: the authority matrix, role by role."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRow:
    """What a role may decide of one kind. Every limit includes its figure; none is no limit."""

    kind: str
    limit_fen: int | None = None
    limit_days: int | None = None
    per_ticket_fen: int | None = None
    per_household_30d_fen: int | None = None
    per_staff_day_fen: int | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """Who stands in for whom, from when until when, with the authority of the role."""

    subject: str
    delegated_by: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRecorded:
    """The authority of a role was laid down as a whole; decisions keep the version they went by."""

    role: str
    version: int
    valid_from: datetime
    rows: tuple[AuthorityRow, ...]
    deputies: tuple[Deputy, ...] = ()
    source: str | None = None


AuthorityEvent = AuthorityRecorded
