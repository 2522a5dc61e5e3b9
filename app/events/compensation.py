"""Facts about one compensation, from its cause to its fulfilment: one stream a compensation.

Money is in fen. What the books are kept by repeats amount, benefit and household, so that each of
these events can be entered by itself.
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
    """So much for each started day after `due_at`, counted on the walls of `zone`, up to a cap."""

    promise_id: str
    due_at: datetime
    zone: str
    per_day_fen: int
    cap_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAuthority:
    """By what right it was decided, as the matrix then was. `exposure_fen` is what was given on
    the ticket and to the household below approval, this decision included."""

    role: str
    limit_fen: int
    exposure_fen: int
    matrix_version: int
    delegated_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationDeferred:
    """A rule's time of grace runs: only what is late beyond it is compensated."""

    compensation_id: str
    ticket_id: str
    rule_id: str
    clock: str
    cycle: int
    happened_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationGraceEnded:
    """The time of grace is over; whether something is owed is to be seen now."""

    compensation_id: str
    ticket_id: str
    rule_id: str
    clock: str
    cycle: int
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationProposed:
    """Somebody, or a rule, would give this; with `accrual` the sum grows by the day."""

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
    """Another day of delay was started."""

    day: int
    day_started_at: datetime
    amount_fen: int
    total_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationSettled:
    """How many days it came to. Said again where the promise was done after the cap was reached."""

    days: int
    amount_fen: int
    capped_from_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationApprovalRequested:
    """It waits for a decision by one of these roles, the lowest first."""

    because: str  # over_authority | budget_exceeded | self_dealing
    amount_fen: int
    approver_roles: tuple[str, ...]
    authority: DecisionAuthority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationApprovalEscalated:
    """Nobody decided in time: those one level up are asked."""

    level: int
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationAutoApproved:
    """It is within what the proposer, or the rule, may give without asking anybody."""

    authority: DecisionAuthority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationApproved:
    """Somebody who may, and is neither its proposer nor gets it, agreed."""

    by: str
    authority: DecisionAuthority
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationRejected:
    """Nothing is given: by a decision, or because a rule has nothing left to give."""

    because: str  # decided | cap_exhausted | excluded | no_household
    by: str | None = None
    reason: str | None = None
    exclusion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationExpired:
    """Nobody decided for so long that it is no longer waited for."""

    after_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationGranted:
    """The owner is owed this."""

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
    """The fee system is told of a credit, under the compensation's id as its reference."""

    compensation_id: str
    household_id: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeCreditWithdrawn:
    """The fee system is told that a credit that it was told of is none."""

    compensation_id: str
    household_id: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFulfilled:
    """The owner has it."""

    amount_fen: int
    benefit: str
    household_id: str | None
    reference: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFulfilmentFailed:
    """It was tried to give it to the owner, in vain; it is still owed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationVoided:
    """Taken back before the owner had it. `granted` says whether it was owed already."""

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
    """Entered against, after the owner had it: for fraud or a duplicate, and the owner was told."""

    ground: str  # fraud | duplicate
    notice: str | None
    by: str
    amount_fen: int
    benefit: str
    household_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFlagged:
    """Something about it is strange, for those who look after; it hinders nobody."""

    flag: str
    detail: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationKept:
    """Its cause turned out not to hold after the owner had it: the owner keeps it."""

    because: str  # breach_retracted | promise_break_retracted | excluded


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodFaithRecorded:
    """It was decided in good faith; `no_fault` if the loss is within what nobody is blamed for."""

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
