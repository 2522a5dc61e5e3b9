"""Events of promises given to an owner, on the ticket's stream; `PromiseFiled` is on the promise's.

No hold moves a promise's due time (docs/domain.md §3.3). `promise_id` and `due_at` together
identify a break: after an excuse the promise may break again, at a later due time. Days are counted
in `zone`; money is in fen.
"""

from datetime import date, datetime

from app.events.base import Integer, Value


class PromiseTerms(Value, frozen=True, kw_only=True):
    """What was promised: days by a count rule, seconds, or a fixed time."""

    days: Integer | None = None
    count_rule: str | None = None
    seconds: Integer | None = None
    at: datetime | None = None


class PromisePenalty(Value, frozen=True, kw_only=True):
    """What the owner gets for each day of delay, as `benefit`, up to the cap."""

    amount_fen: Integer
    per: str  # started_day
    cap_fen: Integer
    benefit: str


class PromiseAuthority(Value, frozen=True, kw_only=True):
    """The authority behind a penalty; `exposure_fen` is the most that the ticket's promises
    cost."""

    role: str
    limit_fen: Integer
    exposure_fen: Integer
    matrix_version: Integer


class PromiseMade(Value, frozen=True, kw_only=True):
    """The owner was given a date, by a person (`agent`) or by company policy (`policy`)."""

    promise_id: str
    kind: str  # completion | arrival | update | suggestion
    due_at: datetime
    terms: PromiseTerms
    zone: str
    calendar_id: str
    calendar_version: Integer
    provisional: bool
    source: str  # agent | policy
    household_id: str | None
    community: str
    cycle: Integer
    penalty: PromisePenalty | None = None
    tighter_than: str | None = None  # the clock of the ticket that leaves more time
    authority: PromiseAuthority | None = None
    note: str | None = None


class PromiseKept(Value, frozen=True, kw_only=True):
    """The promise was fulfilled by its due time; `by_hand` if somebody recorded it as kept."""

    promise_id: str
    done_at: datetime
    days_late: Integer = 0
    by_hand: bool = False


class PromiseBroken(Value, frozen=True, kw_only=True):
    """The due time passed without fulfilment; the break happened at the due time."""

    promise_id: str
    kind: str
    due_at: datetime
    zone: str
    household_id: str | None
    community: str
    cycle: Integer
    penalty: PromisePenalty | None = None


class PromiseSettled(Value, frozen=True, kw_only=True):
    """A broken promise was fulfilled, or its ticket ended: no more days count as late."""

    promise_id: str
    kind: str
    due_at: datetime
    done_at: datetime
    days_late: Integer
    amount_fen: Integer  # what the penalty comes to
    capped_fen: Integer  # and what of it is owed under the cap
    ended_by: str  # done, or what became of the ticket: cancelled | merged | rejected | closed | …
    by_hand: bool = False


class PromiseRevised(Value, frozen=True, kw_only=True):
    """A new date was agreed with the owner; `consent_by` says who consented and how."""

    promise_id: str
    previous_due_at: datetime
    due_at: datetime
    terms: PromiseTerms
    calendar_version: Integer
    provisional: bool
    consent_by: str
    tighter_than: str | None = None
    note: str | None = None


class PromiseExcused(Value, frozen=True, kw_only=True):
    """Days lost to the owner or force majeure, both included, moved the due time by `days`."""

    promise_id: str
    reason: str  # owner_absent | force_majeure
    from_date: date
    to_date: date
    days: Integer
    previous_due_at: datetime
    due_at: datetime
    note: str | None = None


class PromiseWithdrawn(Value, frozen=True, kw_only=True):
    """The promise ended without a break: it was withdrawn, or its ticket ended."""

    promise_id: str
    reason: str | None = None  # of somebody's taking it back
    ended_by: str | None = None  # or else what became of the ticket, as of what is settled
    note: str | None = None


class PromiseBreakRetracted(Value, frozen=True, kw_only=True):
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


class PromiseFiled(Value, frozen=True, kw_only=True):
    """Recorded on the promise's own stream: the ticket that it belongs to."""

    ticket_id: str


PromiseEvent = PromiseFiled
