"""Events of one compensation, from cause to fulfilment: one stream per compensation.

Money is in fen. Events that are booked in the ledger repeat amount, benefit and household, so that
each can be booked on its own.
"""

from datetime import datetime

from app.events.base import Integer, Value
from app.events.sla import (
    NotificationQueued,
    SlaBreached,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockStarted,
    SlaWarningRaised,
)


class AccrualTerms(Value, frozen=True, kw_only=True):
    """`per_day_fen` for each started day after `due_at`, in local days of `zone`, up to the cap."""

    promise_id: str
    due_at: datetime
    zone: str
    per_day_fen: Integer
    cap_fen: Integer


class DecisionAuthority(Value, frozen=True, kw_only=True):
    """The authority behind a decision, by the matrix of that time. `exposure_fen` is what was given
    on the ticket and to the household without approval, this decision included."""

    role: str
    limit_fen: Integer
    exposure_fen: Integer
    matrix_version: Integer
    delegated_by: str | None = None


class CompensationDeferred(Value, frozen=True, kw_only=True):
    """A rule's grace period runs: only lateness beyond it is compensated."""

    compensation_id: str
    ticket_id: str
    rule_id: str
    clock: str
    cycle: Integer
    happened_at: datetime
    until: datetime


class CompensationGraceEnded(Value, frozen=True, kw_only=True):
    """The grace period is over; now it is decided whether anything is owed."""

    compensation_id: str
    ticket_id: str
    rule_id: str
    clock: str
    cycle: Integer
    happened_at: datetime


class CompensationProposed(Value, frozen=True, kw_only=True):
    """A person or a rule proposed this; with `accrual` the amount grows by the day."""

    compensation_id: str
    ticket_id: str
    household_id: str | None
    community: str
    benefit: str  # fee_credit | parking_voucher | housekeeping | gift | cash
    amount_fen: Integer
    currency: str
    nominal: bool  # a thing, valued at what it costs
    reason: str
    cause: str  # what is made good: `sla:arrive:1`
    month: str  # the local `2024-03` that caps and budgets count it in
    idempotency_key: str
    proposed_by: str
    proposed_role: str
    rule_id: str | None = None
    rule_version: Integer | None = None
    capped_from_fen: Integer | None = None  # what it would have been without the caps
    good_faith: bool = False
    rationale: str | None = None
    accrual: AccrualTerms | None = None
    budget_fen: Integer | None = None  # the project's for the month, by the rule


class CompensationAccrued(Value, frozen=True, kw_only=True):
    """Another day of delay started."""

    day: Integer
    day_started_at: datetime
    amount_fen: Integer
    total_fen: Integer


class CompensationSettled(Value, frozen=True, kw_only=True):
    """The total is known; recorded again if the promise is fulfilled after the cap."""

    days: Integer
    amount_fen: Integer
    capped_from_fen: Integer | None = None


class CompensationApprovalRequested(Value, frozen=True, kw_only=True):
    """It waits for approval by one of these roles, lowest first."""

    because: str  # over_authority | budget_exceeded | self_dealing
    amount_fen: Integer
    approver_roles: tuple[str, ...]
    authority: DecisionAuthority | None = None


class CompensationApprovalEscalated(Value, frozen=True, kw_only=True):
    """Nobody decided in time; the next level up was asked."""

    level: Integer
    to: str


class CompensationAutoApproved(Value, frozen=True, kw_only=True):
    """It is within the proposer's or the rule's authority and needs no approval."""

    authority: DecisionAuthority | None = None


class CompensationApproved(Value, frozen=True, kw_only=True):
    """Somebody with the authority, neither proposer nor beneficiary, approved it."""

    by: str
    authority: DecisionAuthority
    note: str | None = None


class CompensationRejected(Value, frozen=True, kw_only=True):
    """Nothing is given, for the reason in `because`."""

    because: str  # decided | cap_exhausted | excluded | no_household
    by: str | None = None
    reason: str | None = None
    exclusion: str | None = None


class CompensationExpired(Value, frozen=True, kw_only=True):
    """Nobody decided for `after_days` days; the request lapsed."""

    after_days: Integer


class CompensationGranted(Value, frozen=True, kw_only=True):
    """The compensation was granted: the owner is owed it."""

    compensation_id: str
    ticket_id: str
    household_id: str | None
    community: str
    benefit: str
    amount_fen: Integer
    currency: str
    month: str
    rule_id: str | None = None
    over_budget: bool = False


class FeeCreditExported(Value, frozen=True, kw_only=True):
    """A credit was sent to the fee system, with the compensation id as its reference."""

    compensation_id: str
    household_id: str
    amount_fen: Integer
    currency: str


class FeeCreditWithdrawn(Value, frozen=True, kw_only=True):
    """The fee system was told to cancel a credit that it had been sent."""

    compensation_id: str
    household_id: str
    amount_fen: Integer
    currency: str


class CompensationFulfilled(Value, frozen=True, kw_only=True):
    """The owner received the compensation."""

    amount_fen: Integer
    benefit: str
    household_id: str | None
    reference: str | None = None
    note: str | None = None


class CompensationFulfilmentFailed(Value, frozen=True, kw_only=True):
    """Fulfilment was tried and failed; the compensation is still owed."""

    reason: str


class CompensationVoided(Value, frozen=True, kw_only=True):
    """Cancelled before fulfilment; `granted` says whether it was already owed."""

    because: str  # decided | breach_retracted | promise_break_retracted | excluded
    granted: bool
    amount_fen: Integer
    benefit: str
    household_id: str | None
    by: str | None = None
    reason: str | None = None
    exclusion: str | None = None


class CompensationReversed(Value, frozen=True, kw_only=True):
    """Reversed after fulfilment, for fraud or a duplicate, with notice to the owner."""

    ground: str  # fraud | duplicate
    notice: str | None
    by: str
    amount_fen: Integer
    benefit: str
    household_id: str | None


class CompensationFlagged(Value, frozen=True, kw_only=True):
    """Something about it looks odd; reviewers are shown it, nothing is blocked."""

    flag: str
    detail: str
    subject: str


class CompensationKept(Value, frozen=True, kw_only=True):
    """Its cause proved wrong after fulfilment; the owner keeps it."""

    because: str  # breach_retracted | promise_break_retracted | excluded


class GoodFaithRecorded(Value, frozen=True, kw_only=True):
    """The decision was made in good faith; `no_fault` if the loss is within tolerance."""

    subject: str
    no_fault: bool
    loss_fen: Integer
    rationale: str


CompensationEvent = (
    CompensationDeferred
    | CompensationGraceEnded
    | CompensationProposed
    | CompensationAccrued
    | CompensationSettled
    | CompensationApprovalRequested
    | CompensationApprovalEscalated
    | CompensationAutoApproved
    | CompensationApproved
    | CompensationRejected
    | CompensationExpired
    | CompensationGranted
    | FeeCreditExported
    | FeeCreditWithdrawn
    | CompensationFulfilled
    | CompensationFulfilmentFailed
    | CompensationVoided
    | CompensationReversed
    | CompensationFlagged
    | CompensationKept
    | GoodFaithRecorded
    | SlaClockStarted
    | SlaClockMet
    | SlaClockCancelled
    | SlaBreached
    | SlaWarningRaised
    | NotificationQueued
)
