"""Events of promises given to an owner, on the ticket's stream; `PromiseFiled` is on the promise's.

No hold moves a promise's due time (docs/domain.md §3.3). `promise_id` and `due_at` together
identify a break: after an excuse the promise may break again, at a later due time. Days are counted
in `zone`; money is in fen.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseTerms:
    """What was promised: days by a count rule, seconds, or a fixed time."""

    days: int | None = None
    count_rule: str | None = None
    seconds: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisePenalty:
    """What the owner gets for each day of delay, as `benefit`, up to the cap."""

    amount_fen: int
    per: str  # started_day
    cap_fen: int
    benefit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAuthority:
    """The authority behind a penalty; `exposure_fen` is the most that the ticket's promises
    cost."""

    role: str
    limit_fen: int
    exposure_fen: int
    matrix_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """The owner was given a date, by a person (`agent`) or by company policy (`policy`)."""

    promise_id: str
    kind: str  # completion | arrival | update | suggestion
    due_at: datetime
    terms: PromiseTerms
    zone: str
    calendar_id: str
    calendar_version: int
    provisional: bool
    source: str  # agent | policy
    household_id: str | None
    community: str
    cycle: int
    penalty: PromisePenalty | None = None
    tighter_than: str | None = None  # the clock of the ticket that leaves more time
    authority: PromiseAuthority | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept:
    """The promise was fulfilled by its due time; `by_hand` if somebody recorded it as kept."""

    promise_id: str
    done_at: datetime
    days_late: int = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken:
    """The due time passed without fulfilment; the break happened at the due time."""

    promise_id: str
    kind: str
    due_at: datetime
    zone: str
    household_id: str | None
    community: str
    cycle: int
    penalty: PromisePenalty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSettled:
    """A broken promise was fulfilled, or its ticket ended: no more days count as late."""

    promise_id: str
    kind: str
    due_at: datetime
    done_at: datetime
    days_late: int
    amount_fen: int  # what the penalty comes to
    capped_fen: int  # and what of it is owed under the cap
    ended_by: str  # done, or what became of the ticket: cancelled | merged | rejected | closed | …
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRevised:
    """A new date was agreed with the owner; `consent_by` says who consented and how."""

    promise_id: str
    previous_due_at: datetime
    due_at: datetime
    terms: PromiseTerms
    calendar_version: int
    provisional: bool
    consent_by: str
    tighter_than: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseExcused:
    """Days lost to the owner or force majeure, both included, moved the due time by `days`."""

    promise_id: str
    reason: str  # owner_absent | force_majeure
    from_date: date
    to_date: date
    days: int
    previous_due_at: datetime
    due_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseWithdrawn:
    """The promise ended without a break: it was withdrawn, or its ticket ended."""

    promise_id: str
    reason: str | None = None  # of somebody's taking it back
    ended_by: str | None = None  # or else what became of the ticket, as of what is settled
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBreakRetracted:
    """There was no break at that due time: it was done by then, or days were excused."""

    promise_id: str
    due_at: datetime
    proof: str  # photo | position | superior | excused
    photo_ids: tuple[str, ...] = ()


PromiseOnTicketEvent = (
    PromiseMade
    | PromiseKept
    | PromiseBroken
    | PromiseSettled
    | PromiseRevised
    | PromiseExcused
    | PromiseWithdrawn
    | PromiseBreakRetracted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFiled:
    """Recorded on the promise's own stream: the ticket that it belongs to."""

    ticket_id: str


PromiseEvent = PromiseFiled
