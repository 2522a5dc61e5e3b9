"""Events of one compensation, from cause to fulfilment: one stream per compensation.

Money is in fen. Events that are booked in the ledger repeat amount, benefit and household, so that
each can be booked on its own.
"""

from dataclasses import dataclass
from datetime import datetime

from app.events.sla import (
    NotificationQueued,
    SlaBreached,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockStarted,
    SlaWarningRaised,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualTerms:
    """`per_day_fen` for each started day after `due_at`, in local days of `zone`, up to the cap."""

    promise_id: str
    due_at: datetime
    zone: str
    per_day_fen: int
    cap_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAuthority:
    """The authority behind a decision, by the matrix of that time. `exposure_fen` is what was given
    on the ticket and to the household without approval, this decision included."""

    role: str
    limit_fen: int
    exposure_fen: int
    matrix_version: int
    delegated_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationDeferred:
    """A rule's grace period runs: only lateness beyond it is compensated."""

    compensation_id: str
    ticket_id: str
    rule_id: str
    clock: str
    cycle: int
    happened_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationGraceEnded:
    """The grace period is over; now it is decided whether anything is owed."""

    compensation_id: str
    ticket_id: str
    rule_id: str
    clock: str
    cycle: int
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationProposed:
    """A person or a rule proposed this; with `accrual` the amount grows by the day."""

    compensation_id: str
    ticket_id: str
    household_id: str | None
    community: str
    benefit: str  # fee_credit | parking_voucher | housekeeping | gift | cash
    amount_fen: int
    currency: str
    nominal: bool  # a thing, valued at what it costs
    reason: str
    cause: str  # what is made good: `sla:arrive:1`
    month: str  # the local `2024-03` that caps and budgets count it in
    idempotency_key: str
    proposed_by: str
    proposed_role: str
    rule_id: str | None = None
    rule_version: int | None = None
    capped_from_fen: int | None = None  # what it would have been without the caps
    good_faith: bool = False
    rationale: str | None = None
    accrual: AccrualTerms | None = None
    budget_fen: int | None = None  # the project's for the month, by the rule


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationAccrued:
    """Another day of delay started."""

    day: int
    day_started_at: datetime
    amount_fen: int
    total_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationSettled:
    """The total is known; recorded again if the promise is fulfilled after the cap."""

    days: int
    amount_fen: int
    capped_from_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationApprovalRequested:
    """It waits for approval by one of these roles, lowest first."""

    because: str  # over_authority | budget_exceeded | self_dealing
    amount_fen: int
    approver_roles: tuple[str, ...]
    authority: DecisionAuthority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationApprovalEscalated:
    """Nobody decided in time; the next level up was asked."""

    level: int
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationAutoApproved:
    """It is within the proposer's or the rule's authority and needs no approval."""

    authority: DecisionAuthority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationApproved:
    """Somebody with the authority, neither proposer nor beneficiary, approved it."""

    by: str
    authority: DecisionAuthority
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationRejected:
    """Nothing is given, for the reason in `because`."""

    because: str  # decided | cap_exhausted | excluded | no_household
    by: str | None = None
    reason: str | None = None
    exclusion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationExpired:
    """Nobody decided for `after_days` days; the request lapsed."""

    after_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationGranted:
    """The compensation was granted: the owner is owed it."""

    compensation_id: str
    ticket_id: str
    household_id: str | None
    community: str
    benefit: str
    amount_fen: int
    currency: str
    month: str
    rule_id: str | None = None
    over_budget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeCreditExported:
    """A credit was sent to the fee system, with the compensation id as its reference."""

    compensation_id: str
    household_id: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeCreditWithdrawn:
    """The fee system was told to cancel a credit that it had been sent."""

    compensation_id: str
    household_id: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFulfilled:
    """The owner received the compensation."""

    amount_fen: int
    benefit: str
    household_id: str | None
    reference: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFulfilmentFailed:
    """Fulfilment was tried and failed; the compensation is still owed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationVoided:
    """Cancelled before fulfilment; `granted` says whether it was already owed."""

    because: str  # decided | breach_retracted | promise_break_retracted | excluded
    granted: bool
    amount_fen: int
    benefit: str
    household_id: str | None
    by: str | None = None
    reason: str | None = None
    exclusion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationReversed:
    """Reversed after fulfilment, for fraud or a duplicate, with notice to the owner."""

    ground: str  # fraud | duplicate
    notice: str | None
    by: str
    amount_fen: int
    benefit: str
    household_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFlagged:
    """Something about it looks odd; reviewers are shown it, nothing is blocked."""

    flag: str
    detail: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationKept:
    """Its cause proved wrong after fulfilment; the owner keeps it."""

    because: str  # breach_retracted | promise_break_retracted | excluded


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithRecorded:
    """The decision was made in good faith; `no_fault` if the loss is within tolerance."""

    subject: str
    no_fault: bool
    loss_fen: int
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
