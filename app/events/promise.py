"""Facts about promises given to an owner, recorded on the ticket's own stream, and where one is.

A promise's due time is its own: no hold moves it (docs/domain.md §3.3). One break is named by
`promise_id` and `due_at` together: what is excused may be broken again at a later due time.
`zone` is where days are counted; money is in fen.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseTerms:
    """What was said: so many days by a rule, so many seconds, or a fixed time."""

    days: int | None = None
    count_rule: str | None = None
    seconds: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisePenalty:
    """What the owner gets for each day that the promise is late, as `benefit`, up to the cap."""

    amount_fen: int
    per: str  # started_day
    cap_fen: int
    benefit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAuthority:
    """By what right the penalty was promised: `exposure_fen` is what the ticket may cost by it."""

    role: str
    limit_fen: int
    exposure_fen: int
    matrix_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """The owner was given a date, by a person (`agent`) or by what we promise all (`policy`)."""

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
    """What was promised was done by the due time; `by_hand` if somebody said so of it."""

    promise_id: str
    done_at: datetime
    days_late: int = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken:
    """The due time passed and it was not done; it happened at the due time."""

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
    """A broken promise was done at last, or the ticket ended without: no further day is late."""

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
    """Another date was agreed with the owner; `consent_by` says who consented, and how."""

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
    """Days that the owner or force majeure took, both dates included, moved the due by `days`."""

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
    """The promise holds no longer, though it was not broken: taken back, or the ticket ended."""

    promise_id: str
    reason: str | None = None  # of somebody's taking it back
    ended_by: str | None = None  # or else what became of the ticket, as of what is settled
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBreakRetracted:
    """There had been no break at that due time: it was done by then, or the days were excused."""

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
    """On the promise's own stream: the ticket that it was given on."""

    ticket_id: str


PromiseEvent = PromiseFiled
